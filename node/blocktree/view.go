package blocktree

import (
	"strata/chain"
	"strata/node/store"
)

// WatchConnected calls f with each block that is connected and stored, of the chain or of a side
// branch, once, before the Add that brought it returns. f does not add blocks.
func (t *Tree) WatchConnected(f func(chain.Sealed)) { t.watchConnected = f }

// tellConnected tells the watcher of what an Add has left connected and valid.
func (t *Tree) tellConnected(connected []*chain.Sealed) {
	if t.watchConnected == nil {
		return
	}
	for _, k := range connected {
		if t.fresh[k.Hash()] != nil {
			t.watchConnected(*k)
		}
	}
}

// The functions below read a tree's store where there is no tree at hand: on any goroutine, each
// within a transaction of the caller's, so that what several of them say fits together.

// StoredTip is the tip of the chain in the store. ok is false if the store is empty. Errors:
// ErrCorrupt.
func StoredTip(r store.Reader) (number uint64, hash chain.BlockHash, ok bool, err error) {
	return readTip(r)
}

// StoredHashAt is the hash of the chain's block of that number; ok is false beyond the tip. Errors:
// ErrCorrupt.
func StoredHashAt(r store.Reader, number uint64) (hash chain.BlockHash, ok bool, err error) {
	tip, _, ok, err := readTip(r)
	if err != nil || !ok || number > tip {
		return hash, false, err
	}
	value, found := r.Get(bucketNumbers, numberKey(number))
	if !found || len(value) != hashSize {
		return hash, false, ErrCorrupt
	}
	return chain.BlockHash(value), true, nil
}

// StoredText is the text of a connected block, of the chain or of a side branch. It is not to be
// modified.
func StoredText(r store.Reader, hash chain.BlockHash) (text []byte, ok bool) {
	return r.Get(bucketBlocks, hash[:])
}
