// Package atomicfile writes small files that are never seen half-written: what has the file's name
// is whole and on the disk, before a crash and after it. They are for their owner alone.
//
// Source: for why the directory is synced too, T. S. Pillai et al., All File Systems Are Not Created
// Equal (OSDI 2014).
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrExists reports a file that is there already and is left as it is. Choose another name.
var ErrExists = errors.New("is there already; it is left as it is")

// Create writes a new file, with mode 0600. A file that is there is left as it is, also when two
// processes write at once. Errors: ErrExists, or the system's; both name the file.
func Create(path string, content []byte) error {
	return write(path, content, func(temp string) error {
		defer os.Remove(temp)
		// A link, unlike a rename, does not replace a file.
		err := os.Link(temp, path)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s %w", path, ErrExists)
		}
		return err
	})
}

// Replace writes a file, with mode 0600, that at any instant has either its old content or the new.
// Errors: the system's.
func Replace(path string, content []byte) error {
	return write(path, content, func(temp string) error { return os.Rename(temp, path) })
}

// write writes a file under another name in the same directory and has it named.
func write(path string, content []byte, name func(temp string) error) error {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if fault := (*fs.PathError)(nil); errors.As(err, &fault) {
		return fmt.Errorf("%s cannot be written: %w", path, fault.Err) // not the name of the temporary file
	}
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = name(temp.Name())
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // it may be gone already
		return err
	}
	return syncDir(dir)
}

// syncDir puts the directory's entries on the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
