package index

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"strata/chain"
	"strata/mempool"
	"strata/node/store"
)

// putIn adds the transactions of a block.
func putIn(w store.Writer, b chain.Block) error {
	for i, tx := range b.Transactions {
		id := tx.ID()
		place := binary.BigEndian.AppendUint32(number8(b.Number), uint32(i))
		w.Put(bucketPlaces, bytes.Clone(id[:]), place)
		for _, key := range parties(tx) {
			n, err := count(w, key)
			if err != nil {
				return err
			}
			w.Put(bucketHistory, historyKey(key, n), bytes.Clone(id[:]))
			w.Put(bucketCounts, bytes.Clone(key[:]), number8(n+1))
		}
	}
	return nil
}

// takeOut takes back what putIn did with a block, which is the last one that is in.
func takeOut(w store.Writer, b chain.Block) error {
	for i := len(b.Transactions) - 1; i >= 0; i-- {
		tx := b.Transactions[i]
		id := tx.ID()
		w.Delete(bucketPlaces, id[:])
		for _, key := range parties(tx) {
			n, err := count(w, key)
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("%w: account %v has less history than block %d", ErrBroken, key, b.Number)
			}
			w.Delete(bucketHistory, historyKey(key, n-1))
			if n == 1 {
				w.Delete(bucketCounts, key[:])
				continue
			}
			w.Put(bucketCounts, bytes.Clone(key[:]), number8(n-1))
		}
	}
	return nil
}

func historyKey(key mempool.PublicKey, sequence uint64) []byte {
	return append(bytes.Clone(key[:]), number8(sequence)...)
}

func count(r store.Reader, key mempool.PublicKey) (uint64, error) {
	value, ok := r.Get(bucketCounts, key[:])
	if !ok {
		return 0, nil
	}
	if len(value) != 8 {
		return 0, fmt.Errorf("%w: count of account %v", ErrBroken, key)
	}
	return binary.BigEndian.Uint64(value), nil
}

// Place finds a transaction of the chain, as far as the index has come. Errors: ErrBroken; the
// store's.
func (ix *Index) Place(id mempool.TxID) (p Place, ok bool, err error) {
	err = ix.store.View(func(r store.Reader) (err error) {
		p, ok, err = place(r, id)
		return err
	})
	return p, ok, err
}

func place(r store.Reader, id mempool.TxID) (Place, bool, error) {
	value, ok := r.Get(bucketPlaces, id[:])
	if !ok {
		return Place{}, false, nil
	}
	if len(value) != placeSize {
		return Place{}, false, fmt.Errorf("%w: place of transaction %v", ErrBroken, id)
	}
	return Place{Number: binary.BigEndian.Uint64(value), Position: int(binary.BigEndian.Uint32(value[8:]))}, true, nil
}

// Entry is one transaction in the history of an account.
type Entry struct {
	Sequence uint64 // of the account's transactions, from 0
	ID       mempool.TxID
	Place    Place
}

// History lists the transactions of an account with a sequence below before, the last ones first,
// at most limit. Errors: ErrBroken; the store's.
func (ix *Index) History(key mempool.PublicKey, before uint64, limit int) ([]Entry, error) {
	var entries []Entry
	err := ix.store.View(func(r store.Reader) error {
		n, err := count(r, key)
		if err != nil {
			return err
		}
		for at := min(n, before); at > 0 && len(entries) < limit; at-- {
			e := Entry{Sequence: at - 1}
			value, ok := r.Get(bucketHistory, historyKey(key, e.Sequence))
			if !ok || copy(e.ID[:], value) != len(e.ID) {
				return fmt.Errorf("%w: history of account %v", ErrBroken, key)
			}
			if e.Place, ok, err = place(r, e.ID); err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("%w: transaction %v has no place", ErrBroken, e.ID)
			}
			entries = append(entries, e)
		}
		return nil
	})
	return entries, err
}
