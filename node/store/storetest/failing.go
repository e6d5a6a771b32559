package storetest

import (
	"errors"

	"strata/node/store"
)

// ErrCrash is what a Failing store reports once it has failed.
var ErrCrash = errors.New("the store has crashed")

// Failing is a store that works until a number of writes have been done, and then never again: the
// machine crashed at that instant. Commits count as a write of their own.
type Failing struct {
	store.Store
	Left int // writes until the crash; below 0 the store has crashed
}

// View fails after the crash.
func (s *Failing) View(f func(store.Reader) error) error {
	if s.Left < 0 {
		return ErrCrash
	}
	return s.Store.View(f)
}

// Update fails if the crash comes within it, and keeps nothing then.
func (s *Failing) Update(f func(store.Writer) error) error {
	if s.Left < 0 {
		return ErrCrash
	}
	return s.Store.Update(func(w store.Writer) error {
		if err := f(&failingWriter{w, s}); err != nil {
			return err
		}
		if s.Left--; s.Left < 0 {
			return ErrCrash
		}
		return nil
	})
}

type failingWriter struct {
	store.Writer
	store *Failing
}

func (w *failingWriter) Put(b store.Bucket, key, value []byte) {
	w.store.Left--
	w.Writer.Put(b, key, value)
}

func (w *failingWriter) Delete(b store.Bucket, key []byte) {
	w.store.Left--
	w.Writer.Delete(b, key)
}
