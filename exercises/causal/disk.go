// This file is yours to edit. docs/10-causal.md is the chapter; `make reset LAYER=causal` gives a fresh copy.

package causal

import (
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/messaging"
)

// kindOf is short for the kind of a message.
type kindOf = messaging.Kind

// The files: what was delivered, in order, which others have too; and this node's own updates, each synced before
// the next is added, so that damage is told from a torn end.
const (
	fileUpdates = "updates"
	fileOwn     = "own"
)

// disk is what the node keeps.
type disk struct {
	updates, own ledgers.Shelf
	reading      bool
	read         []*causal.Update // and not delivered yet
}

// readTogether is how many updates are read before their signatures are checked.
const readTogether = 256

// recover delivers what is on the disk. Errors: those of causal.Causal.Start.
func (n *node) recover() error {
	d := n.host.Disk()
	if err := ledgers.CheckFounded(d, ledgers.ChainID(n.root), n.host.Identity().Key()); err != nil {
		return err
	}
	n.disk.reading = true
	defer func() { n.disk.reading = false }()
	err := n.disk.updates.Open(d, fileUpdates, n.read)
	n.deliverRead()
	if err == nil {
		err = n.disk.updates.Cut() // it is asked for again
	}
	if err != nil {
		return err
	}
	err = n.disk.own.Open(d, fileOwn, n.readOwn)
	if err != nil {
		return err
	}
	damaged, err := n.disk.own.Damaged(func(body []byte) bool {
		_, err := causal.DecodeUpdate(body)
		return err == nil
	})
	if err == nil && damaged {
		err = fmt.Errorf("%w: %s at byte %d", ledgers.ErrDamaged, fileOwn, n.disk.own.Size())
	}
	if err != nil {
		return err
	}
	if err := n.disk.own.Cut(); err != nil {
		return err
	}
	return n.create()
}

// create makes the files, so that there is something to sync. The first write waits until their names are safe.
func (n *node) create() error {
	for _, name := range []string{fileUpdates, fileOwn} {
		if err := n.host.Disk().Append(name, nil); err != nil {
			return err
		}
	}
	n.writes.busy = true
	n.host.Disk().SyncNames(func(err error) {
		if err != nil {
			n.fail(err)
		}
		n.write()
	})
	return nil
}

// read takes a record of the file of updates.
func (n *node) read(at int64, body []byte) error {
	u, err := causal.DecodeUpdate(body)
	if err != nil {
		return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileUpdates, at, err)
	}
	if n.disk.read = append(n.disk.read, u); len(n.disk.read) == readTogether {
		n.deliverRead()
	}
	return nil
}

// deliverRead delivers what was read so far.
func (n *node) deliverRead() {
	n.prove(n.disk.read)
	for _, u := range n.disk.read {
		n.arrive(u, "", true)
	}
	n.disk.read, n.proven = nil, nil
}

// readOwn takes one of this node's own updates: it may be safe, and not be in the other file yet.
func (n *node) readOwn(at int64, body []byte) error {
	u, err := causal.DecodeUpdate(body)
	if err != nil {
		return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileOwn, at, err)
	}
	if id := u.ID(); !n.ancestry.Has(id) {
		n.last = id
		n.disk.reading = false // the other file lacks it
		n.arrive(u, "", true)
		n.disk.reading = true
	}
	return nil
}

// keep adds a delivered update to the file.
func (n *node) keep(u *causal.Update) {
	if n.disk.reading {
		return
	}
	if _, err := n.disk.updates.Add(u.Encode()); err != nil {
		n.fail(err)
	}
}

// maxWrites is how many writes may wait.
const maxWrites = 64

// writes are those that wait until the one before them is safe.
type writes struct {
	queue []write
	busy  bool
}

// write is what is to be written, and whom to tell.
type write struct {
	ops  []causal.Op
	done func(causal.ID, error)
}

// errStopped is the fate of writes of a node that has stopped.
var errStopped = errors.New("the node has stopped")

// Write is causal.Causal's.
func (n *node) Write(ops []causal.Op, done func(causal.ID, error)) {
	if len(n.writes.queue) >= maxWrites {
		n.host.After(0, func() { done(causal.ID{}, ledgers.ErrFull) })
		return
	}
	n.writes.queue = append(n.writes.queue, write{ops, done})
	if !n.writes.busy {
		n.writes.busy = true
		n.host.After(0, n.write)
	}
}

// write makes the next update: safe first, with all that it stands on; then delivered and told (CAU-1, LED-9).
func (n *node) write() {
	if len(n.writes.queue) == 0 {
		n.writes.busy = false
		return
	}
	next := n.writes.queue[0]
	n.writes.queue = n.writes.queue[1:]
	if n.last != (causal.ID{}) && !n.ancestry.Has(n.last) && !n.stopped {
		n.writes.queue = append([]write{next}, n.writes.queue...)
		n.host.After(n.cfg.Tell, n.write) // what its own last update stands on is still to come
		return
	}
	finish := func(id causal.ID, err error) {
		next.done(id, err)
		n.write()
	}
	if n.stopped {
		finish(causal.ID{}, errors.Join(errStopped, n.failure))
		return
	}
	u := n.make(next.ops)
	if _, err := n.verdict(u); err != nil {
		finish(causal.ID{}, err)
		return
	}
	n.safe(u, func(err error) {
		if err != nil {
			n.fail(err)
			finish(causal.ID{}, err)
			return
		}
		id := u.ID()
		n.settle(id, u, "")
		n.spread(u)
		finish(id, nil)
	})
}

// safe has an update of this node synced after everything that it stands on.
func (n *node) safe(u *causal.Update, done func(error)) {
	n.disk.updates.Sync(func(err error) {
		if err != nil {
			done(err)
			return
		}
		if _, err := n.disk.own.Add(u.Encode()); err != nil {
			done(err)
			return
		}
		n.disk.own.Sync(done)
	})
}

// Safe is causal.Causal's.
func (n *node) Safe(done func(error)) { n.disk.updates.Sync(done) }

// spread gossips an update.
func (n *node) spread(u *causal.Update) {
	if err := n.gossip.Broadcast(causal.KindUpdate, u.Encode()); err != nil {
		n.host.Log().Warn("an update was not sent", "reason", err)
	}
}
