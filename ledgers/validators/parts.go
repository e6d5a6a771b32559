package validators

import (
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// A snapshot travels in parts. Each part is a subtree whose root is known before it is asked for: that of the whole is in
// a certified header. So each answer is checked alone, whoever gives it (VAL-11).

// MaxChunk is about how many bytes of entries are in one answer; a single entry may be larger.
const MaxChunk = 128 << 10

// maxDepth is that of the deepest part: hashes have no more bits.
const maxDepth = 8*len(Hash{}) - 1

// Part is a subtree: the entries whose keys' hashes begin with the same bits.
type Part struct {
	Depth  uint8
	Prefix Hash // its first Depth bits; the others are 0
	Root   Hash
}

// Whole is all of a state.
func Whole(root Hash) Part { return Part{Root: root} }

// Chunk is what a node has of a part: its entries, or, if these are too many, the roots of its halves.
//
// On the wire: 0, left 32, right 32 | or 1, then length u32 and key, length u32 and value of each entry.
type Chunk struct {
	Entries     []Entry // none: there are halves
	Left, Right Hash
}

// Entry is a key of a tree with its value.
type Entry struct{ Key, Value []byte }

// Chunk is what the tree has there; nil if there is no such part. Only Depth and Prefix of the part are looked at.
func (t Tree) Chunk(p Part) *Chunk {
	b := t.root
	for depth := range int(p.Depth) {
		if b == nil || b.entry != nil {
			return nil
		}
		b = b.child(bit(p.Prefix, depth))
	}
	if b == nil {
		return nil
	}
	var c Chunk
	size := 0
	whole := b.walk(func(key, value []byte) bool {
		c.Entries = append(c.Entries, Entry{key, value})
		size += len(key) + len(value)
		return size <= MaxChunk || b.entry != nil
	})
	if whole {
		return &c
	}
	return &Chunk{Left: b.left.sum(), Right: b.right.sum()}
}

// Take says what of the part is still to be asked for once its chunk is here: nothing after entries, else its halves, those
// of nothing left out. The error is ErrProof: the chunk is not that of the part.
func (p Part) Take(c *Chunk) (left []Part, err error) {
	if len(c.Entries) == 0 {
		return p.halves(c.Left, c.Right)
	}
	var b *branch
	for _, e := range c.Entries {
		at := Hash(network.Sum256(e.Key))
		if !samePrefix(at, p.Prefix, int(p.Depth)) {
			return nil, fmt.Errorf("%w: an entry is of another part", ErrProof)
		}
		b = b.put(&entry{at, e.Key, e.Value}, int(p.Depth))
	}
	if b.sum() != p.Root {
		return nil, fmt.Errorf("%w: the entries are others", ErrProof)
	}
	return nil, nil
}

func (p Part) halves(left, right Hash) (all []Part, err error) {
	if int(p.Depth) == maxDepth || innerHash(left, right) != p.Root {
		return nil, fmt.Errorf("%w: the halves are others", ErrProof)
	}
	one := Part{p.Depth + 1, p.Prefix, left}
	other := Part{p.Depth + 1, p.Prefix, right}
	other.Prefix[p.Depth/8] |= 1 << (7 - p.Depth%8)
	for _, half := range []Part{one, other} {
		if half.Root != (Hash{}) {
			all = append(all, half)
		}
	}
	return all, nil
}

// Encode is the encoding.
func (c *Chunk) Encode() []byte {
	if len(c.Entries) == 0 {
		return append(append([]byte{0}, c.Left[:]...), c.Right[:]...)
	}
	b := []byte{1}
	for _, e := range c.Entries {
		b = ledgers.AppendBytes(ledgers.AppendBytes(b, e.Key), e.Value)
	}
	return b
}

// DecodeChunk reads a chunk of at most ledgers.MaxBlock bytes. Its slices are parts of b.
func DecodeChunk(b []byte) (*Chunk, error) {
	if len(b) > ledgers.MaxBlock {
		return nil, fmt.Errorf("validators: a chunk of %d bytes, want at most %d", len(b), ledgers.MaxBlock)
	}
	d := ledgers.NewDecoder(b)
	c := &Chunk{}
	switch kind := d.Uint8(); kind {
	case 0:
		d.Into(c.Left[:])
		d.Into(c.Right[:])
	case 1:
		for d.Left() > 0 {
			c.Entries = append(c.Entries, Entry{d.Bytes(len(b)), d.Bytes(len(b))})
		}
		if len(c.Entries) == 0 {
			d.Fail(errors.New("a chunk of no entries"))
		}
	default:
		d.Fail(fmt.Errorf("a chunk of kind %d", kind))
	}
	return c, d.Err()
}

// ChunkAsked is the question for a part of the state after the block of a height.
//
// On the wire: height u64 | depth u8 | prefix 32.
type ChunkAsked struct {
	Height uint64
	Depth  uint8
	Prefix Hash
}

// Encode is the encoding.
func (a ChunkAsked) Encode() []byte { return append(append(u64(a.Height), a.Depth), a.Prefix[:]...) }

// DecodeChunkAsked reads a question.
func DecodeChunkAsked(b []byte) (a ChunkAsked, err error) {
	d := ledgers.NewDecoder(b)
	a.Height, a.Depth = d.Uint64(), d.Uint8()
	d.Into(a.Prefix[:])
	return a, d.Err()
}
