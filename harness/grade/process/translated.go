package process

import (
	"cmp"
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

// mostTranslated is how many modules are kept. The machine code of one takes some 30 MB.
const mostTranslated = 4

// translated is in the user's cache, unless the build leaves nothing there.
func (b *Build) translated() translated {
	cache, err := os.UserCacheDir()
	if err != nil || b.Apart {
		return ""
	}
	return translated(filepath.Join(cache, "strata", "translated"))
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
		_, _ = os.RemoveAll(to), os.RemoveAll(from) // else whoever fills them says so
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
