package ledgernode

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"strata/ledgers"
	"strata/node/process/atomicfile"
)

// FileWaiting has what clients submitted at the node and what has not ended, in its directory.
const FileWaiting = "waiting"

// outbox remembers what clients submitted here until it is final or refused, so that it is submitted again after a
// restart. It is written with the rest of what the process keeps: what came in the last second may be missing. The
// newest ledgers.MaxPool count.
type outbox struct {
	file string

	mu    sync.Mutex
	ops   map[ledgers.OpID][]byte
	order []ledgers.OpID // of ops, and of some that have ended
	dirty bool
}

// openOutbox reads the file, if there is one; one that is none is put aside. The result is to be submitted again.
// Errors: the system's.
func openOutbox(file string) (b *outbox, again [][]byte, err error) {
	b = &outbox{file: file, ops: map[ledgers.OpID][]byte{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("what waits: %w", err)
	}
	d := ledgers.NewDecoder(text)
	for d.Left() > 0 {
		again = append(again, d.Bytes(ledgers.MaxOperation))
	}
	if d.Err() != nil {
		return b, nil, os.Rename(file, file+".damaged")
	}
	return b, again, nil
}

func (b *outbox) add(id ledgers.OpID, op []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ops[id] != nil {
		return
	}
	b.ops[id], b.dirty = bytes.Clone(op), true
	b.order = append(b.order, id)
	for len(b.ops) > ledgers.MaxPool || len(b.order) > 2*ledgers.MaxPool {
		delete(b.ops, b.order[0])
		b.order = b.order[1:]
	}
}

// ended forgets an operation.
func (b *outbox) ended(id ledgers.OpID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ops[id] != nil {
		delete(b.ops, id)
		b.dirty = true
	}
}

// save writes the file, if there is anything new. Errors: the system's; then the file is as it was.
func (b *outbox) save() error {
	b.mu.Lock()
	if !b.dirty {
		b.mu.Unlock()
		return nil
	}
	var text []byte
	left := b.order[:0]
	for _, id := range b.order {
		if op := b.ops[id]; op != nil {
			text, left = ledgers.AppendBytes(text, op), append(left, id)
		}
	}
	b.order, b.dirty = left, false
	b.mu.Unlock()
	if err := atomicfile.Replace(b.file, text); err != nil {
		b.mu.Lock()
		b.dirty = true
		b.mu.Unlock()
		return fmt.Errorf("what waits: %w", err)
	}
	return nil
}

// submitAgain submits what had not ended before the process did. What cannot be executed any longer is dropped.
func (r *Running) submitAgain(ops [][]byte) {
	for _, op := range ops {
		if id, err := r.ledger.Submit(op); err == nil && r.ledger.Status(id).State == ledgers.Waiting {
			r.outbox.add(id, op)
		}
	}
}
