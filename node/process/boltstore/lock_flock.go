//go:build linux || darwin

package boltstore

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lock takes the data directory for this process, until unlock is called or the process ends, however
// it does. bbolt locks its file too, but looks into it at once, and the file is replaced
// by migration and repair. Errors: ErrLocked, or the system's.
func lock(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(lockWithin); ; time.Sleep(lockWithin / 20) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			f.Close()
			return nil, err
		case time.Now().After(deadline):
			f.Close()
			return nil, ErrLocked
		}
	}
}
