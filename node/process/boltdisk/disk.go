package boltdisk

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"strata/network"
)

// Disk implements network.Disk. The loop alone calls it; transactions run on goroutines of their own, one at a time.
type Disk struct {
	store  *Store
	post   func(func()) bool // runs a function on the loop; false if that has ended
	files  map[string]*file
	failed error

	busy    bool
	waiting []func(error)

	serial uint64 // of the last step

	mu    sync.Mutex // guards steps
	steps []step     // what is not in the store yet, in order
	turn  sync.Mutex // held by the transaction that empties steps, so that they stay in order
}

// file is one file, as the loop sees it.
type file struct {
	size int64
	tail []row // what may not be in the store yet
}

// row is bytes at their place, and the step that writes them.
type row struct {
	at     int64
	data   []byte
	serial uint64
}

// Disk is the store's disk for the host of a loop. Errors: the file's.
func (s *Store) Disk(post func(func()) bool) (*Disk, error) {
	d := &Disk{store: s, post: post, files: map[string]*file{}}
	return d, s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketFiles).ForEachBucket(func(name []byte) error {
			d.files[string(name)] = &file{size: size(tx.Bucket(bucketFiles).Bucket(name))}
			return nil
		})
	})
}

// Names is network.Disk's, and so are the others.
func (d *Disk) Names() []string { return slices.Sorted(maps.Keys(d.files)) }

func (d *Disk) file(name string) (*file, error) {
	f := d.files[name]
	switch {
	case d.failed != nil:
		return nil, d.failed
	case f == nil:
		return nil, network.ErrNoFile
	}
	return f, nil
}

// fail makes the disk one that has failed. A transaction that fails leaves all as it was before, so that a full disk
// is no damage; but what was promised is not on it.
func (d *Disk) fail(err error) error {
	if d.failed == nil {
		d.failed = fmt.Errorf("%w: %s: %w", network.ErrDiskFailed, d.store.path, err)
	}
	return d.failed
}

func (d *Disk) Read(name string, offset int64, most int) ([]byte, error) {
	f, err := d.file(name)
	if err != nil || offset < 0 || offset >= f.size || most <= 0 {
		return nil, err
	}
	b := make([]byte, min(int64(most), f.size-offset))
	from := f.size // of the tail
	if len(f.tail) > 0 {
		from = f.tail[0].at
	}
	if offset < from {
		err := d.store.db.View(func(tx *bbolt.Tx) error {
			return read(tx.Bucket(bucketFiles).Bucket([]byte(name)), offset, b[:min(int64(len(b)), from-offset)])
		})
		if err != nil {
			return nil, d.fail(err)
		}
	}
	for _, r := range f.tail {
		overlay(b, offset, r)
	}
	return b, nil
}

// overlay copies what a row has of b, which begins at offset.
func overlay(b []byte, offset int64, r row) {
	if at := r.at - offset; at >= 0 && at < int64(len(b)) {
		copy(b[at:], r.data)
	} else if at < 0 && -at < int64(len(r.data)) {
		copy(b, r.data[-at:])
	}
}

func (d *Disk) Append(name string, data []byte) error {
	if !network.ValidFileName(name) {
		return network.ErrBadName
	}
	if d.failed != nil {
		return d.failed
	}
	f := d.files[name]
	if f == nil {
		f = &file{}
		d.files[name] = f
	}
	d.add(step{kind: stepAppend, name: name, at: f.size, data: data})
	if len(data) > 0 {
		f.tail = append(f.tail, row{f.size, data, d.serial})
		f.size += int64(len(data))
	}
	return nil
}

func (d *Disk) add(s step) {
	d.serial++
	s.serial = d.serial
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steps = append(d.steps, s)
}

func (d *Disk) Truncate(name string, size int64) error {
	f, err := d.file(name)
	if err != nil || size >= f.size {
		return err
	}
	if err := d.now(step{kind: stepCut, name: name, at: max(0, size)}); err != nil {
		return err
	}
	f.size = max(0, size)
	return nil
}

func (d *Disk) Rename(from, to string) error {
	f, err := d.file(from)
	if err == nil && !network.ValidFileName(to) {
		err = network.ErrBadName
	}
	if err != nil || from == to {
		return err
	}
	if err := d.now(step{kind: stepRename, name: from, to: to}); err != nil {
		return err
	}
	d.files[to] = f
	delete(d.files, from)
	return nil
}

func (d *Disk) Remove(name string) error {
	if _, err := d.file(name); err != nil {
		return err
	}
	if err := d.now(step{kind: stepRemove, name: name}); err != nil {
		return err
	}
	delete(d.files, name)
	return nil
}

// now writes all that waits and one step more, and waits for it.
func (d *Disk) now(s step) error {
	d.add(s)
	written, err := d.commit()
	if err != nil {
		return d.fail(err)
	}
	d.settled(written)
	return nil
}

func (d *Disk) Sync(name string, done func(error)) {
	if _, err := d.file(name); err != nil {
		d.later(func() { done(err) })
		return
	}
	d.SyncNames(done)
}

func (d *Disk) SyncNames(done func(error)) {
	if err := d.failed; err != nil {
		d.later(func() { done(err) })
		return
	}
	d.waiting = append(d.waiting, done)
	d.begin()
}

// later calls f in a callback of its own.
func (d *Disk) later(f func()) { go d.post(f) }

// begin begins a transaction for all who wait, unless one is under way: it begins another when that is over.
func (d *Disk) begin() {
	if d.busy || len(d.waiting) == 0 {
		return
	}
	waiting := d.waiting
	d.busy, d.waiting = true, nil
	go func() {
		written, err := d.commit()
		d.post(func() {
			d.busy = false
			if err != nil {
				err = d.fail(err)
			}
			d.settled(written)
			for _, done := range waiting {
				done(err)
			}
			d.begin()
		})
	}()
}

// settled forgets what is in the store now: all steps up to the last of those that were written.
func (d *Disk) settled(last uint64) {
	for _, f := range d.files {
		n := 0
		for n < len(f.tail) && f.tail[n].serial <= last {
			n++
		}
		f.tail = f.tail[n:]
	}
}

// commit writes what waits, in one transaction, on any goroutine. It says which step was the last; 0 if nothing waited.
func (d *Disk) commit() (last uint64, err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	d.mu.Lock()
	steps := d.steps
	d.steps = nil
	d.mu.Unlock()
	if len(steps) == 0 {
		return 0, nil
	}
	return steps[len(steps)-1].serial, d.store.db.Update(func(tx *bbolt.Tx) error {
		for _, s := range steps {
			if err := apply(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
}
