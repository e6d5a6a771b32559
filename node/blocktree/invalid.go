package blocktree

import (
	"encoding/binary"
	"slices"

	"strata/chain"
	"strata/node/store"
)

// invalid remembers the hashes of invalid blocks, the newest of a bounded number (FRK-2). Each
// costs its maker a proof of work, so that pushing one out is dear; and then it is tried once more
// at worst, and refused again.
type invalid struct {
	known map[chain.BlockHash]bool
	order []chain.BlockHash // oldest first
	next  uint64            // number of the next record in the store; that of order[0] is next-len(order)
}

func (v *invalid) has(hash chain.BlockHash) bool { return v.known[hash] }

// remember takes in a record of the store; they come in order.
func (v *invalid) remember(key []byte, hash chain.BlockHash) {
	v.known[hash] = true
	v.order = append(v.order, hash)
	v.next = binary.BigEndian.Uint64(key) + 1
}

// forbid remembers the blocks as invalid, here and in the store, and takes them out of the store.
func (t *Tree) forbid(hashes []chain.BlockHash) error {
	v := &t.invalid
	hashes = slices.DeleteFunc(hashes, v.has)
	if len(hashes) == 0 {
		return nil
	}
	surplus := max(0, len(v.order)+len(hashes)-t.cfg.MaxInvalid)
	err := t.update(func(w store.Writer) error {
		for i, hash := range hashes {
			w.Delete(bucketBlocks, hash[:])
			w.Put(bucketInvalid, numberKey(v.next+uint64(i)), hash[:])
		}
		oldest := v.next - uint64(len(v.order))
		for i := range surplus {
			w.Delete(bucketInvalid, numberKey(oldest+uint64(i)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		v.known[hash] = true
	}
	v.next += uint64(len(hashes))
	v.order = append(v.order, hashes...)
	for _, hash := range v.order[:surplus] {
		delete(v.known, hash)
	}
	v.order = slices.Delete(v.order, 0, surplus)
	return nil
}
