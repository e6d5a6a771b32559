package latticenode

import (
	"errors"
	"sync"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/guard"
)

// watch is told what becomes of blocks, on the loop, and tells whoever waits.
type watch struct {
	book  *lattice.Book
	guard *guard.Guard    // nil: there is none
	also  ledgers.Watcher // nil: there is none

	mu      sync.Mutex
	waiting map[ledgers.OpID][]chan error
	sent    func(to lattice.Account) // somebody was sent something; nil: nobody asks
}

func newWatch(also ledgers.Watcher) *watch {
	return &watch{also: also, waiting: map[ledgers.OpID][]chan error{}}
}

// until gives the end of a block that has not ended: nil when it is cemented, or why it was refused.
func (w *watch) until(id ledgers.OpID) <-chan error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := make(chan error, 1)
	w.waiting[id] = append(w.waiting[id], c)
	return c
}

// leave forgets who waits.
func (w *watch) leave(id ledgers.OpID, who <-chan error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var left []chan error
	for _, c := range w.waiting[id] {
		if c != who {
			left = append(left, c)
		}
	}
	if w.waiting[id] = left; len(left) == 0 {
		delete(w.waiting, id)
	}
}

func (w *watch) end(id ledgers.OpID, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.waiting[id] {
		c <- why
	}
	delete(w.waiting, id)
}

// onSent has f told of each account that is sent something, on the loop: it must not wait.
func (w *watch) onSent(f func(to lattice.Account)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = f
}

// Final is ledgers.Watcher's, and so are the others.
func (w *watch) Final(id ledgers.OpID, at ledgers.Digest) {
	w.end(id, nil)
	w.mu.Lock()
	sent := w.sent
	w.mu.Unlock()
	if p := w.book.Block(lattice.Hash(id)); p != nil && p.Kind == lattice.Send && sent != nil {
		sent(p.Link)
	}
	if w.also != nil {
		w.also.Final(id, at)
	}
}

// Undone is never called: what is cemented is certain.
func (w *watch) Undone(ledgers.OpID) {}

// Refused ends a block.
func (w *watch) Refused(id ledgers.OpID, why error) {
	w.end(id, why)
	if w.also != nil {
		w.also.Refused(id, why)
	}
}

// Blamed has the guard note who has sent what no correct node sends.
func (w *watch) Blamed(from network.Addr, why error) {
	o := guard.Forged
	if errors.Is(why, ledgers.ErrAnswer) {
		o = guard.BadSync
	}
	if w.guard != nil {
		w.guard.Penalise(o)
	}
	if w.also != nil {
		w.also.Blamed(from, why)
	}
}
