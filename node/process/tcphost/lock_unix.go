//go:build unix

package tcphost

import (
	"errors"
	"os"
	"syscall"
)

// lockDirectory takes the lock of a directory, which goes with the process. Errors: ErrInUse; the
// system's.
func lockDirectory(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrInUse
		}
		return nil, err
	}
	return func() { f.Close() }, nil
}
