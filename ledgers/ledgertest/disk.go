package ledgertest

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"strata/network"
)

// Host is a host whose disk is watched, and whose clock the script sets.
type Host struct {
	network.Host
	Watched *Disk
	Ahead   *time.Duration // of the clock; nil: it is right
}

// Disk is the one that is watched.
func (h Host) Disk() network.Disk { return h.Watched }

// Now is that of a clock which may be ahead, and be set back.
func (h Host) Now() time.Time {
	if h.Ahead == nil {
		return h.Host.Now()
	}
	return h.Host.Now().Add(*h.Ahead)
}

// Disk knows what would be left of the files if all that is not synced were lost.
type Disk struct {
	network.Disk
	Safe  map[string][]byte // by file: what a sync has covered
	Named map[string]bool   // files whose name is safe
	Fail  map[string]bool   // files whose next sync fails, or All; of the script
}

// All stands for every file.
const All = ""

// Watch watches a disk. All that is on it is safe: it is what a crash has left. Before is what watched the disk in the
// life before this one, and hands on which syncs fail; it may be nil.
func Watch(d network.Disk, before *Disk) *Disk {
	s := &Disk{Disk: d, Safe: map[string][]byte{}, Named: map[string]bool{}, Fail: map[string]bool{}}
	for _, name := range d.Names() {
		s.Safe[name], s.Named[name] = s.content(name), true
	}
	if before != nil {
		s.Fail = before.Fail
	}
	return s
}

func (s *Disk) content(name string) (all []byte) {
	for {
		part, err := s.Read(name, int64(len(all)), 1<<20)
		if err != nil || len(part) == 0 {
			return all
		}
		all = append(all, part...)
	}
}

// Sync notes what it covers, once it is over.
func (s *Disk) Sync(name string, done func(error)) {
	covers := s.content(name)
	s.Disk.Sync(name, func(err error) {
		if err == nil && (s.Fail[name] || s.Fail[All]) {
			err = network.ErrDiskFailed
		}
		if err == nil {
			s.Safe[name] = covers
		}
		done(err)
	})
}

// SyncNames notes which names are safe, once it is over.
func (s *Disk) SyncNames(done func(error)) {
	there := s.Names()
	s.Disk.SyncNames(func(err error) {
		if err == nil {
			for _, name := range there {
				s.Named[name] = true
			}
		}
		done(err)
	})
}

// Rename takes along what is safe.
func (s *Disk) Rename(from, to string) error {
	err := s.Disk.Rename(from, to)
	if err == nil {
		s.Safe[to] = s.Safe[from]
		delete(s.Safe, from)
	}
	return err
}

// Keeps says whether some file has the bytes, whatever is lost.
func (s *Disk) Keeps(text []byte) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(s.Safe)), func(safe []byte) bool { return bytes.Contains(safe, text) })
}
