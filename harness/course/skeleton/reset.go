package skeleton

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Reset gives one layer in home/exercises a fresh skeleton, of the workshop at root, and touches no other. The
// directory that was there, with every file in it, is moved to exercises/.backup/<layer>-<time>, and backup is
// that path relative to home; it is empty if there was none. Whatever fails, at whatever instant, the old
// files are in one of the two places, whole. Errors: ErrUnknownLayer, *Fault, the file system's.
func Reset(root, home, layer string, style Style, at time.Time) (backup string, err error) {
	files, err := generate(root, layer, style)
	if err != nil {
		return "", err
	}
	backups := filepath.Join(home, "exercises", ".backup")
	if err := os.MkdirAll(backups, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(backups, ".fresh-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh) // it is gone once it has its place
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(fresh, filepath.Base(name)), text, 0o644); err != nil {
			return "", err
		}
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return "", err
	}
	return replace(home, filepath.Join(home, "exercises", layer), fresh,
		filepath.Join(backups, layer+"-"+at.UTC().Format("20060102T150405Z")))
}

// replace moves dir to a free name like old, and fresh to dir.
func replace(home, dir, fresh, old string) (backup string, err error) {
	old, err = free(old)
	if err != nil {
		return "", err
	}
	switch err := os.Rename(dir, old); {
	case errors.Is(err, fs.ErrNotExist):
		return "", os.Rename(fresh, dir)
	case err != nil:
		return "", err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return "", errors.Join(err, os.Rename(old, dir))
	}
	return filepath.Rel(home, old)
}

// free is the path itself, or the first of path-2, path-3 and so on that does not exist.
func free(path string) (string, error) {
	candidate := path
	for n := 2; ; n++ {
		switch _, err := os.Lstat(candidate); {
		case errors.Is(err, fs.ErrNotExist):
			return candidate, nil
		case err != nil:
			return "", err
		}
		candidate = fmt.Sprintf("%s-%d", path, n)
	}
}
