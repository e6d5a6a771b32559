package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"strata/node/store"
)

var (
	// ErrLocked reports a data directory that another node uses. Choose another, or stop that node.
	ErrLocked = errors.New("is used by another node")

	// ErrNewer reports a store that a newer program wrote. Use that, or another data directory.
	ErrNewer = errors.New("store was written by a newer program")
)

// lockWithin is how long Open waits for another node that is about to end.
const lockWithin = 500 * time.Millisecond

// Files in the data directory.
const (
	fileName    = "strata.db"
	fileName1   = "chain.db" // version 1
	newSuffix   = ".new"     // until it is complete
	asideSuffix = ".damaged" // what Rebuild replaced
)

// Store is a store.Store in one file.
type Store struct {
	db     *bbolt.DB
	unlock func() // nil for a store that Rebuild fills

	mu       sync.Mutex // held by Update, whose transactions bbolt runs one by one
	tallies  tallies    // of what is stored
	unlisted bool       // an Update left the file without a list of its free pages

	beginning sync.Mutex // held while a transaction begins

	state    sync.Mutex
	damage   error // the first that was found
	onDamage func(error)
}

// Open opens the store in a data directory, both made if they are not there, readable by their
// owner only. It waits at most half a second for another node to let go of the directory, and checks
// the file before it uses it. Errors: ErrLocked, ErrNewer, store.ErrCorrupt; or what the system or
// bbolt reports.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	unlock, err := lock(dir)
	if err == nil {
		var s *Store
		if s, err = openFile(dir); err == nil {
			s.unlock = unlock
			return s, nil
		}
		unlock()
	}
	if errors.Is(err, ErrLocked) || errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("data directory %s %w", dir, ErrLocked)
	}
	return nil, fmt.Errorf("data directory %s: %w", dir, err)
}

// openFile opens the file of a locked directory, or makes it.
func openFile(dir string) (*Store, error) {
	path := filepath.Join(dir, fileName)
	if exists, err := isThere(path); err != nil || !exists {
		if err == nil {
			err = begin(dir)
		}
		if err != nil {
			return nil, err
		}
	}
	found, err := check(path)
	if err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWithin, NoFreelistSync: true})
	if err != nil {
		return nil, err
	}
	return &Store{db: db, tallies: found}, nil
}

func isThere(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// View runs f on one consistent picture of the store.
func (s *Store) View(f func(store.Reader) error) error {
	return s.guarded(func(d *damage) error {
		return s.db.View(func(tx *bbolt.Tx) error {
			return d.inside(func() error { return f(&reader{tx, d}) })
		})
	})
}

// Update runs f and keeps all of what it wrote, on the disk, or nothing.
func (s *Store) Update(f func(store.Writer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var after tallies
	err := s.guarded(func(d *damage) error {
		return s.db.Update(func(tx *bbolt.Tx) error {
			w := &writer{reader: reader{tx, d}, tallies: maps.Clone(s.tallies), opened: map[store.Bucket]opened{}}
			if err := d.inside(func() error { return f(w) }); err != nil {
				return err
			}
			w.store(ownBucket, ownKey, w.tallies.encode(formatVersion))
			after = w.tallies
			return w.err
		})
	})
	if err == nil {
		s.tallies, s.unlisted = after, s.db.NoFreelistSync
	}
	return err
}

// closeWithin is how long Close waits for bbolt after damage: a panic may have left its locks taken.
const closeWithin = time.Second

// Close ends the store and lets go of the data directory.
func (s *Store) Close() (err error) {
	if s.listFreePages(); s.damaged() == nil {
		err = s.db.Close()
	} else {
		done := make(chan error, 1)
		go func() { done <- s.db.Close() }()
		select {
		case err = <-done:
		case <-time.After(closeWithin):
		}
	}
	if s.unlock != nil {
		s.unlock()
		s.unlock = nil
	}
	return err
}

// listFreePages leaves the file as the next Open has least to do with. If the disk does not take it, nothing is lost.
func (s *Store) listFreePages() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.unlisted {
		return
	}
	s.unlisted = false
	s.db.NoFreelistSync = false
	_ = s.guarded(func(d *damage) error {
		return s.db.Update(func(*bbolt.Tx) error { return d.inside(func() error { return nil }) })
	})
}

type reader struct {
	tx     *bbolt.Tx
	damage *damage
}

// Get copies the value: bbolt's own slices are of no use after the transaction.
func (r *reader) Get(b store.Bucket, key []byte) (value []byte, ok bool) {
	defer r.damage.caught()
	sealed := r.sealed(b, key)
	if sealed == nil {
		return nil, false
	}
	value, err := unseal(b, key, sealed)
	if err != nil {
		r.damage.found(err)
		return nil, false
	}
	return bytes.Clone(value), true
}

// sealed is the record as it is stored, nil if there is none.
func (r *reader) sealed(b store.Bucket, key []byte) []byte {
	bucket := r.tx.Bucket([]byte(b))
	if bucket == nil {
		return nil
	}
	return bucket.Get(key)
}

func (r *reader) Scan(b store.Bucket, f func(key, value []byte) error) error {
	next := r.cursor(b)
	for {
		key, value := next()
		if key == nil {
			return r.damage.err
		}
		if err := f(key, value); err != nil {
			return err
		}
	}
}

// cursor gives one record after the other, and a nil key at the end, be it by damage.
func (r *reader) cursor(b store.Bucket) (next func() (key, value []byte)) {
	var c *bbolt.Cursor
	return func() (key, value []byte) {
		defer r.damage.caught()
		var k, sealed []byte
		if c != nil {
			k, sealed = c.Next()
		} else if bucket := r.tx.Bucket([]byte(b)); bucket != nil {
			c = bucket.Cursor()
			k, sealed = c.First()
		}
		if k == nil {
			return nil, nil
		}
		v, err := unseal(b, k, sealed)
		if err != nil {
			r.damage.found(err)
			return nil, nil
		}
		return bytes.Clone(k), bytes.Clone(v)
	}
}
