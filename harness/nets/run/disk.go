package run

import (
	"bytes"
	"slices"
	"sync"

	"strata/node/store"
)

// disk is a node's store. What other nodes have as well is the numbers of records, four bytes each, in a hash table with
// open addresses. It outlives the node's crashes. It belongs to the node, as its other things do.
type disk struct {
	records *records
	slots   []uint32      // a power of two of them
	used    int           // slots that are not free
	own     *store.Memory // what is like nobody else's: whom the node knows, say
}

// alike says whether a bucket has records that are the same at many nodes: blocktree's are. Any other would fill the
// records with what nobody else has, and what is no longer there.
func alike(b store.Bucket) bool {
	switch b {
	case "blocks", "numbers", "undo", "accounts", "meta":
		return true
	}
	return false
}

// What a slot holds that has no record.
const (
	freeSlot    uint32 = 0
	deletedSlot uint32 = 1<<32 - 1
)

func newDisk(r *records) *disk {
	return &disk{records: r, slots: make([]uint32, 16), own: store.NewMemory()}
}

// find is the slot of a key, and the number of its record there; if it has none, the slot where that would go.
func (d *disk) find(b store.Bucket, key []byte, place uint64) (slot int, number uint32) {
	mask, put := len(d.slots)-1, -1
	for i := int(place) & mask; ; i = (i + 1) & mask {
		switch n := d.slots[i]; {
		case n == freeSlot && put >= 0:
			return put, 0
		case n == freeSlot:
			return i, 0
		case n == deletedSlot:
			if put < 0 {
				put = i
			}
		default:
			if e := d.records.at(n); e.place == place && e.bucket == b && bytes.Equal(e.key, key) {
				return i, n
			}
		}
	}
}

// set gives a key a record, or none.
func (d *disk) set(b store.Bucket, key []byte, place uint64, number uint32) {
	slot, is := d.find(b, key, place)
	switch {
	case number == 0 && is == 0:
		return
	case number == 0:
		d.slots[slot] = deletedSlot
		return
	case d.slots[slot] == freeSlot:
		d.used++
	}
	d.slots[slot] = number
	if 4*d.used > 3*len(d.slots) {
		d.grow()
	}
}

// grow makes room, and forgets what was deleted.
func (d *disk) grow() {
	var all []uint32
	for _, n := range d.slots {
		if n != freeSlot && n != deletedSlot {
			all = append(all, n)
		}
	}
	size := len(d.slots)
	if 2*len(all) > size {
		size *= 2
	}
	d.slots, d.used = make([]uint32, size), len(all)
	for _, n := range all {
		i := int(d.records.at(n).place) & (size - 1)
		for d.slots[i] != freeSlot {
			i = (i + 1) & (size - 1)
		}
		d.slots[i] = n
	}
}

// View is store.Store's.
func (d *disk) View(f func(store.Reader) error) error {
	return d.own.View(func(own store.Reader) error { return f(diskReader{d, own}) })
}

// Update is store.Store's.
func (d *disk) Update(f func(store.Writer) error) error {
	return d.own.Update(func(own store.Writer) error {
		w := diskWriters.Get().(*diskWriter)
		w.diskReader, w.own = diskReader{d, own}, own
		done := false
		defer func() {
			if !done {
				w.rollBack()
			}
			w.release()
		}()
		err := f(w)
		done = err == nil
		return err
	})
}

// Close is store.Store's. The content stays, for the node's next life.
func (d *disk) Close() error { return nil }

type diskReader struct {
	*disk
	own store.Reader
}

// Get is store.Reader's.
func (r diskReader) Get(b store.Bucket, key []byte) ([]byte, bool) {
	if !alike(b) {
		return r.own.Get(b, key)
	}
	_, n := r.find(b, key, r.records.place(b, key))
	if n == 0 {
		return nil, false
	}
	return r.records.at(n).value, true
}

// Scan is store.Reader's.
func (r diskReader) Scan(b store.Bucket, f func(key, value []byte) error) error {
	if !alike(b) {
		return r.own.Scan(b, f)
	}
	var all []*record
	for _, n := range r.slots {
		if n == freeSlot || n == deletedSlot {
			continue
		}
		if e := r.records.at(n); e.bucket == b {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(x, y *record) int { return bytes.Compare(x.key, y.key) })
	for _, e := range all {
		if err := f(e.key, e.value); err != nil {
			return err
		}
	}
	return nil
}

// diskWriter writes in place and remembers what was there before.
type diskWriter struct {
	diskReader
	own    store.Writer
	before []writing
}

// diskWriters are used again: what they write to lives on, and they would be a good part of what is garbage.
var diskWriters = sync.Pool{New: func() any { return new(diskWriter) }}

// release ends the use of a writer.
func (w *diskWriter) release() {
	clear(w.before)
	*w = diskWriter{before: w.before[:0]}
	diskWriters.Put(w)
}

// writing is one Put or Delete.
type writing struct {
	bucket store.Bucket
	key    []byte
	place  uint64
	number uint32 // of the record that was there; 0: none
}

// Put is store.Writer's.
func (w *diskWriter) Put(b store.Bucket, key, value []byte) {
	if !alike(b) {
		w.own.Put(b, key, value)
		return
	}
	place := w.records.place(b, key)
	w.write(b, key, place, w.records.number(b, key, value, place))
}

// Delete is store.Writer's.
func (w *diskWriter) Delete(b store.Bucket, key []byte) {
	if !alike(b) {
		w.own.Delete(b, key)
		return
	}
	w.write(b, bytes.Clone(key), w.records.place(b, key), 0)
}

func (w *diskWriter) write(b store.Bucket, key []byte, place uint64, number uint32) {
	_, was := w.find(b, key, place)
	w.before = append(w.before, writing{b, key, place, was})
	w.set(b, key, place, number)
}

func (w *diskWriter) rollBack() {
	for _, e := range slices.Backward(w.before) {
		w.set(e.bucket, e.key, e.place, e.number)
	}
}
