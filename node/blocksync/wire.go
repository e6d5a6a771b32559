package blocksync

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/chain"
	"strata/messaging"
)

// The kinds of requests.
const (
	KindLocate messaging.Kind = "sync:locate" // SYN-1
	KindBlocks messaging.Kind = "sync:blocks" // SYN-2
)

// Bounds of the messages.
const (
	MaxLocator = 96  // pairs in a question to locate
	MaxAnchors = 128 // hashes in its answer
	MaxStep    = 256 // blocks between two anchors, and in one question for blocks
)

// ErrMalformed reports bytes that are no message of this layout. Drop it, and do not ask that peer.
var ErrMalformed = errors.New("malformed sync message")

const (
	hashSize    = len(chain.BlockHash{})
	pairSize    = 8 + hashSize
	rangeSize   = 8 + hashSize + 8 + 2
	locatedSize = 8 + 8
)

// Place is a block by number and hash.
type Place struct {
	Number uint64
	Hash   chain.BlockHash
}

// Locate asks for the first of the places that is on the other's chain, and for anchors from there.
type Locate struct {
	Step   int     // blocks between two anchors
	Places []Place // from the tip back
}

// AppendTo appends the message to b and returns the longer slice.
func (m Locate) AppendTo(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(m.Step))
	for _, p := range m.Places {
		b = binary.BigEndian.AppendUint64(b, p.Number)
		b = append(b, p.Hash[:]...)
	}
	return b
}

// ParseLocate reads a message. It keeps nothing of b. The error wraps ErrMalformed.
func ParseLocate(b []byte) (Locate, error) {
	if len(b) < 2+pairSize || len(b) > 2+MaxLocator*pairSize || (len(b)-2)%pairSize != 0 {
		return Locate{}, fmt.Errorf("%w: locate of %d bytes", ErrMalformed, len(b))
	}
	m := Locate{Step: int(binary.BigEndian.Uint16(b))}
	if m.Step < 1 || m.Step > MaxStep {
		return Locate{}, fmt.Errorf("%w: step %d, want 1 to %d", ErrMalformed, m.Step, MaxStep)
	}
	for rest := b[2:]; len(rest) > 0; rest = rest[pairSize:] {
		m.Places = append(m.Places, Place{binary.BigEndian.Uint64(rest), chain.BlockHash(rest[8:pairSize])})
	}
	return m, nil
}

// Located is the answer to Locate.
type Located struct {
	Ancestor uint64            // number of the place found
	Tip      uint64            // of the answerer's chain
	Anchors  []chain.BlockHash // see anchorAt
}

// AppendTo appends the message to b and returns the longer slice.
func (m Located) AppendTo(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, m.Ancestor)
	b = binary.BigEndian.AppendUint64(b, m.Tip)
	for _, hash := range m.Anchors {
		b = append(b, hash[:]...)
	}
	return b
}

// ParseLocated reads the answer to a question with that step. It keeps nothing of b. The error
// wraps ErrMalformed.
func ParseLocated(b []byte, step int) (Located, error) {
	if len(b) < locatedSize || len(b) > locatedSize+MaxAnchors*hashSize {
		return Located{}, fmt.Errorf("%w: answer to locate of %d bytes", ErrMalformed, len(b))
	}
	m := Located{Ancestor: binary.BigEndian.Uint64(b), Tip: binary.BigEndian.Uint64(b[8:])}
	rest := b[locatedSize:]
	if count := anchorCount(m.Ancestor, m.Tip, step); len(rest) != count*hashSize {
		return Located{}, fmt.Errorf("%w: %d bytes of anchors, want %d hashes", ErrMalformed, len(rest), count)
	}
	for ; len(rest) > 0; rest = rest[hashSize:] {
		m.Anchors = append(m.Anchors, chain.BlockHash(rest[:hashSize]))
	}
	return m, nil
}

// anchorCount is the number of anchors between an ancestor and a tip.
func anchorCount(ancestor, tip uint64, step int) int {
	if tip <= ancestor {
		return 0
	}
	above := min(tip-ancestor, uint64(step)*MaxAnchors)
	return int((above + uint64(step) - 1) / uint64(step))
}

// anchorAt is the number of the block that the i-th anchor, from 0, is the hash of.
func anchorAt(ancestor, tip uint64, step, i int) uint64 {
	return ancestor + min(tip-ancestor, uint64(step)*uint64(i+1))
}

// Range asks for the blocks First, First+1, ... of the chain with that anchor.
type Range struct {
	Anchor Place
	First  uint64 // at least 1
	Count  int    // 1 to MaxStep; none is above the anchor
}

// AppendTo appends the message to b and returns the longer slice.
func (m Range) AppendTo(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, m.Anchor.Number)
	b = append(b, m.Anchor.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, m.First)
	return binary.BigEndian.AppendUint16(b, uint16(m.Count))
}

// ParseRange reads a message. It keeps nothing of b. The error wraps ErrMalformed.
func ParseRange(b []byte) (Range, error) {
	if len(b) != rangeSize {
		return Range{}, fmt.Errorf("%w: blocks of %d bytes, want %d", ErrMalformed, len(b), rangeSize)
	}
	m := Range{
		Anchor: Place{binary.BigEndian.Uint64(b), chain.BlockHash(b[8 : 8+hashSize])},
		First:  binary.BigEndian.Uint64(b[8+hashSize:]),
		Count:  int(binary.BigEndian.Uint16(b[16+hashSize:])),
	}
	if m.Count < 1 || m.Count > MaxStep || m.First < 1 || m.First > m.Anchor.Number || uint64(m.Count)-1 > m.Anchor.Number-m.First {
		return Range{}, fmt.Errorf("%w: %d blocks from %d on, below block %d", ErrMalformed, m.Count, m.First, m.Anchor.Number)
	}
	return m, nil
}

// appendText appends one block of an answer to Range.
func appendText(b, text []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
	return append(b, text...)
}

// ParseTexts cuts an answer to Range into the texts of at most count blocks, of at most longest
// bytes each. The texts are parts of b. The error wraps ErrMalformed.
func ParseTexts(b []byte, count, longest int) ([][]byte, error) {
	var texts [][]byte
	for len(b) > 0 {
		if len(texts) == count {
			return nil, fmt.Errorf("%w: more than %d blocks", ErrMalformed, count)
		}
		if len(b) < 4 {
			return nil, fmt.Errorf("%w: %d bytes where a length should be", ErrMalformed, len(b))
		}
		size := binary.BigEndian.Uint32(b)
		if b = b[4:]; uint64(size) > uint64(min(len(b), longest)) {
			return nil, fmt.Errorf("%w: a block of %d bytes, %d are left, %d allowed", ErrMalformed, size, len(b), longest)
		}
		texts = append(texts, b[:size:size])
		b = b[size:]
	}
	return texts, nil
}
