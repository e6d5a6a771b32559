package boltstore

import (
	"fmt"
	"runtime/debug"
	"sync"

	"strata/node/store"
)

// damage is what a transaction has found broken. bbolt takes its pages as they are: on a broken one
// it panics, or reads where there is no file any longer, which the system reports as a fault.
type damage struct {
	err   error  // the first; wraps store.ErrCorrupt
	users bool   // the caller's own code runs, whose panics are not ours
	begun func() // lets the next transaction begin
}

func (d *damage) found(err error) {
	if d.err == nil {
		d.err = err
	}
}

// caught is deferred around each use of bbolt: its panic is damage.
func (d *damage) caught() {
	if p := recover(); p != nil {
		d.found(broken(p))
	}
}

// broken is a panic of bbolt as an error.
func broken(p any) error {
	if _, fault := p.(interface{ Addr() uintptr }); fault {
		return fmt.Errorf("%w: a part of the file is no longer there, or the disk does not give it", store.ErrCorrupt)
	}
	return fmt.Errorf("%w: %v", store.ErrCorrupt, p)
}

// inside runs the caller's part of a transaction. Damage found there is its error, whatever f says.
func (d *damage) inside(f func() error) error {
	d.begun()
	d.users = true
	err := f()
	d.users = false
	if d.err != nil {
		return d.err
	}
	return err
}

// OnDamage calls f once damage is found, with an error that wraps store.ErrCorrupt: on the goroutine that found it,
// and within its View or Update.
func (s *Store) OnDamage(f func(error)) {
	s.state.Lock()
	defer s.state.Unlock()
	s.onDamage = f
}

func (s *Store) damaged() error {
	s.state.Lock()
	defer s.state.Unlock()
	return s.damage
}

// breaks notes damage, and returns what was found first.
func (s *Store) breaks(d *damage) error {
	s.state.Lock()
	first := s.damage == nil
	if first {
		s.damage = d.err
	}
	tell, damage := s.onDamage, s.damage
	s.state.Unlock()
	d.begun()
	if first && tell != nil {
		tell(damage)
	}
	return damage
}

// guarded runs a transaction. After damage the store is of no use any longer. Transactions begin one by one: if one faults
// there, bbolt's locks stay taken, and whoever begins next has to hear of the damage instead of waiting for them.
func (s *Store) guarded(transaction func(*damage) error) (err error) {
	s.beginning.Lock()
	d := &damage{begun: sync.OnceFunc(s.beginning.Unlock)}
	defer d.begun()
	if err := s.damaged(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if !d.users { // in beginning or committing
			if p := recover(); p != nil {
				d.found(broken(p))
			}
		}
		if d.err != nil {
			err = s.breaks(d)
		}
	}()
	return transaction(d)
}
