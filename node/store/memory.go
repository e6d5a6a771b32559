package store

import (
	"maps"
	"slices"
)

// Memory is a Store in memory, for one goroutine: a simulated node's. What it holds lives as long as
// the value does: a node that crashes and boots again on the same Memory has kept its disk.
type Memory struct {
	buckets map[Bucket]map[string][]byte
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{buckets: map[Bucket]map[string][]byte{}}
}

// View runs f.
func (s *Memory) View(f func(Reader) error) error {
	return f(memoryReader{s})
}

// Update runs f, and takes back what it wrote unless it returns nil.
func (s *Memory) Update(f func(Writer) error) error {
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

// fewEntries is as many as a transaction mostly writes, if it writes any.
const fewEntries = 4

type memoryEntry struct {
	bucket Bucket
	key    string
	value  []byte
	ok     bool // false: there was no such key
}

func (w *memoryWriter) Put(b Bucket, key, value []byte) {
	bucket, name := w.remember(b, key)
	bucket[name] = value
}

func (w *memoryWriter) Delete(b Bucket, key []byte) {
	bucket, name := w.remember(b, key)
	delete(bucket, name)
}

// remember notes what a key has before it changes, and returns its bucket and its name there.
func (w *memoryWriter) remember(b Bucket, key []byte) (bucket map[string][]byte, name string) {
	bucket, name = w.store.buckets[b], string(key)
	if bucket == nil {
		bucket = map[string][]byte{}
		w.store.buckets[b] = bucket
	}
	if w.before == nil {
		w.before = make([]memoryEntry, 0, fewEntries)
	}
	value, ok := bucket[name]
	w.before = append(w.before, memoryEntry{b, name, value, ok})
	return bucket, name
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
