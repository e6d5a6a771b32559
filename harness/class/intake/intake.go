package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"strata/harness/course/steps"
	"strata/harness/grade/handin"
)

// Handin is what one student has handed in, as it lies ready.
type Handin struct {
	Student
	Key     string   // names files after it; no two of a class have the same
	From    string   // where it came from, for people
	Dir     string   `json:",omitempty"` // the copy; empty: there is none
	Digest  string   `json:",omitempty"` // of the names and contents of the files of its layers, or of all, if it has no layers
	Problem string   `json:",omitempty"` // why it cannot be graded, and what to do; empty: it can be
	Notes   []string `json:",omitempty"` // what was left out
}

// Class is what was handed in.
type Class struct {
	Layout  string // of the export; empty: none that is known
	Handins []Handin
}

// Options say how to take in.
type Options struct {
	Names  *Names // whose each is; nil: nobody says
	Limits Limits
	Into   string // the directory for the copies; it is made
}

// unpacked is where the archive of a whole class lies unpacked, as long as its hand-ins are being taken.
func (o Options) unpacked() string { return filepath.Join(o.Into, ".class") }

// unwritable is an error of the disk that the copies are on, with what to do.
func (o Options) unwritable(err error) error {
	return fmt.Errorf("%s cannot be written: %w; make room there, and run the command again", handin.Shown(o.Into), cause(err))
}

// mostHandins is how many one class may have.
const mostHandins = 5000

// Take takes in what paths name: a directory or an archive of a whole class, or the hand-ins one by one. What cannot be
// taken is in the class, with a Problem. Errors: nothing at all is there, the directory cannot be written, the end of
// ctx.
func Take(ctx context.Context, paths []string, opt Options) (Class, error) {
	opt.Limits = opt.Limits.complete()
	for i, path := range paths {
		var err error
		if paths[i], err = onDisk(path); err != nil {
			return Class{}, err
		}
	}
	defer os.RemoveAll(opt.unpacked())
	all, layout, err := candidates(ctx, paths, opt)
	if err != nil {
		return Class{}, err
	}
	if opt.Names != nil {
		all = opt.Names.apply(all)
	}
	if len(all) == 0 {
		return Class{}, fmt.Errorf("%s holds no hand-in: want a directory, a .zip, a .tar.gz or a git repository for each student",
			handin.Shown(paths[0]))
	}
	if err := os.MkdirAll(opt.Into, 0o755); err != nil {
		return Class{}, fmt.Errorf("%s cannot be made: %w", opt.Into, cause(err))
	}
	c := Class{Layout: layout, Handins: make([]Handin, len(all))}
	for i, key := range keys(all) {
		c.Handins[i] = Handin{Student: all[i].who, Key: key, From: strings.Join(all[i].sources, ", "), Problem: all[i].problem}
	}
	return c, c.take(ctx, all, opt)
}

// atOnce is how many hand-ins are copied at once. More would wait for the disk.
const atOnce = 4

// take makes the copies of all that can be taken. The error is the first that there was: with it no other is begun.
func (c *Class) take(ctx context.Context, all []candidate, opt Options) error {
	inner, end := context.WithCancelCause(ctx)
	defer end(nil)
	var begun atomic.Int64
	var takers sync.WaitGroup
	for range min(atOnce, runtime.GOMAXPROCS(0)) {
		takers.Go(func() {
			for inner.Err() == nil {
				i := int(begun.Add(1)) - 1
				if i >= len(all) {
					return
				}
				if h := &c.Handins[i]; h.Problem == "" {
					if err := h.take(inner, all[i].sources[0], opt); err != nil {
						end(err)
					}
				}
			}
		})
	}
	takers.Wait()
	return cmp.Or(ctx.Err(), context.Cause(inner))
}

// onDisk is the path that a file URL names; other URLs are no place that can be read here.
func onDisk(path string) (string, error) {
	if !strings.Contains(path, "://") {
		return path, nil
	}
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" {
		return "", fmt.Errorf("%s is not on this disk: clone it, and name the clone", handin.Shown(path))
	}
	return filepath.FromSlash(u.Path), nil
}

// candidates lists what was handed in, and looks into none of it.
func candidates(ctx context.Context, paths []string, opt Options) (all []candidate, layout string, err error) {
	if len(paths) == 1 {
		info, err := os.Stat(paths[0])
		switch {
		case err != nil:
			return nil, "", fmt.Errorf("%s: %w", handin.Shown(paths[0]), cause(err))
		case !info.IsDir():
			return unpackedClass(ctx, paths[0], opt)
		case within(opt.Into, paths[0]):
			return nil, "", fmt.Errorf("the results would lie among the hand-ins, in %s: name another directory for them",
				handin.Shown(paths[0]))
		case !isOne(paths[0]):
			return inClass(paths[0], mostHandins)
		}
	}
	if len(paths) > mostHandins {
		return nil, "", fmt.Errorf("%d hand-ins: a class may have %d", len(paths), mostHandins)
	}
	for _, path := range paths {
		all = append(all, candidate{who: plain(filepath.Base(filepath.Clean(path))), sources: []string{path}})
	}
	return all, "", nil
}

// within says whether a path lies in a directory.
func within(path, dir string) bool {
	inner, err := filepath.Abs(path)
	outer, errOuter := filepath.Abs(dir)
	rel, errRel := filepath.Rel(outer, inner)
	return errors.Join(err, errOuter, errRel) == nil && filepath.IsLocal(rel)
}

