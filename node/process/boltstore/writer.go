package boltstore

import (
	"bytes"
	"fmt"

	"go.etcd.io/bbolt"

	"strata/node/store"
)

type writer struct {
	reader
	tallies tallies
	opened  map[store.Bucket]opened
	err     error // the first that went wrong
}

// opened is a bucket in use, with a cursor to look up what writes replace: one for all of them, for each takes memory.
type opened struct {
	bucket *bbolt.Bucket
	lookUp *bbolt.Cursor
}

// open is a bucket, made if it is not there.
func (w *writer) open(b store.Bucket) (opened, error) {
	o, ok := w.opened[b]
	if ok {
		return o, nil
	}
	bucket, err := w.tx.CreateBucketIfNotExists([]byte(b))
	if err != nil {
		return opened{}, err
	}
	o = opened{bucket, bucket.Cursor()}
	w.opened[b] = o
	return o, nil
}

func (w *writer) Put(b store.Bucket, key, value []byte) {
	w.put(b, key, value, one(key, w.replaced(b, key)))
}

func (w *writer) Delete(b store.Bucket, key []byte) {
	if w.tx.Bucket([]byte(b)) == nil {
		return
	}
	if old := w.replaced(b, key); old != nil {
		w.remove(b, key, one(key, old))
	}
}

// Replace needs no more of the old record than its checksum, so it does not look for it.
func (w *writer) Replace(b store.Bucket, key, value, old []byte) {
	var before tally
	if old != nil {
		before = tallyOf(key, checksum(b, key, old))
	}
	switch {
	case value != nil:
		w.put(b, key, value, before)
	case old != nil:
		w.remove(b, key, before)
	}
}

func (w *writer) put(b store.Bucket, key, value []byte, old tally) {
	w.tallies[b] = w.tallies[b].without(old).with(one(key, w.store(b, key, value)))
}

// remove takes out a record that is there.
func (w *writer) remove(b store.Bucket, key []byte, old tally) {
	defer w.damage.caught()
	if w.err != nil {
		return
	}
	o, err := w.open(b)
	if err == nil {
		w.tallies[b] = w.tallies[b].without(old)
		err = o.bucket.Delete(key)
	}
	w.err = err
}

// replaced is the record that a write takes the place of; one that is damaged makes the transaction fail.
func (w *writer) replaced(b store.Bucket, key []byte) (sealed []byte) {
	defer w.damage.caught()
	o, err := w.open(b)
	if err != nil {
		return nil // store meets it too
	}
	at, sealed := o.lookUp.Seek(key)
	if !bytes.Equal(at, key) {
		return nil
	}
	if sealed != nil && len(sealed) < checksumSize {
		w.damage.found(fmt.Errorf("%w: record %x in bucket %s", store.ErrCorrupt, key, b))
		return nil
	}
	return sealed
}

// store writes a record, sealed, and returns it.
func (w *writer) store(b store.Bucket, key, value []byte) (sealed []byte) {
	defer w.damage.caught()
	sealed = seal(b, key, value)
	if w.err != nil {
		return sealed
	}
	o, err := w.open(b)
	if err == nil {
		err = o.bucket.Put(key, sealed)
	}
	w.err = err
	return sealed
}
