// Package simdisk is a store.Store on a simulated disk, for tests of what a crash leaves of it.
//
//	journal   | record | record | record | rec        each: size, checksum, what one Update wrote
//	          '------- synced ----'-- may be lost --'
//
// The store appends one record for each Update and syncs it, if it is careful. A crash keeps all
// that was synced, and of the rest as many bytes as it likes: so the last record may be torn. What
// comes up again is what the whole records say, in order: each Update is there wholly or not at all.
//
// StopAt has the machine stop in the middle of an Update, of which After then leaves any part.
package simdisk

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"

	"strata/node/store"
)

// ErrStopped is what a disk reports after the machine has stopped.
var ErrStopped = errors.New("the machine has stopped")

// Disk is a store.Store. Its content outlives Close, and is cut back by Crash. For one goroutine.
type Disk struct {
	// StopAt is the number of the update, from 1, in which the machine stops: it is written and not
	// synced, fails with ErrStopped, and so does all that comes later. 0: it does not stop.
	StopAt  int
	updates int

	every   int // updates between two syncs
	since   int // updates after the last
	store   *store.Memory
	journal []byte
	synced  int // bytes of the journal that a crash leaves
}

// New makes an empty disk that syncs with every n-th update: with 1 it keeps what store.Store
// promises; with more it lies, as disks with a cache of their own do, and may lose the last n-1.
func New(n int) *Disk { return &Disk{every: n, store: store.NewMemory()} }

// View is store.Store's.
func (d *Disk) View(f func(store.Reader) error) error {
	if d.stopped() {
		return ErrStopped
	}
	return d.store.View(f)
}

func (d *Disk) stopped() bool { return d.StopAt > 0 && d.updates >= d.StopAt }

// Update is store.Store's.
func (d *Disk) Update(f func(store.Writer) error) error {
	if d.stopped() {
		return ErrStopped
	}
	var record []byte
	err := d.store.Update(func(w store.Writer) error {
		r := &recorder{Writer: w}
		if err := f(r); err != nil {
			return err
		}
		record = r.ops
		return nil
	})
	if err != nil {
		return err
	}
	d.journal = binary.BigEndian.AppendUint32(d.journal, uint32(len(record)))
	d.journal = binary.BigEndian.AppendUint32(d.journal, crc32.ChecksumIEEE(record))
	d.journal = append(d.journal, record...)
	if d.updates++; d.stopped() {
		return ErrStopped
	}
	if d.since++; d.since >= d.every {
		d.synced, d.since = len(d.journal), 0
	}
	return nil
}

// Close is store.Store's.
func (d *Disk) Close() error { return nil }

// Unsynced is how many bytes a crash may take.
func (d *Disk) Unsynced() int { return len(d.journal) - d.synced }

// Crash loses what was not synced, but for its first keep bytes, and reads the rest again.
func (d *Disk) Crash(keep int) { *d = *d.After(keep, 0, 0) }

// After is the disk that a crash of this one leaves, which is not touched: of what was not synced it
// has the first keep bytes, with n zeros from byte lost on: a disk writes in any order.
func (d *Disk) After(keep, lost, n int) *Disk {
	unsynced := slices.Clone(d.journal[d.synced:][:min(max(0, keep), d.Unsynced())])
	for i := lost; i < min(lost+n, len(unsynced)); i++ {
		unsynced[i] = 0
	}
	return read(d.every, slices.Concat(d.journal[:d.synced], unsynced))
}

// read makes a disk of what the whole records of a journal say.
func read(every int, left []byte) *Disk {
	d := New(every)
	whole := 0
	for {
		record, ok := next(left[whole:])
		if !ok {
			break
		}
		// A store in memory refuses nothing, and neither does replay.
		_ = d.store.Update(func(w store.Writer) error { replay(w, record); return nil })
		whole += header + len(record)
	}
	d.journal = left[:whole:whole]
	d.synced = whole
	return d
}

// header is a record's size and checksum.
const header = 8

// next is the first record of a journal, if it is whole.
func next(journal []byte) (record []byte, ok bool) {
	if len(journal) < header {
		return nil, false
	}
	size, check := binary.BigEndian.Uint32(journal), binary.BigEndian.Uint32(journal[4:])
	if uint64(len(journal)-header) < uint64(size) {
		return nil, false
	}
	record = journal[header : header+size]
	return record, crc32.ChecksumIEEE(record) == check
}

// The operations in a record.
const (
	opPut    = 'p'
	opDelete = 'd'
)

// recorder writes down what a transaction writes.
type recorder struct {
	store.Writer
	ops []byte
}

func (r *recorder) Put(b store.Bucket, key, value []byte) {
	r.ops = appendParts(append(r.ops, opPut), []byte(b), key, value)
	r.Writer.Put(b, key, value)
}

func (r *recorder) Delete(b store.Bucket, key []byte) {
	r.ops = appendParts(append(r.ops, opDelete), []byte(b), key)
	r.Writer.Delete(b, key)
}

func appendParts(to []byte, parts ...[]byte) []byte {
	for _, p := range parts {
		to = append(binary.AppendUvarint(to, uint64(len(p))), p...)
	}
	return to
}

// replay does again what a record says.
func replay(w store.Writer, record []byte) {
	part := func() []byte {
		size, n := binary.Uvarint(record)
		p := record[n : n+int(size) : n+int(size)]
		record = record[n+int(size):]
		return p
	}
	for len(record) > 0 {
		op := record[0]
		record = record[1:]
		bucket, key := store.Bucket(part()), part()
		if op == opPut {
			w.Put(bucket, key, part())
		} else {
			w.Delete(bucket, key)
		}
	}
}
