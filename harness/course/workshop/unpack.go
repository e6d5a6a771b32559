package workshop

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Archive is one that Pack has made.
type Archive struct {
	zip    *zip.Reader
	Digest string // of what is in it
}

// ErrNone reports a command that was built without an archive.
var ErrNone = errors.New("this strata carries no workshop: build it with make build")

// ErrDamaged reports an archive that is not what Pack made.
var ErrDamaged = errors.New("the workshop in this strata is damaged: build or fetch it again")

// Open opens an archive, which the caller must not change afterwards. Errors: ErrNone if it is empty, ErrDamaged.
func Open(data []byte) (*Archive, error) {
	if len(data) == 0 {
		return nil, ErrNone
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.Comment) != 24 {
		return nil, ErrDamaged
	}
	return &Archive{zip: z, Digest: z.Comment}, nil
}

// The names of directories in the cache.
const (
	ready  = "workshop-" // and a digest
	fresh  = "unpack-"   // and something random
	unused = 30 * 24 * time.Hour
)

// Unpack has the workshop in a directory of the cache, and returns its path. What is there already it leaves
// alone, if it is whole; it is whole or not there at every moment, however many processes unpack it at once.
// Workshops that no command has used for 30 days are removed. Errors: ErrDamaged, and the file system's.
func (a *Archive) Unpack(cache string) (root string, err error) {
	root = filepath.Join(cache, ready+a.Digest)
	if a.whole(root) {
		now := time.Now()
		_ = os.Chtimes(root, now, now) // says only that it is in use
		return root, nil
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", fmt.Errorf("workshop: %w", err)
	}
	temp, err := os.MkdirTemp(cache, fresh)
	if err != nil {
		return "", fmt.Errorf("workshop: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := a.extract(filepath.Join(temp, "new")); err != nil {
		return "", fmt.Errorf("workshop: %s: %w; make room there, or set XDG_CACHE_HOME to another directory",
			cache, err)
	}
	if _, err := os.Lstat(root); err == nil && !a.whole(root) {
		_ = os.Rename(root, filepath.Join(temp, "damaged")) // another process may have been faster
	}
	if err := os.Rename(filepath.Join(temp, "new"), root); err != nil && !a.whole(root) {
		return "", fmt.Errorf("workshop: %w", err)
	}
	sweep(cache)
	return root, nil
}

// whole says whether every file is there, with its size.
func (a *Archive) whole(root string) bool {
	for _, f := range a.zip.File {
		info, err := os.Lstat(filepath.Join(root, filepath.FromSlash(f.Name)))
		if err != nil || !info.Mode().IsRegular() || info.Size() != int64(f.UncompressedSize64) {
			return false
		}
	}
	return true
}

// extract writes all files below a directory.
func (a *Archive) extract(to string) error {
	files := make(map[string][]byte)
	for _, f := range a.zip.File {
		if !fs.ValidPath(f.Name) {
			return ErrDamaged
		}
		data, err := read(f)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		files[f.Name] = data
	}
	if digest(files) != a.Digest {
		return ErrDamaged
	}
	for name, data := range files {
		file := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o444); err != nil {
			return err
		}
	}
	return nil
}

// read reads a file of an archive.
func read(f *zip.File) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

// sweep removes what no command has used for long, and what one that was killed has left.
func sweep(cache string) {
	entries, _ := os.ReadDir(cache) // nothing to sweep
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < unused {
			continue
		}
		if strings.HasPrefix(e.Name(), ready) || strings.HasPrefix(e.Name(), fresh) {
			_ = os.RemoveAll(filepath.Join(cache, e.Name())) // it is looked at again next time
		}
	}
}
