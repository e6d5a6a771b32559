package validators

import (
	"bytes"

	"strata/network"
)

// Tree is a binary Merkle tree over the SHA-256 of its keys (VAL-2): one set of entries has one root. A Tree
// never changes: With and Without make another one that shares all that is equal, so that a copy costs
// nothing and a change costs one path. The zero value is the empty tree.
//
//	root of nothing: 32 zeros
//	root of one entry: H(0x00, H(key), H(value))
//	else: H(0x01, left, right), by the next bit of H(key): 0 is left
type Tree struct{ root *branch }

// branch is a subtree that is not empty. It is a leaf if it has an entry.
type branch struct {
	*entry
	left, right *branch
	hash        Hash
	hashed      bool // hash is known; it is made when somebody asks
}

type entry struct {
	at         Hash // of the key
	key, value []byte
}

// bit is that bit of a hash, the highest first.
func bit(h Hash, n int) byte { return h[n/8] >> (7 - n%8) & 1 }

// child is the subtree on one side.
func (b *branch) child(side byte) *branch {
	if side == 0 {
		return b.left
	}
	return b.right
}

// sum is the root of a subtree.
func (b *branch) sum() Hash {
	switch {
	case b == nil:
		return Hash{}
	case b.hashed:
	case b.entry != nil:
		b.hash, b.hashed = leafHash(b.at, network.Sum256(b.value)), true
	default:
		b.hash, b.hashed = innerHash(b.left.sum(), b.right.sum()), true
	}
	return b.hash
}

func leafHash(key, value Hash) Hash {
	return network.Sum256(append(append([]byte{0}, key[:]...), value[:]...))
}

func innerHash(left, right Hash) Hash {
	return network.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// Root commits to all entries.
func (t Tree) Root() Hash { return t.root.sum() }

// Value is that of a key, and whether there is one. The slice belongs to the tree.
func (t Tree) Value(key []byte) (value []byte, ok bool) {
	at := Hash(network.Sum256(key))
	b := t.root
	for depth := 0; b != nil && b.entry == nil; depth++ {
		b = b.child(bit(at, depth))
	}
	if b == nil || b.at != at {
		return nil, false
	}
	return b.value, true
}

// With is the tree in which the key has that value. Both slices belong to the tree afterwards.
func (t Tree) With(key, value []byte) Tree {
	return Tree{t.root.put(&entry{network.Sum256(key), key, value}, 0)}
}

func (b *branch) put(e *entry, depth int) *branch {
	switch {
	case b == nil || b.entry != nil && b.at == e.at:
		return &branch{entry: e}
	case b.entry != nil: // two entries where one was: they part at a later bit
		inner := &branch{}
		if bit(b.at, depth) == 0 {
			inner.left = b
		} else {
			inner.right = b
		}
		return inner.put(e, depth)
	case bit(e.at, depth) == 0:
		return &branch{left: b.left.put(e, depth+1), right: b.right}
	}
	return &branch{left: b.left, right: b.right.put(e, depth+1)}
}

// Without is the tree in which the key has no value.
func (t Tree) Without(key []byte) Tree {
	if _, ok := t.Value(key); !ok {
		return t
	}
	return Tree{t.root.cut(network.Sum256(key), 0)}
}

// cut takes an entry away that is there. What is left of a subtree with one entry is that entry.
func (b *branch) cut(at Hash, depth int) *branch {
	if b.entry != nil {
		return nil
	}
	left, right := b.left, b.right
	if bit(at, depth) == 0 {
		left = left.cut(at, depth+1)
	} else {
		right = right.cut(at, depth+1)
	}
	switch {
	case left == nil && (right == nil || right.entry != nil):
		return right
	case right == nil && left.entry != nil:
		return left
	}
	return &branch{left: left, right: right}
}

// Walk calls each with every entry, in the order of the hashes of the keys, until it says no. The slices belong
// to the tree.
func (t Tree) Walk(each func(key, value []byte) bool) { t.root.walk(each) }

func (b *branch) walk(each func(key, value []byte) bool) bool {
	switch {
	case b == nil:
		return true
	case b.entry != nil:
		return each(b.key, b.value)
	}
	return b.left.walk(each) && b.right.walk(each)
}

// Path proves what a key has, or that it has nothing: the roots of the subtrees beside the way, from the top, and
// what is at its end.
type Path struct {
	Beside []Hash
	Found  bool // an entry is at the end, perhaps another's
	Key    Hash // of that entry: the hash of its key and of its value
	Value  Hash
}

// Prove is the path of a key.
func (t Tree) Prove(key []byte) (p Path) {
	at := Hash(network.Sum256(key))
	b := t.root
	for depth := 0; b != nil && b.entry == nil; depth++ {
		side := bit(at, depth)
		p.Beside = append(p.Beside, b.child(1-side).sum())
		b = b.child(side)
	}
	if b != nil {
		p.Found, p.Key, p.Value = true, b.at, network.Sum256(b.value)
	}
	return p
}

// Present says whether the path proves that the key has that value under a root.
func (p Path) Present(root Hash, key, value []byte) bool {
	at := Hash(network.Sum256(key))
	return p.Found && p.Key == at && p.Value == network.Sum256(value) && p.leads(root, at)
}

// Absent says whether the path proves that the key has no value under a root: at its end is nothing, or an entry
// of another key that would lie there alone.
func (p Path) Absent(root Hash, key []byte) bool {
	at := Hash(network.Sum256(key))
	if p.Found && (p.Key == at || !samePrefix(p.Key, at, len(p.Beside))) {
		return false
	}
	return p.leads(root, at)
}

// leads says whether the hashes make the root.
func (p Path) leads(root, at Hash) bool {
	if len(p.Beside) > 8*len(at) {
		return false
	}
	var sum Hash
	if p.Found {
		sum = leafHash(p.Key, p.Value)
	}
	for depth := len(p.Beside) - 1; depth >= 0; depth-- {
		if bit(at, depth) == 0 {
			sum = innerHash(sum, p.Beside[depth])
		} else {
			sum = innerHash(p.Beside[depth], sum)
		}
	}
	return sum == root
}

// samePrefix says whether two hashes have the same first bits.
func samePrefix(a, b Hash, bits int) bool {
	if bits > 8*len(a) {
		return false
	}
	whole := bits / 8
	return bytes.Equal(a[:whole], b[:whole]) && (bits%8 == 0 || a[whole]>>(8-bits%8) == b[whole]>>(8-bits%8))
}
