package boltstore

import (
	"syscall"

	"go.etcd.io/bbolt"
)

// Rest gives back the memory that the file is mapped into. What is read afterwards comes from the system's cache, or
// the disk. Otherwise a process holds all that it ever read, as long as there is memory at all. It may be called
// at any time, also after Close.
func (s *Store) Rest() {
	_ = s.guarded(func(d *damage) error { // of a damaged store nothing is wanted
		return s.db.View(func(tx *bbolt.Tx) error { // the mapping stays where it is meanwhile
			return d.inside(func() error {
				// Nothing is lost: nobody writes to the mapping. If the system refuses, the memory is kept.
				_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, s.db.Info().Data, uintptr(tx.Size()), syscall.MADV_DONTNEED)
				return nil
			})
		})
	})
}
