// Package store is where a node keeps blocks, accounts and the tip, so that all three change
// together or not at all.
//
//	node/blocktree     node/index
//	     |  View(Reader)  Update(Writer)
//	     v
//	store.Store: Memory, node/boltstore
//
// node/store/storetest holds what every store has to do. Read next: node/boltstore.
package store

import (
	"errors"
	"maps"
	"slices"
	"sync"
)

// ErrCorrupt reports a store that holds something else than what was written to it, or records that
// do not fit together. A node stops on it: `strata node --repair` makes a new store of the blocks
// that are whole.
var ErrCorrupt = errors.New("store is corrupt")

// Store is a transactional key-value store: where a node keeps blocks, accounts and the tip, so
// that all three change together or not at all (FRK-6). It may be used from any goroutine; a
// transaction must not be begun within another.
type Store interface {
	// View runs f on one consistent picture of the store and returns its error, or ErrCorrupt if
	// what f read is not what was written.
	View(f func(Reader) error) error

	// Update runs f and keeps what it wrote, all of it, once it returns nil: when Update returns
	// nil, the changes outlive a crash. With any error, f's own or the store's, or a panic of f,
	// nothing of it is kept. Errors: ErrCorrupt as in View.
	Update(f func(Writer) error) error

	// Close ends the store; transactions under way end first. Closing twice does nothing.
	Close() error
}

// Bucket is a space of keys of its own.
type Bucket string

// Reader reads within a transaction and is of no use after it.
type Reader interface {
	// Get is the value of a key. It may be kept; it is not to be modified. A damaged record is none
	// here, and an error of the transaction.
	Get(b Bucket, key []byte) (value []byte, ok bool)

	// Scan calls f with each entry, the keys in ascending order, until f returns an error, and
	// returns that. Key and value may be kept; they are not to be modified. f does not write.
	Scan(b Bucket, f func(key, value []byte) error) error
}

// Writer writes within a transaction, and reads what it wrote. A write that the store cannot do
// makes the transaction's Update fail.
type Writer interface {
	Reader

	// Put sets the value of a key, which is not empty. Both slices belong to the store afterwards.
	Put(b Bucket, key, value []byte)

	// Delete removes a key; one that is not there is no error.
	Delete(b Bucket, key []byte)
}

// Memory is a Store in memory. What it holds lives as long as the value does: a simulated node
// that crashes and boots again on the same Memory has kept its disk.
type Memory struct {
	mu      sync.RWMutex
	buckets map[Bucket]map[string][]byte
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{buckets: map[Bucket]map[string][]byte{}}
}

// View runs f.
func (s *Memory) View(f func(Reader) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f(memoryReader{s})
}

// Update runs f, and takes back what it wrote unless it returns nil.
func (s *Memory) Update(f func(Writer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &memoryWriter{memoryReader: memoryReader{s}}
	done := false
	defer func() {
		if !done {
			w.rollBack()
		}
	}()
	err := f(w)
	done = err == nil
	return err
}

// Close does nothing: the content stays, for who opens the store again.
func (s *Memory) Close() error { return nil }

type memoryReader struct{ store *Memory }

func (r memoryReader) Get(b Bucket, key []byte) ([]byte, bool) {
	value, ok := r.store.buckets[b][string(key)]
	return value, ok
}

func (r memoryReader) Scan(b Bucket, f func(key, value []byte) error) error {
	bucket := r.store.buckets[b]
	for _, key := range slices.Sorted(maps.Keys(bucket)) {
		if err := f([]byte(key), bucket[key]); err != nil {
			return err
		}
	}
	return nil
}

// memoryWriter writes in place and remembers what was there before.
type memoryWriter struct {
	memoryReader
	before []memoryEntry
}

type memoryEntry struct {
	bucket Bucket
	key    string
	value  []byte
	ok     bool // false: there was no such key
}

func (w *memoryWriter) Put(b Bucket, key, value []byte) {
	bucket := w.remember(b, key)
	bucket[string(key)] = value
}

func (w *memoryWriter) Delete(b Bucket, key []byte) {
	bucket := w.remember(b, key)
	delete(bucket, string(key))
}

func (w *memoryWriter) remember(b Bucket, key []byte) map[string][]byte {
	bucket := w.store.buckets[b]
	if bucket == nil {
		bucket = map[string][]byte{}
		w.store.buckets[b] = bucket
	}
	value, ok := bucket[string(key)]
	w.before = append(w.before, memoryEntry{b, string(key), value, ok})
	return bucket
}

func (w *memoryWriter) rollBack() {
	for _, e := range slices.Backward(w.before) {
		if e.ok {
			w.store.buckets[e.bucket][e.key] = e.value
		} else {
			delete(w.store.buckets[e.bucket], e.key)
		}
	}
}
