package daemon

import (
	"strata/node"
	"strata/node/blocktree"
	"strata/node/process/api"
	"strata/node/process/writebehind"
	"strata/node/store"
)

// onTip is told of a move of the tip.
type onTip = func(blocktree.Change)

// stored is a node's store. One on a disk takes what the loop writes some milliseconds later, so that the loop never
// waits for it; whoever tells of it waits instead.
type stored struct {
	below  store.Store        // what is on the disk
	behind *writebehind.Store // what the loop sees; nil: there is no disk
	failed chan error         // what the disk reported, at most once
}

func newStored(db store.Store, disk bool) *stored {
	s := &stored{below: db, failed: make(chan error, 1)}
	if disk {
		s.behind = writebehind.New(db, func(err error) { s.failed <- err })
	}
	return s
}

// into has a node keep its blocks here.
func (s *stored) into(cfg *node.Config) {
	cfg.Store = s.below
	if s.behind != nil {
		cfg.Store, cfg.StoreRoom = s.behind, s.behind.Room
	}
}

// watch calls broke if the disk fails, until stop is called.
func (s *stored) watch(broke func(error)) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case err := <-s.failed:
			broke(notWritten(err))
		case <-quit:
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

// after has f told of each move of the tip once it is on the disk, and never of one that did not get there.
func (s *stored) after(f onTip) onTip {
	if s.behind == nil {
		return f
	}
	return func(c blocktree.Change) {
		s.behind.After(s.behind.Last(), func(err error) {
			if err == nil {
				f(c)
			}
		})
	}
}

// disk is what the API waits for; nil: nothing.
func (s *stored) disk() api.Disk {
	if s.behind == nil {
		return nil // not a nil *Store, which is something
	}
	return s.behind
}

// close waits for the disk and closes the store.
func (s *stored) close() {
	if s.behind != nil {
		_ = s.behind.Close() // what the disk reported has ended the node, and is told
		return
	}
	_ = s.below.Close() // in memory: nothing can fail
}
