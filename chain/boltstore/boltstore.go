// Package boltstore keeps a chain.Store on disk, in one bbolt file: a copy-on-write B+ tree whose
// root is switched only after everything below it has reached the disk. That is what makes an
// Update atomic and durable (FRK-6).
//
// Simplification: each Update waits for the disk, some milliseconds, on the caller's goroutine.
// A node's loop stands still for that long, once a block.
//
// Source: github.com/etcd-io/bbolt, README, "Caveats & Limitations".
package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"strata/chain"
)

// ErrLocked reports a data directory that another node uses. Choose another, or stop that node.
var ErrLocked = errors.New("is used by another node")

// lockWithin is how long Open waits for another node that is about to end.
const lockWithin = 500 * time.Millisecond

// fileName is the file in the data directory.
const fileName = "chain.db"

// Store is a chain.Store in one file.
type Store struct{ db *bbolt.DB }

// Open opens the store in a data directory, both made if they are not there, readable by their
// owner only. It waits at most half a second for another node to let go of the directory.
// Errors: ErrLocked, or what the system or bbolt reports.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	db, err := bbolt.Open(filepath.Join(dir, fileName), 0o600, &bbolt.Options{Timeout: lockWithin})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("data directory %s %w", dir, ErrLocked)
	}
	if err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	return &Store{db}, nil
}

// View runs f on one consistent picture of the store.
func (s *Store) View(f func(chain.Reader) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return f(reader{tx}) })
}

// Update runs f and keeps all of what it wrote, on the disk, or nothing.
func (s *Store) Update(f func(chain.Writer) error) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		w := &writer{reader: reader{tx}}
		if err := f(w); err != nil {
			return err
		}
		return w.err
	})
}

// Close ends the store and lets go of the data directory.
func (s *Store) Close() error { return s.db.Close() }

type reader struct{ tx *bbolt.Tx }

// Get copies the value: bbolt's own slices are of no use after the transaction.
func (r reader) Get(b chain.Bucket, key []byte) ([]byte, bool) {
	bucket := r.tx.Bucket([]byte(b))
	if bucket == nil {
		return nil, false
	}
	value := bucket.Get(key)
	return bytes.Clone(value), value != nil
}

func (r reader) Scan(b chain.Bucket, f func(key, value []byte) error) error {
	bucket := r.tx.Bucket([]byte(b))
	if bucket == nil {
		return nil
	}
	return bucket.ForEach(func(key, value []byte) error {
		return f(bytes.Clone(key), bytes.Clone(value))
	})
}

type writer struct {
	reader
	err error // the first that went wrong
}

func (w *writer) Put(b chain.Bucket, key, value []byte) {
	if w.err != nil {
		return
	}
	bucket, err := w.tx.CreateBucketIfNotExists([]byte(b))
	if err == nil {
		err = bucket.Put(key, value)
	}
	w.err = err
}

func (w *writer) Delete(b chain.Bucket, key []byte) {
	if bucket := w.tx.Bucket([]byte(b)); bucket != nil && w.err == nil {
		w.err = bucket.Delete(key)
	}
}
