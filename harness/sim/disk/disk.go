// Package disk is a simulated disk: what network.Disk promises, and what a crash leaves of it. It knows
// nothing of time: whoever drives it says when a Sync is over.
//
//	what the node sees     names --> file: bytes                    Append, Rename, ...
//	                          |          |
//	what is safe           names --> file: bytes that a sync covered
//	                          '----- Crash: safe, and any part of what came later -----'
//
// Source: T. S. Pillai and others, "All File Systems Are Not Created Equal", OSDI 2014, for what may be
// lost and in which order; A. Rebello and others, "Can Applications Recover from fsync Failures?",
// ATC 2020, for a file whose sync has failed.
package disk

import (
	"maps"
	"slices"

	"strata/network"
)

// Sector is the size of what is written as one.
const Sector = 512

// Disk is one node's directory. It outlives crashes. For one goroutine.
type Disk struct {
	seen  map[string]*file // as the node sees it
	safe  map[string]*file // the names that are safe
	later []rename         // what happened to names since, in order
	past  int              // how many changes of names there were before those

	// Limit is how many bytes fit; 0 means any number.
	Limit int64
	used  int64
}

// rename is a change of names: a creation without from, a removal without to.
type rename struct {
	from, to string
	file     *file
}

// file is a file under whatever name.
type file struct {
	seen   []byte // as the node sees it; never written below its length, so that snapshots can share it
	safe   []byte // what a sync has covered
	low    int    // the least that the file was cut to since the sync that made safe
	syncs  []*Sync
	failed bool
}

// New makes an empty disk.
func New() *Disk { return &Disk{seen: map[string]*file{}, safe: map[string]*file{}} }

// Names lists the files in ascending order.
func (d *Disk) Names() []string { return slices.Sorted(maps.Keys(d.seen)) }

// file is the file of a name. Errors: ErrNoFile, ErrDiskFailed.
func (d *Disk) file(name string) (*file, error) {
	f := d.seen[name]
	switch {
	case f == nil:
		return nil, network.ErrNoFile
	case f.failed:
		return nil, network.ErrDiskFailed
	}
	return f, nil
}

// Read is network.Disk's.
func (d *Disk) Read(name string, offset int64, most int) ([]byte, error) {
	f, err := d.file(name)
	if err != nil {
		return nil, err
	}
	if offset < 0 || offset >= int64(len(f.seen)) || most <= 0 {
		return nil, nil
	}
	rest := f.seen[offset:]
	return slices.Clone(rest[:min(len(rest), most)]), nil
}

// Append is network.Disk's.
func (d *Disk) Append(name string, data []byte) error {
	if !network.ValidFileName(name) {
		return network.ErrBadName
	}
	f, err := d.file(name)
	if err == network.ErrDiskFailed {
		return err
	}
	if d.Limit > 0 && d.used+int64(len(data)) > d.Limit {
		return network.ErrDiskFull
	}
	if f == nil {
		f = &file{}
		d.seen[name] = f
		d.later = append(d.later, rename{to: name, file: f})
	}
	f.seen = append(f.seen, data...)
	d.used += int64(len(data))
	return nil
}

// Truncate is network.Disk's.
func (d *Disk) Truncate(name string, size int64) error {
	f, err := d.file(name)
	if err != nil {
		return err
	}
	size = max(0, size)
	if size >= int64(len(f.seen)) {
		return nil
	}
	d.used -= int64(len(f.seen)) - size
	f.seen = slices.Clone(f.seen[:size]) // what syncs under way have seen stays as it is
	f.low = min(f.low, int(size))
	for _, s := range f.syncs {
		s.low = min(s.low, int(size))
	}
	return nil
}

// Rename is network.Disk's.
func (d *Disk) Rename(from, to string) error {
	if !network.ValidFileName(to) {
		return network.ErrBadName
	}
	f, err := d.file(from)
	if err != nil {
		return err
	}
	if from == to {
		return nil
	}
	d.free(to)
	delete(d.seen, from)
	d.seen[to] = f
	d.later = append(d.later, rename{from: from, to: to, file: f})
	return nil
}

// Remove is network.Disk's.
func (d *Disk) Remove(name string) error {
	if _, err := d.file(name); err != nil {
		return err
	}
	d.free(name)
	delete(d.seen, name)
	d.later = append(d.later, rename{from: name})
	return nil
}

// free gives back the room of the file that a name has.
func (d *Disk) free(name string) {
	if f := d.seen[name]; f != nil {
		d.used -= int64(len(f.seen))
	}
}

// Sync is a sync under way: of a file, or of the names.
type Sync struct {
	disk  *Disk
	file  *file
	bytes []byte // of the file when it was called
	low   int    // the least that the file was cut to since
	names map[string]*file
	upto  int // how many changes of names it covers, of all that there ever were
	err   error
}

// Begin begins to make safe all that was appended to a file and cut off it so far.
func (d *Disk) Begin(name string) *Sync {
	f, err := d.file(name)
	if err != nil {
		return &Sync{disk: d, err: err}
	}
	s := &Sync{disk: d, file: f, bytes: f.seen[:len(f.seen):len(f.seen)], low: len(f.seen)}
	f.syncs = append(f.syncs, s)
	return s
}

// BeginNames begins to make safe all that has happened to names so far.
func (d *Disk) BeginNames() *Sync {
	return &Sync{disk: d, names: maps.Clone(d.seen), upto: d.past + len(d.later)}
}

// End ends the sync: what it covers is safe, or fail is true and the file is lost. The error is what
// done is called with. To be called once, those of one file in the order of their begin.
func (s *Sync) End(fail bool) error {
	f := s.file
	switch {
	case s.err != nil:
		return s.err
	case f == nil && fail:
		return network.ErrDiskFailed
	case f == nil:
		s.endNames()
		return nil
	case fail || f.failed:
		f.failed, f.syncs = true, nil
		return network.ErrDiskFailed
	}
	f.syncs = slices.DeleteFunc(f.syncs, func(other *Sync) bool { return other == s })
	f.safe, f.low = s.bytes, s.low
	return nil
}

// Lie ends the sync as End does that is not to fail, but makes nothing safe: the disk says what is not so. A
// later sync covers the same bytes.
func (s *Sync) Lie() error {
	switch f := s.file; {
	case s.err != nil:
		return s.err
	case f == nil:
	case f.failed:
		return network.ErrDiskFailed
	default:
		f.syncs = slices.DeleteFunc(f.syncs, func(other *Sync) bool { return other == s })
	}
	return nil
}

// endNames makes the names safe that there were at the begin.
func (s *Sync) endNames() {
	d := s.disk
	d.safe = s.names
	d.later = slices.Clone(d.later[s.upto-d.past:])
	d.past = s.upto
}
