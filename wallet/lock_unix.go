//go:build unix

package wallet

import (
	"errors"
	"os"
	"syscall"
)

// lock waits until no other process holds the lock of that name, and holds it until unlock. The
// file stays: to remove it would let two hold a lock each.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
