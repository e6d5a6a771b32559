package leader

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/leader"
)

// writes is the way of records into the log.
type writes struct {
	queue    []queued // what waits for the sync under way
	rewrites int      // logs that were exchanged, and are not safe yet
	stop     func()   // called when nothing is under way: the log is being cut
	busy     bool     // one is under way
	urgent   bool     // somebody waits for something in queue
	telling  bool     // those who waited for the last sync are being told
	named    bool     // the names of the files are safe
	after    []func() // what waits for that
}

// queued is one record, and what waits for it.
type queued struct {
	kind leader.RecordKind
	body []byte
	then func()
}

// begin makes the names safe, and lets go on what waits for it.
func (w *writes) begin(n *node) {
	leader.Prepare(n.host.Disk(), func(err error) {
		if err != nil {
			n.fail(err)
			return
		}
		w.named = true
		for _, then := range w.after {
			if !n.stopped {
				then()
			}
		}
		w.after = nil
	})
}

// add appends a record and calls then when it is safe. If the disk fails, the node stops (LED-9). What
// comes while a sync is under way shares the next one.
func (w *writes) add(n *node, kind leader.RecordKind, body []byte, then func()) {
	w.queue, w.urgent = append(w.queue, queued{kind, body, then}), true
	w.flush(n)
}

// later has a record written with the next one that somebody waits for, or with the next tick.
func (w *writes) later(kind leader.RecordKind, body []byte) {
	w.queue = append(w.queue, queued{kind, body, func() {}})
}

// tick writes what nobody waits for.
func (w *writes) tick(n *node) {
	if len(w.queue) > 0 {
		w.urgent = true
		w.flush(n)
	}
}

// flush writes what waits, as one record.
func (w *writes) flush(n *node) {
	if w.busy || n.stopped {
		return
	}
	if len(w.queue) == 0 {
		// Only when the log on the disk is the one in memory may another take its place.
		if w.stop != nil && w.rewrites == 0 && n.recorded == n.synced {
			w.busy = true
			w.stop()
		}
		return
	}
	if !w.urgent && w.stop == nil {
		return
	}
	batch := w.queue
	w.queue, w.busy, w.urgent = nil, true, false
	kind, body := pack(batch)
	n.log.Append(kind, body, func(err error) {
		w.busy = false
		if err != nil {
			n.fail(err)
			return
		}
		w.telling = true
		for _, q := range batch {
			w.safe(n, q.then)
		}
		w.telling = false
		n.sayNow()
		w.flush(n)
	})
}

// pack makes one record of several.
func pack(batch []queued) (kind leader.RecordKind, body []byte) {
	if len(batch) == 1 {
		return batch[0].kind, batch[0].body
	}
	for _, q := range batch {
		body = ledgers.AppendBytes(append(body, byte(q.kind)), q.body)
	}
	return leader.RecordBatch, body
}

// pause calls do when no record is under way, and writes none until resume is called.
func (w *writes) pause(n *node, do func(resume func())) {
	w.stop = func() {
		do(func() {
			w.stop, w.busy = nil, false
			w.flush(n)
		})
	}
	w.flush(n)
}

// safe calls then, once the names of the files are safe, too.
func (w *writes) safe(n *node, then func()) {
	switch {
	case n.stopped:
	case !w.named:
		w.after = append(w.after, then)
	default:
		then()
	}
}

// withBodies puts the blocks into the block store and calls then when they, and all those before them, are
// safe: only then may a record name them.
func (n *node) withBodies(then func(), blocks ...*leader.Block) {
	n.blocks.Add(func(err error) {
		switch {
		case err != nil:
			n.fail(err)
		case !n.stopped:
			then()
		}
	}, blocks...)
}

// rewrite makes the log safe in one record after its end was replaced: from kept on, and what had no record
// yet. front is what the record says besides.
func (n *node) rewrite(kind leader.RecordKind, front []byte, kept uint64, then func()) {
	tip, hash := n.tip()
	n.writes.rewrites++
	kept = min(kept, n.recorded)
	n.recorded, n.synced = tip, min(n.synced, kept)
	body := append(front, uints(kept)...)
	for height := kept + 1; height <= tip; height++ {
		own := n.hashAt(height)
		body = append(body, own[:]...)
	}
	n.withBodies(func() {
		n.write(kind, body, func() {
			n.writes.rewrites--
			if n.hashAt(tip) == hash {
				n.synced = max(n.synced, tip)
			}
			then()
		})
	})
}

