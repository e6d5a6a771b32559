package process

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// translated is where the machine code of modules is kept between grades, as the go command keeps what it compiles. Each has a
// directory, named after what it depends on, and in it one named after what it holds. What cannot be kept, is gone or was damaged is
// made again. The empty one keeps nothing.
type translated string

// mostTranslated is how much is kept: a child, and the machine code of modules, which takes some 30 MB each.
const mostTranslated = 1 + 4

// inCache is in the user's cache.
func inCache() translated {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return translated(filepath.Join(cache, "strata", "translated"))
}

// translated is in the user's cache, unless the build leaves nothing there.
func (b *Build) translated() translated {
	if b.Apart {
		return ""
	}
	return inCache()
}

// ourChild builds the child without layers. It is the same for all submissions, so the last one is laid where it is to be: the go
// command sees whether it would build another. The error is that of ours.
func (b *Build) ourChild(ctx context.Context, binary string) error {
	const name = "child"
	kept, dir := inCache(), filepath.Join(b.Temp, name)
	file := filepath.Join(dir, filepath.Base(binary))
	if kept.take(name, dir) {
		_ = os.Rename(file, binary) // else it is built
	}
	had, _ := digest(binary) // empty: there is none
	err := b.ours(ctx, nil, nil, "-o", binary, childProgram)
	if err != nil && had != "" && os.Remove(binary) == nil { // it may be in the way
		err = b.ours(ctx, nil, nil, "-o", binary, childProgram)
	}
	if err != nil {
		return err
	}
	has, err := digest(binary)
	if err != nil || has == had {
		return err
	}
	if os.MkdirAll(dir, 0o700) == nil && os.Link(binary, file) == nil {
		kept.drop(name)
		kept.keep(name, dir)
	}
	return os.RemoveAll(dir)
}

// drop lets go of what is kept under a name.
func (t translated) drop(name string) {
	if t != "" {
		_ = os.RemoveAll(filepath.Join(string(t), name)) // then it stays
	}
}

// take copies what is kept under a name to a directory, which is made. It says whether there was anything: if not, there is no
// directory.
func (t translated) take(name, to string) bool {
	from := filepath.Join(string(t), name)
	held, _ := os.ReadDir(from) // what cannot be read is not there
	if t == "" || len(held) != 1 {
		return false
	}
	sum := held[0].Name()
	if os.CopyFS(to, os.DirFS(filepath.Join(from, sum))) != nil || sumOf(to) != sum {
		_ = os.RemoveAll(to) // else whoever fills it says so
		t.drop(name)
		return false
	}
	now := time.Now()
	_ = os.Chtimes(from, now, now) // it only goes sooner
	return true
}

// keep keeps a copy of a directory under a name, and lets go of what was not used for long.
func (t translated) keep(name, from string) {
	sum := sumOf(from)
	if t == "" || sum == "" || os.MkdirAll(string(t), 0o700) != nil {
		return
	}
	begun, err := os.MkdirTemp(string(t), "begun-")
	if err != nil {
		return
	}
	if os.CopyFS(filepath.Join(begun, sum), os.DirFS(from)) == nil {
		_ = os.Rename(begun, filepath.Join(string(t), name)) // fails if another grade was faster
	}
	_ = os.RemoveAll(begun) // goes below otherwise, at some time
	t.thin()
}

// sumOf is a digest of all files of a directory, and of their names; empty: it cannot be read.
func sumOf(dir string) string {
	sum, files := sha256.New(), os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(sum, "%s\x00%d\x00", path, len(text))
		sum.Write(text)
		return err
	})
	if err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// thin removes all but those that were used last.
func (t translated) thin() {
	entries, _ := os.ReadDir(string(t)) // what cannot be read stays
	used := make(map[string]time.Time)
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			used[e.Name()] = info.ModTime()
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		return cmp.Or(used[b.Name()].Compare(used[a.Name()]), cmp.Compare(a.Name(), b.Name()))
	})
	for _, e := range entries[min(mostTranslated, len(entries)):] {
		_ = os.RemoveAll(filepath.Join(string(t), e.Name())) // goes the next time otherwise
	}
}
