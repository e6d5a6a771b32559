package index

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/store"
)

// ErrBroken reports an index that does not fit the chain or itself. Throw it away and begin again.
var ErrBroken = errors.New("index is broken")

const (
	bucketMeta    store.Bucket = "meta"
	bucketPlaces  store.Bucket = "places"
	bucketCounts  store.Bucket = "counts"
	bucketHistory store.Bucket = "history"
)

var keyTip = []byte("tip")

const (
	hashSize  = len(chain.BlockHash{})
	placeSize = 8 + 4
)

// Place is where on the chain a transaction is.
type Place struct {
	Number   uint64 // of the block
	Position int    // within the block, from 0
}

// Index is the index in a store of its own. One goroutine at a time may call Step; all else is for
// any goroutine.
type Index struct{ store store.Store }

// New makes an index on a store that nothing else is kept in. The store stays the caller's.
func New(store store.Store) *Index { return &Index{store} }

// Rest has the store give back memory that it can do without, if it is one that can.
func (ix *Index) Rest() {
	if s, ok := ix.store.(interface{ Rest() }); ok {
		s.Rest()
	}
}

// Step brings the index nearer to the chain's tip, by at most limit blocks and in one transaction;
// more says that it is not there yet. Errors: ErrBroken; blocktree.ErrCorrupt of the chain's store;
// those of the stores.
func (ix *Index) Step(from store.Store, limit int) (more bool, err error) {
	number, hash, err := ix.Tip()
	if err != nil {
		return false, err
	}
	var w work
	err = from.View(func(r store.Reader) (err error) {
		w, err = plan(r, number, hash, limit)
		return err
	})
	if err != nil || len(w.undo)+len(w.apply) == 0 {
		return false, err
	}
	err = ix.store.Update(func(to store.Writer) error {
		for _, b := range w.undo {
			if err := takeOut(to, b); err != nil {
				return err
			}
		}
		for _, b := range w.apply {
			if err := putIn(to, b); err != nil {
				return err
			}
		}
		to.Put(bucketMeta, keyTip, append(number8(w.number), w.hash[:]...))
		return nil
	})
	return w.more, err
}

// Tip is the last block that is in the index; genesis if it is empty. Errors: ErrBroken; the store's.
func (ix *Index) Tip() (number uint64, hash chain.BlockHash, err error) {
	err = ix.store.View(func(r store.Reader) error {
		value, ok := r.Get(bucketMeta, keyTip)
		if !ok {
			hash = chain.Genesis().Hash()
			return nil
		}
		if len(value) != 8+hashSize {
			return fmt.Errorf("%w: its tip has %d bytes", ErrBroken, len(value))
		}
		number, hash = binary.BigEndian.Uint64(value), chain.BlockHash(value[8:])
		return nil
	})
	return number, hash, err
}

// work is what a step is to do: undo first, the highest block first, then apply, in ascending order.
type work struct {
	undo, apply []chain.Block
	number      uint64 // the tip of the index afterwards
	hash        chain.BlockHash
	more        bool
}

// plan finds the way from a block to the tip of the chain, at most limit blocks of it.
func plan(r store.Reader, number uint64, hash chain.BlockHash, limit int) (work, error) {
	w := work{number: number, hash: hash}
	for {
		at, ok, err := blocktree.StoredHashAt(r, w.number)
		if err != nil {
			return w, err
		}
		if ok && at == w.hash {
			break
		}
		if w.number == 0 {
			return w, fmt.Errorf("%w: it is of another chain", ErrBroken)
		}
		if len(w.undo) == limit {
			w.more = true
			return w, nil
		}
		b, err := block(r, w.hash)
		if err != nil {
			return w, err
		}
		w.undo = append(w.undo, b)
		w.number, w.hash = b.Number-1, b.Parent
	}
	for {
		next, ok, err := blocktree.StoredHashAt(r, w.number+1)
		if err != nil || !ok {
			return w, err
		}
		if len(w.undo)+len(w.apply) >= limit {
			w.more = true
			return w, nil
		}
		b, err := block(r, next)
		if err != nil {
			return w, err
		}
		w.apply = append(w.apply, b)
		w.number, w.hash = b.Number, next
	}
}

// block reads a block that the chain's store has to have.
func block(r store.Reader, hash chain.BlockHash) (chain.Block, error) {
	text, ok := blocktree.StoredText(r, hash)
	if !ok {
		return chain.Block{}, fmt.Errorf("%w: the chain does not know its block %v", ErrBroken, hash)
	}
	return chain.ParseBlock(text)
}

func number8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// parties are the accounts that a transaction is in the history of.
func parties(tx mempool.Transaction) []mempool.PublicKey {
	if tx.Sender == tx.Recipient {
		return []mempool.PublicKey{tx.Sender}
	}
	return []mempool.PublicKey{tx.Sender, tx.Recipient}
}
