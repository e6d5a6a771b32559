package leader

import (
	"slices"

	"strata/ledgers"
	"strata/ledgers/leader"
)

// writes is the way of records into the log.
type writes struct {
	queue   []queued // what waits for the sync under way
	stop    func()   // called when nothing is under way: the log is being cut
	busy    bool     // one is under way
	urgent  bool     // somebody waits for something in queue
	telling bool     // those who waited for the last sync are being told
	named   bool     // the names of the files are safe
	after   []func() // what waits for that
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

// flush writes what waits, as one record: of more than fits one, the first.
func (w *writes) flush(n *node) {
	if w.busy || n.stopped {
		return
	}
	if len(w.queue) == 0 {
		if w.stop != nil { // the log on the disk is the one in memory: another may take its place
			w.busy = true
			w.stop()
		}
		return
	}
	if !w.urgent && w.stop == nil {
		return
	}
	batch := w.first()
	w.busy, w.urgent = true, len(w.queue) > 0
	if slices.ContainsFunc(batch, func(q queued) bool { return q.kind.NamesBodies() }) {
		n.syncBodies(func() { w.write(n, batch) })
		return
	}
	w.write(n, batch)
}

// write appends a batch as one record, and tells those who wait for it when it is safe.
func (w *writes) write(n *node, batch []queued) {
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

// first takes as many off the queue as fit one record.
func (w *writes) first() (batch []queued) {
	size, count := 0, 0
	for _, q := range w.queue {
		if size += len(q.body) + 5; size > leader.MaxRecord && count > 0 {
			break
		}
		count++
	}
	batch, w.queue = w.queue[:count:count], w.queue[count:]
	return batch
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

// store puts blocks into the block store. They are safe with the record that carries them, or before the first that
// names them.
func (n *node) store(blocks ...*leader.Block) {
	if err := n.blocks.Put(blocks...); err != nil {
		n.fail(err)
	}
}

// syncBodies calls then, later, when all that is in the block store is safe.
func (n *node) syncBodies(then func()) {
	n.blocks.Sync(func(err error) {
		switch {
		case err != nil:
			n.fail(err)
		case !n.stopped:
			then()
		}
	})
}

// rewrite makes the log safe in one record after its end was replaced, from kept on. front is what the record says
// besides.
func (n *node) rewrite(kind leader.RecordKind, front []byte, kept uint64, then func()) {
	tip, hash := n.tip()
	n.synced = min(n.synced, kept)
	n.write(kind, append(append(front, uints(kept)...), n.hashesFrom(kept)...), func() {
		if n.hashAt(tip) == hash {
			n.synced = max(n.synced, tip)
		}
		then()
	})
}

// hashesFrom lists the hashes of the log above a height.
func (n *node) hashesFrom(kept uint64) (hashes []byte) {
	for _, hash := range n.hashes[kept-n.base:] {
		hashes = append(hashes, hash[:]...)
	}
	return hashes
}
