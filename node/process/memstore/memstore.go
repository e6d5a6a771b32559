// Package memstore is a store in memory that any goroutine may use: that of a node without a data
// directory, whose API reads while its loop writes.
package memstore

import (
	"sync"

	"strata/node/store"
)

// Store is a store.Memory with a lock.
type Store struct {
	mu     sync.RWMutex
	memory *store.Memory
}

// New makes an empty store.
func New() *Store { return &Store{memory: store.NewMemory()} }

// View runs f; other readers may be at work meanwhile.
func (s *Store) View(f func(store.Reader) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.memory.View(f)
}

// Update runs f, alone.
func (s *Store) Update(f func(store.Writer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory.Update(f)
}

// Close does nothing: the content stays.
func (s *Store) Close() error { return nil }
