package boltstore

import (
	"fmt"
	"runtime/debug"

	"strata/chain"
)

// damage is what a transaction has found broken. bbolt takes its pages as they are: on a broken one
// it panics, or reads where there is no file any more, which the system reports as a fault.
type damage struct {
	err   error // the first; wraps chain.ErrCorrupt
	users bool  // the caller's own code runs, whose panics are not ours
}

func (d *damage) found(err error) {
	if d.err == nil {
		d.err = err
	}
}

// caught is deferred around each use of bbolt: its panic is damage.
func (d *damage) caught() {
	if p := recover(); p != nil {
		d.found(fmt.Errorf("%w: %v", chain.ErrCorrupt, p))
	}
}

// inside runs the caller's part of a transaction. Damage found there is its error, whatever f says.
func (d *damage) inside(f func() error) error {
	d.users = true
	err := f()
	d.users = false
	if d.err != nil {
		return d.err
	}
	return err
}

// guarded runs a transaction. After damage the store is of no use any more.
func (s *Store) guarded(transaction func(*damage) error) (err error) {
	s.state.Lock()
	err = s.damage
	s.state.Unlock()
	if err != nil {
		return err
	}
	d := &damage{}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if !d.users { // in beginning or committing
			if p := recover(); p != nil {
				d.found(fmt.Errorf("%w: %v", chain.ErrCorrupt, p))
			}
		}
		if d.err != nil {
			err = d.err
			s.state.Lock()
			s.damage = err
			s.state.Unlock()
		}
	}()
	return transaction(d)
}
