package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/grade/handin"
)

// entry is one thing in what was handed in: its name as it is there, with slashes.
type entry struct {
	name string
	kind kind
	open func() (io.ReadCloser, error) // of a file
}

type kind int

const (
	file kind = iota
	directory
	link
	other // a device, a pipe
)

// taking is a copy that is being made.
type taking struct {
	root    *os.Root
	limits  Limits
	whole   bool // keep everything: what is in it is looked at later
	sums    []string
	dirs    map[string]bool
	files   map[string]string // by the name in lower case: as it is
	archive []string          // names of archives that were kept
	notes   []string
	links   int // and other things that were left out

	kept, looked  int
	bytes, packed int64
}

func newTaking(dir string, limits Limits) (*taking, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &taking{root: root, limits: limits, dirs: make(map[string]bool), files: make(map[string]string)}, nil
}

// passedOver are directories that hold nothing of the layers.
var passedOver = []string{"__MACOSX", "node_modules"}

// take takes one entry. The error is a *Problem, or that of the file system.
func (t *taking) take(e entry) error {
	if t.looked++; t.looked > t.limits.Entries {
		return problem("has more than %d files: ask for the layers alone", t.limits.Entries)
	}
	name, err := t.local(e.name)
	if err != nil || name == "." {
		return err
	}
	if !t.whole && slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return strings.HasPrefix(part, ".") || slices.Contains(passedOver, part)
	}) {
		return nil
	}
	switch e.kind {
	case directory:
		return t.directory(name)
	case file:
		return t.file(name, e)
	case link:
		t.leftOut("%s is a link and was left out: hand in what it leads to", handin.Shown(name))
	default:
		t.leftOut("%s is no file and was left out", handin.Shown(name))
	}
	return nil
}

// mostNotes is how many things that were left out are named.
const mostNotes = 5

func (t *taking) leftOut(format string, args ...any) {
	if t.links++; t.links <= mostNotes {
		t.notes = append(t.notes, fmt.Sprintf(format, args...))
	}
}

// local is the name cleaned; an error if it leads out, or is none that a file could have.
func (t *taking) local(name string) (string, error) {
	if !strings.Contains(name, "/") || strings.Contains(name, `..\`) { // as some programs on Windows pack
		name = strings.ReplaceAll(name, `\`, "/")
	}
	shown := handin.Shown(name)
	switch {
	case strings.ContainsRune(name, 0):
		return "", problem("holds a name with a zero byte, %s: ask for another archive", shown)
	case path.IsAbs(name), len(name) > 1 && name[1] == ':':
		return "", problem("holds an absolute path, %s: ask for an archive that has none", shown)
	case slices.Contains(strings.Split(name, "/"), ".."):
		return "", problem("holds a path that leads out of it, %s: ask for an archive that has none", shown)
	}
	name = path.Clean(name)
	parts := strings.Split(name, "/")
	if len(parts) > t.limits.Depth {
		return "", problem("is more than %d directories deep, at %s: ask for the layers alone", t.limits.Depth, shown)
	}
	for _, part := range parts {
		if len(part) > 250 {
			return "", problem("holds a name of %d bytes, %s: ask for a shorter one", len(part), shown)
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", problem("holds a name that no file can have, %s: ask for another", shown)
	}
	return name, nil
}

func (t *taking) directory(name string) error {
	if t.dirs[name] || name == "." {
		return nil
	}
	if _, taken := t.files[strings.ToLower(name)]; taken {
		return problem("holds %s as a file and as a directory: ask for another archive", handin.Shown(name))
	}
	if err := t.directory(path.Dir(name)); err != nil {
		return err
	}
	if err := t.count(); err != nil {
		return err
	}
	t.dirs[name] = true
	if err := t.root.Mkdir(filepath.FromSlash(name), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (t *taking) count() error {
	if t.kept++; t.kept > t.limits.Files {
		return problem("holds more than %d files and directories: ask for the layers alone", t.limits.Files)
	}
	return nil
}

// file copies a file, unless it is too large.
func (t *taking) file(name string, e entry) error {
	if err := t.directory(path.Dir(name)); err != nil {
		return err
	}
	if other, taken := t.files[strings.ToLower(name)]; taken || t.dirs[name] {
		return problem("holds %s twice, also as %s: ask for another archive", handin.Shown(name), handin.Shown(other))
	}
	if err := t.count(); err != nil {
		return err
	}
	t.files[strings.ToLower(name)] = name
	in, err := e.open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := t.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	most := t.limits.File
	if packedName(name) {
		most = t.limits.Bytes
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(in, most+1))
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	if n > most {
		return t.tooLarge(name, most)
	}
	if t.bytes += n; t.bytes > t.limits.Bytes {
		return problem("holds more than %s: ask for the layers alone", size(t.limits.Bytes))
	}
	t.sums = append(t.sums, fmt.Sprintf("%q %x\n", name, sum.Sum(nil)))
	if packedName(name) {
		t.archive = append(t.archive, name)
	}
	return nil
}

// tooLarge leaves out what was copied in part; Go of that size is no hand-in.
func (t *taking) tooLarge(name string, most int64) error {
	if ext := path.Ext(name); ext == ".go" || ext == ".s" {
		return problem("%s has more than %s: ask for a file that somebody has written", handin.Shown(name), size(most))
	}
	t.leftOut("%s has more than %s and was left out", handin.Shown(name), size(most))
	return t.root.Remove(filepath.FromSlash(name))
}

// digest is that of the names and contents of all files that were kept.
func (t *taking) digest() string {
	sum := sha256.New()
	slices.Sort(t.sums)
	for _, line := range t.sums {
		io.WriteString(sum, line)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// end closes the copy and adds what was left out beyond the first few.
func (t *taking) end() {
	if more := t.links - mostNotes; more > 0 {
		t.notes = append(t.notes, fmt.Sprintf("and %d more were left out", more))
	}
	t.root.Close()
}
