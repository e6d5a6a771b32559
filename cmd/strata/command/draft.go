package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// draft is a file to be: it is opened before the work for it begins, so that a place that cannot be
// written costs no work, and takes its place when it is whole.
type draft struct {
	path string
	temp string // empty: written in place, because it is a device or a pipe
	file *os.File
}

// newDraft opens the file, or one beside it.
func newDraft(path string) (*draft, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	d := &draft{path: path}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a directory, want a file", path)
	case err == nil && !info.Mode().IsRegular():
		d.file, err = os.OpenFile(path, os.O_WRONLY, 0)
	default:
		d.file, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
		if err == nil {
			d.temp = d.file.Name()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written: %w", path, cause(err))
	}
	return d, nil
}

// cause is the error without the name of the file that it happened to: a temporary one.
func cause(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// finish has the file written and moves it to its place; after an error what was there is as it was.
func (d *draft) finish(write func(io.Writer) error) error {
	err := write(d.file)
	if err == nil && d.temp != "" {
		err = d.file.Chmod(0o644)
	}
	if closing := d.file.Close(); err == nil {
		err = closing
	}
	if err == nil && d.temp != "" {
		err = os.Rename(d.temp, d.path)
	}
	if err != nil {
		os.Remove(d.temp)
		err = fmt.Errorf("%s cannot be written: %w", d.path, cause(err))
	}
	d.file = nil
	return err
}

// discard removes what was begun and not finished.
func (d *draft) discard() {
	if d.file != nil {
		d.file.Close()
		os.Remove(d.temp)
	}
}
