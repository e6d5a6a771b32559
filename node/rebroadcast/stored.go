package rebroadcast

import (
	"encoding/binary"

	"strata/mempool"
	"strata/node/store"
)

const bucketOwn store.Bucket = "own"

func keyOf(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }

// load reads what an earlier life of the node cared for: the newest, if there are more than may be. What is no
// transaction is taken out of the store. Error: the store's.
func (r *Rebroadcaster) load() error {
	var bad [][]byte
	err := r.around.Store.View(func(view store.Reader) error {
		return view.Scan(bucketOwn, func(key, value []byte) error {
			tx, err := mempool.ParseTransaction(value)
			if err != nil || len(key) != 8 {
				bad = append(bad, key)
				return nil
			}
			number := binary.BigEndian.Uint64(key)
			r.kept = append(r.kept, kept{number: number, tx: tx, id: tx.ID(), since: r.host.Now()})
			r.next = number + 1
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, k := range r.kept[:max(0, len(r.kept)-r.cfg.MaxKept)] {
		bad = append(bad, keyOf(k.number))
	}
	if len(bad) == 0 {
		return nil
	}
	r.kept = r.kept[max(0, len(r.kept)-r.cfg.MaxKept):]
	r.host.Log().Warn("transactions of this node's users are left out: damaged, or too many", "count", len(bad))
	return r.around.Store.Update(func(w store.Writer) error {
		for _, key := range bad {
			w.Delete(bucketOwn, key)
		}
		return nil
	})
}

// store puts into the store what is new of all, and takes out what is gone, in one transaction.
func (r *Rebroadcaster) store(all, gone []kept) error {
	if len(gone) == 0 && (len(all) == 0 || all[len(all)-1].number < r.next) {
		return nil
	}
	return r.around.Store.Update(func(w store.Writer) error {
		for _, k := range gone {
			if k.number < r.next {
				w.Delete(bucketOwn, keyOf(k.number))
			}
		}
		for _, k := range all {
			if k.number >= r.next {
				w.Put(bucketOwn, keyOf(k.number), k.tx.Text())
			}
		}
		return nil
	})
}
