package workshop

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/kits"
)

// libraries is where those lie in an archive.
const libraries = "third_party"

// Pack makes the archive of the workshop at root. It takes what the go command needs to build the grader's
// child and the command with a student's layers on any system, the book's pages, what these link to, and the kits. The
// go command finds the libraries; those that are not on this machine yet it fetches. Errors: files that
// cannot be read, and the go command's.
func Pack(root string) ([]byte, error) {
	p := &packer{
		root: root, from: make(map[string]string), made: make(map[string][]byte), modules: make(map[string]module),
	}
	if err := p.packages(); err != nil {
		return nil, fmt.Errorf("workshop: %w", err)
	}
	if err := p.book(); err != nil {
		return nil, fmt.Errorf("workshop: %w", err)
	}
	if err := p.kits(); err != nil {
		return nil, fmt.Errorf("workshop: %w", err)
	}
	if err := p.goMod(); err != nil {
		return nil, fmt.Errorf("workshop: %w", err)
	}
	archive, err := p.write()
	if err != nil {
		return nil, fmt.Errorf("workshop: %w", err)
	}
	return archive, nil
}

// packer collects the files of an archive, by their slash-separated paths in it.
type packer struct {
	root    string
	from    map[string]string // files on this machine
	made    map[string][]byte // texts that are written for the archive
	modules map[string]module // libraries, by path
}

// module is a library, as the go command lists it.
type module struct {
	Path, Version, Dir, GoVersion string
	Main                          bool
}

// take adds files of a directory.
func (p *packer) take(to, dir string, names ...[]string) {
	for _, name := range slices.Concat(names...) {
		p.from[path.Join(to, name)] = filepath.Join(dir, filepath.FromSlash(name))
	}
}

// library adds what one needs beside its packages: a go.mod that requires nothing, and its licence.
func (p *packer) library(m module) {
	if _, known := p.modules[m.Path]; known {
		return
	}
	p.modules[m.Path] = m
	text := "module " + m.Path + "\n"
	if m.GoVersion != "" {
		text += "\ngo " + m.GoVersion + "\n"
	}
	p.made[path.Join(libraries, m.Path, "go.mod")] = []byte(text)
	for _, pattern := range []string{"LICENSE*", "COPYING*", "NOTICE*", "PATENTS*"} {
		found, _ := filepath.Glob(filepath.Join(m.Dir, pattern)) // the pattern is right
		for _, file := range found {
			p.take(path.Join(libraries, m.Path), m.Dir, []string{filepath.Base(file)})
		}
	}
}

// kits adds what students get of the kits.
func (p *packer) kits() error {
	for _, kit := range kits.All {
		files, err := kit.Fresh(os.DirFS(p.root))
		if err != nil {
			return err
		}
		for name, text := range files {
			p.made[path.Join("kits", kit.Name, name)] = text
		}
	}
	return nil
}

// goMod writes the workshop's go.mod: with the libraries that are in the archive, and no others.
func (p *packer) goMod() error {
	text, err := checkout.Read(os.DirFS(p.root), "go.mod")
	if err != nil {
		return err
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "module ") || strings.HasPrefix(line, "go ") {
			out.WriteString(line)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.modules)) {
		fmt.Fprintf(&out, "\nrequire %s %s\n", name, p.modules[name].Version)
		fmt.Fprintf(&out, "replace %s => ./%s\n", name, path.Join(libraries, name))
	}
	p.made["go.mod"] = []byte(out.String())
	return nil
}

// write reads all files and writes the archive.
func (p *packer) write() ([]byte, error) {
	for name, file := range p.from {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if !binary(text) {
			text = checkout.LF(text)
		}
		p.made[name] = text
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(p.made)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(p.made[name])
		}
		if err != nil {
			return nil, err
		}
	}
	if err := z.SetComment(digest(p.made)); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}

// binary says whether a file is no text.
func binary(data []byte) bool { return bytes.IndexByte(data, 0) >= 0 }

// digest is that of files: 12 bytes in hexadecimal, which is enough against chance.
func digest(files map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%q %d\n", name, len(files[name]))
		sum.Write(files[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}