// recover reads what is on the disk. Errors: ErrForeign, ErrDamaged, the disk's.
func (n *node) recover() error {
	err := ledgers.CheckFounded(n.host.Disk(), n.chain, n.host.Identity().Key())
	switch {
	case errors.Is(err, ledgers.ErrNotFounded) && n.self != observer:
		n.lost.on = true
	case err != nil && !errors.Is(err, ledgers.ErrNotFounded):
		return err
	}
	if err := n.blocks.Open(n.host.Disk(), n.chain); err != nil {
		return err
	}
	if err := n.certs.Open(n.host.Disk()); err != nil {
		return err
	}
	if err := n.keep.load(n); err != nil {
		return err
	}
	var bad error
	if err := n.log.Recover(func(kind leader.RecordKind, body []byte) {
		if bad == nil {
			bad = n.replay(kind, body)
		}
	}); err != nil || bad != nil {
		return errorOr(bad, err)
	}
	if n.begun != nil && n.begun.View != n.view {
		n.begun = nil // the node has left that view
	}
	n.synced, _ = n.tip()
	n.recorded = n.synced
	for height := n.base + 1; height <= n.synced; height++ {
		if !n.blocks.Has(n.hashAt(height)) {
			return fmt.Errorf("%w: block %d is in the log, and its body is not", ledgers.ErrDamaged, height)
		}
	}
	if err := n.blocks.Cut(); err != nil {
		return err
	}
	if err := n.fillHashes(); err != nil {
		return err
	}
	if n.state.Height > n.commit || n.state.Height > 0 && n.hashAt(n.state.Height) != n.state.Hash {
		return fmt.Errorf("%w: the snapshot of block %d does not fit the log, which is committed up to %d",
			ledgers.ErrDamaged, n.state.Height, n.commit)
	}
	n.durableView = n.view
	return n.keep.loadPool(n)
}

// replay repeats one record. Errors: ErrDamaged.
func (n *node) replay(kind leader.RecordKind, body []byte) error {
	d := ledgers.NewDecoder(body)
	tip, _ := n.tip()
	switch kind {
	case leader.RecordBatch:
		for rest := d.Rest(); len(rest) > 0; {
			one := ledgers.NewDecoder(rest)
			kind := leader.RecordKind(one.Uint8())
			body := one.Bytes(leader.MaxRecord)
			rest = one.Rest()
			if !one.OK() || kind == leader.RecordBatch {
				return fmt.Errorf("%w: a batch of records that is none", ledgers.ErrDamaged)
			}
			if err := n.replay(kind, body); err != nil {
				return err
			}
		}
	case leader.RecordBase:
		n.base, n.hashes = d.Uint64(), nil
		d.Into(n.baseHash[:])
		n.commit = max(n.commit, n.base)
		n.view, n.lastNormal = d.Uint64(), d.Uint64()
		n.votes.wished, n.votes.number = d.Uint64(), d.Uint64()
	case leader.RecordView:
		n.view = d.Uint64()
	case leader.RecordInstall, leader.RecordAdopt:
		if kind == leader.RecordInstall {
			n.lastNormal = d.Uint64()
			n.view = max(n.view, n.lastNormal)
		}
		kept := d.Uint64()
		if kept < n.base || kept > tip {
			return fmt.Errorf("%w: a log of %d blocks is cut to %d", ledgers.ErrDamaged, tip, kept)
		}
		n.hashes = n.hashes[:kept-n.base]
		for rest := d.Rest(); len(rest) >= 32; rest = rest[32:] {
			n.hashes = append(n.hashes, leader.Hash(rest[:32]))
		}
	case leader.RecordBlock:
		if height := d.Uint64(); height != tip+1 {
			return fmt.Errorf("%w: block %d follows block %d", ledgers.ErrDamaged, height, tip)
		}
		var hash leader.Hash
		d.Into(hash[:])
		n.hashes = append(n.hashes, hash)
	case leader.RecordBegin:
		var b leader.Begin
		if err := leader.Decode(d.Rest(), &b); err != nil {
			return fmt.Errorf("%w: a beginning: %w", ledgers.ErrDamaged, err)
		}
		n.begun = &b
	case leader.RecordWish:
		n.votes.wished = max(n.votes.wished, d.Uint64())
		n.votes.number = d.Uint64()
	case leader.RecordCommit:
		n.commit = max(n.commit, min(tip, binary.BigEndian.Uint64(append(body, make([]byte, 8)...))))
		d.Uint64()
	default:
		return fmt.Errorf("%w: a record of unknown kind %d", ledgers.ErrDamaged, kind)
	}
	if err := d.Err(); err != nil {
		return fmt.Errorf("%w: a record of kind %d: %w", ledgers.ErrDamaged, kind, err)
	}
	return nil
}