// isOne says whether a directory is one hand-in, and not a class of them.
func isOne(dir string) bool {
	if isRepository(dir) {
		return true
	}
	found, err := handin.Find(dir)
	if err != nil {
		return false
	}
	if found.Dir != dir {
		return strings.EqualFold(filepath.Base(found.Dir), "exercises") && filepath.Dir(found.Dir) == filepath.Clean(dir)
	}
	return slices.ContainsFunc(steps.Layers, func(layer string) bool {
		return len(handin.GoFiles(filepath.Join(dir, layer))) > 0
	})
}

// unpackedClass unpacks an archive that a platform has made of a whole class; any other is one hand-in.
func unpackedClass(ctx context.Context, path string, opt Options) ([]candidate, string, error) {
	one := []candidate{{who: plain(filepath.Base(path)), sources: []string{path}}}
	dir := opt.unpacked()
	if err := fresh(dir); err != nil {
		return nil, "", opt.unwritable(err)
	}
	t, err := newTaking(dir, opt.Limits.ofClass())
	if err != nil {
		return nil, "", opt.unwritable(err)
	}
	t.whole = true
	err = t.from(ctx, path)
	t.end()
	var known *Problem
	if errors.As(err, &known) {
		one[0].problem = known.Text
		return one, "", nil
	}
	if err != nil && ctx.Err() == nil {
		return nil, "", opt.unwritable(err)
	}
	if err != nil {
		return nil, "", err
	}
	at := dir
	if entries, err := os.ReadDir(dir); err == nil && len(entries) == 1 && entries[0].IsDir() {
		at = filepath.Join(dir, entries[0].Name())
	}
	all, layout, err := inClass(at, mostHandins)
	if err != nil || layout == "" {
		return one, "", nil
	}
	return all, layout, nil
}

// Unpack unpacks an archive of one hand-in into a directory, which it makes, within limits. The error is a *Problem, or
// that of the file system.
func Unpack(ctx context.Context, archive, dir string, limits Limits) error {
	if err := fresh(dir); err != nil {
		return err
	}
	t, err := newTaking(dir, limits.complete())
	if err != nil {
		return err
	}
	defer t.end()
	return t.from(ctx, archive)
}

// fresh makes an empty directory.
func fresh(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

// keys are names for files: one for each, all different on every file system.
func keys(all []candidate) []string {
	seen := make(map[string]int)
	paths := make([]string, len(all))
	for i, c := range all {
		name := strings.ReplaceAll(c.who.Name, "/", "-")
		if strings.Trim(name, ".") == "" {
			name = "_"
		}
		if seen[strings.ToLower(name)]++; seen[strings.ToLower(name)] > 1 {
			name = fmt.Sprintf("%s-%d", name, seen[strings.ToLower(name)])
		}
		paths[i] = "class/" + name
	}
	return handin.FileNames(paths)
}

// take makes the copy. The error is that of the disk or of ctx: what the hand-in is to blame for is its Problem.
func (h *Handin) take(ctx context.Context, source string, opt Options) error {
	temp, err := os.MkdirTemp(opt.Into, ".new-")
	if err != nil {
		return opt.unwritable(err)
	}
	defer os.RemoveAll(temp)
	err = h.copy(ctx, source, filepath.Join(temp, "a"), opt.Limits)
	var known *Problem
	switch {
	case errors.As(err, &known):
		h.Problem = known.Text
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EROFS):
		return opt.unwritable(err)
	case err != nil:
		h.Problem = fmt.Sprintf("cannot be taken: %v", err)
		return nil
	}
	h.Dir = filepath.Join(opt.Into, h.Key)
	if err := os.RemoveAll(h.Dir); err != nil {
		return opt.unwritable(err)
	}
	if err := os.Rename(filepath.Join(temp, "a"), h.Dir); err != nil {
		return opt.unwritable(err)
	}
	found, err := handin.Find(h.Dir)
	if err != nil {
		h.Problem = strings.ReplaceAll(err.Error(), h.Dir+string(filepath.Separator), "")
		return nil
	}
	sum, err := layersDigest(found.Dir)
	if err == nil && sum != "" {
		h.Digest = sum
	}
	return err
}

// copy takes all of a source, and what the one archive in it holds, if it has no layers otherwise.
func (h *Handin) copy(ctx context.Context, source, dir string, limits Limits) error {
	if e := ending(source, otherPackings); e != "" {
		return problem("is a %s archive, which cannot be read here: ask for a .zip or a .tar.gz", e)
	}
	const nested = 2 // archives within each other: a platform's folder, and a student's archive in it
	for range nested + 1 {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		t, err := newTaking(dir, limits)
		if err != nil {
			return err
		}
		err = t.from(ctx, source)
		t.end()
		h.Notes = append(h.Notes, t.notes...)
		if err != nil {
			return err
		}
		h.Digest = t.digest()
		if len(t.archive) != 1 || goIn(t.files) {
			return nil
		}
		source = filepath.Join(dir+"-archive", filepath.Base(t.archive[0]))
		if err := os.MkdirAll(filepath.Dir(source), 0o755); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(dir, filepath.FromSlash(t.archive[0])), source); err != nil {
			return err
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return problem("is an archive within an archive within an archive: ask for one")
}

// goIn says whether any of the files is Go.
func goIn(files map[string]string) bool {
	for _, name := range files {
		if slices.Contains([]string{".go", ".s"}, filepath.Ext(name)) {
			return true
		}
	}
	return false
}
