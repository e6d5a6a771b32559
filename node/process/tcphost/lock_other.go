//go:build !unix

package tcphost

import (
	"errors"
	"io/fs"
	"os"
)

// lockDirectory takes the lock of a directory: a file that is removed at the end. After a crash the
// operator removes it. Errors: ErrInUse; the system's.
func lockDirectory(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, err
	}
	return func() { f.Close(); os.Remove(path) }, nil
}
