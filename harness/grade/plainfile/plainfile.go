// Package plainfile reads files and directories that strangers left: no more of them than is asked for, nothing through
// a link in a file's place, and nothing that never ends, such as a pipe or a device.
package plainfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// ErrOther reports what is no plain file.
var ErrOther = errors.New("it is no plain file")

// Read reads a file, and no more of it than a byte beyond most: so that one sees that it is too large. The
// error wraps ErrOther, or is the file system's.
func Read(path string, most int64) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|plainOnly, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: path, Err: ErrOther}
	}
	return io.ReadAll(io.LimitReader(file, most+1))
}

// List reads a directory in order of names, and no more of it than most entries. The error is the file system's,
// also for what is no directory.
func List(dir string, most int) ([]fs.DirEntry, error) {
	file, err := os.OpenFile(dir, os.O_RDONLY|directoryOnly, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries, err := file.ReadDir(most)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}
