// Package trial has a class of any size that nobody has handed in: hand-ins in eight shapes, every fifth broken in a
// way that is known, each content in several of them. One process grades it, and then shards of which one is killed and goes on; both have to come to the
// same table, and everybody to what is known.
//
// The test has 24 hand-ins and a grader that reads a file. With STRATA_TRIAL=200 there are so many, and the grader is
// the real one: make class-trial.
package trial

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Files are what is handed in, by name.
type Files map[string]string

// shape is a way to hand in: it writes files into the class under a name.
type shape struct {
	name  string
	write func(class, name string, files Files) error
}

// shapes are all but the repository, which takes git.
var shapes = []shape{
	{"directory", func(class, name string, f Files) error { return f.into(filepath.Join(class, name)) }},
	{"exercises", func(class, name string, f Files) error {
		return f.below("exercises").into(filepath.Join(class, name))
	}},
	{"platform", func(class, name string, f Files) error {
		return f.below("assignsubmission_file/work").into(filepath.Join(class, name))
	}},
	{"zip", func(class, name string, f Files) error { return zipped(filepath.Join(class, name+".zip"), f) }},
	{"zip of a directory", func(class, name string, f Files) error {
		return zipped(filepath.Join(class, name+".zip"), f.below("my-layers/exercises"))
	}},
	{"tarball", func(class, name string, f Files) error { return tarred(filepath.Join(class, name+".tar.gz"), f) }},
	{"zip in a directory", func(class, name string, f Files) error {
		dir := filepath.Join(class, name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		return zipped(filepath.Join(dir, "work.zip"), f)
	}},
}

// below puts all files into a directory.
func (f Files) below(dir string) Files {
	out := make(Files)
	for name, text := range f {
		out[path.Join(dir, name)] = text
	}
	return out
}

func (f Files) into(dir string) error {
	for name, text := range f {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func zipped(file string, f Files) error {
	text, err := zipOf(f)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

func zipOf(f Files) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(f[name]))
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

func tarred(file string, f Files) error {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	archive := tar.NewWriter(packed)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		h := tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(f[name]))}
		if err := archive.WriteHeader(&h); err != nil {
			return err
		}
		if _, err := archive.Write([]byte(f[name])); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}

// broken are ways in which a hand-in is broken, with a part of what is said of it; the name is a new one.
var broken = []struct {
	says  string
	write func(class, name string, f Files) error
}{
	{"half-written", func(class, name string, f Files) error {
		text, err := zipOf(f)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(class, name+".zip"), text[:len(text)-30], 0o644)
	}},
	{"leads out of it", func(class, name string, f Files) error {
		return zipped(filepath.Join(class, name+".zip"), Files{"../../" + name + ".go": "package evil"})
	}},
	{"is empty", func(class, name string, _ Files) error {
		return os.WriteFile(filepath.Join(class, name+".tar.gz"), nil, 0o644)
	}},
	{"more than once", func(class, name string, f Files) error {
		if err := f.into(filepath.Join(class, name)); err != nil {
			return err
		}
		return zipped(filepath.Join(class, name+".zip"), f)
	}},
	{"cannot be read here", func(class, name string, _ Files) error {
		return os.WriteFile(filepath.Join(class, name+".rar"), []byte("Rar!"), 0o644)
	}},
	{"in several places", func(class, name string, f Files) error {
		both := f.below("v1")
		maps.Copy(both, f.below("v2"))
		return both.into(filepath.Join(class, name))
	}},
	{"directories deep", func(class, name string, f Files) error {
		return tarred(filepath.Join(class, name+".tgz"), f.below("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o"))
	}},
	{"half downloaded", func(class, name string, _ Files) error {
		return os.WriteFile(filepath.Join(class, name+".zip.part"), []byte("PK"), 0o644)
	}},
}

// Known is what has to come of a hand-in.
type Known struct {
	Points  int
	Problem string // a part of it; empty: it is graded
}

// Write makes a class of so many hand-ins in a directory: of these contents in turn, in all shapes, each fifth broken.
// It returns what has to come of each, by name. repository makes a git repository of a directory.
func Write(class string, size int, contents []Content, repository func(from, to string) error) (
	map[string]Known, error,
) {
	if err := os.MkdirAll(class, 0o755); err != nil {
		return nil, err
	}
	all := make(map[string]Known)
	ways := append(slices.Clone(shapes), shape{"repository", func(class, name string, f Files) error {
		dir, err := os.MkdirTemp("", "strata-trial-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := f.into(dir); err != nil {
			return err
		}
		return repository(dir, filepath.Join(class, name+".git"))
	}})
	for i := range size {
		name := fmt.Sprintf("s%03d", i)
		content := contents[(i+i/len(ways))%len(contents)]
		known, write := Known{Points: content.Points}, ways[i%len(ways)].write
		if i%5 == 4 {
			b := broken[i/5%len(broken)]
			known, write = Known{Problem: b.says}, b.write
		}
		if err := write(class, name, content.Files); err != nil {
			return nil, fmt.Errorf("trial: %s: %w", name, err)
		}
		all[name] = known
	}
	return all, nil
}

// Content is what hand-ins hold, and the points that it is worth.
type Content struct {
	Files  Files
	Points int
}
