package workshop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/grade/toolchain"
)

// platforms are those that an archive is built on, as tools/platforms has them: each takes files of its own.
var platforms = []string{"linux/amd64", "linux/arm64", "linux/386", "darwin/arm64", "freebsd/amd64", "windows/amd64"}

// sealed is what layers are built for that are graded behind glass.
const sealed = "wasip1/wasm"

// programs are what is built from an archive, and what the grader looks for besides.
var programs = []string{
	"./harness/grade/child", "./harness/grade/guest", "./cmd/strata-exercises", "./solutions", "./harness/course/suites", "./docs",
}

// listedFields are what is asked of a package.
const listedFields = "-json=Dir,ImportPath,Standard,Module,GoFiles,SFiles,HFiles,EmbedFiles"

// goPackage is a package as the go command lists it.
type goPackage struct {
	Dir, ImportPath string
	Standard        bool
	Module          *module

	GoFiles, SFiles, HFiles, EmbedFiles []string
}

// packages adds all that the programs are built from.
func (p *packer) packages() error {
	for _, platform := range append(slices.Clone(platforms), sealed) {
		system, processor, _ := strings.Cut(platform, "/")
		args := append([]string{"list", "-e", "-deps", listedFields}, programs...)
		cmd := exec.Command("go", args...)
		cmd.Dir = p.root
		cmd.Env = append(toolchain.Env(), "GOOS="+system, "GOARCH="+processor)
		var faults bytes.Buffer
		cmd.Stderr = &faults
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("go list: %w: %s", err, strings.TrimSpace(faults.String()))
		}
		if err := p.listed(out); err != nil {
			return err
		}
	}
	return nil
}

// listed adds the packages that the go command lists.
func (p *packer) listed(list []byte) error {
	for in := json.NewDecoder(bytes.NewReader(list)); ; {
		var pkg goPackage
		err := in.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("go list: %w", err)
		}
		if pkg.Standard || strings.HasPrefix(pkg.ImportPath, "strata/exercises/") {
			continue
		}
		if pkg.Module == nil || pkg.Dir == "" {
			return fmt.Errorf("%s is not on this machine: run go mod download", pkg.ImportPath)
		}
		p.add(pkg)
	}
}

// add adds the files of a package.
func (p *packer) add(pkg goPackage) {
	to := strings.TrimPrefix(pkg.ImportPath, "strata/")
	if !pkg.Module.Main {
		p.library(*pkg.Module)
		to = path.Join(libraries, pkg.ImportPath)
	}
	p.take(to, pkg.Dir, pkg.GoFiles, pkg.SFiles, pkg.HFiles, pkg.EmbedFiles)
}

// pageLink is a link or a figure in a page, without its anchor.
var pageLink = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)\s]*)?\)`)

// pageSource is the file that a block of a page comes from, which the book compares.
var pageSource = regexp.MustCompile("(?m)^```text from (\\S+)$")

// book adds the pages, and the files of the workshop that they link to or show.
func (p *packer) book() error {
	tree := os.DirFS(p.root)
	pages, err := fs.Glob(tree, "docs/*.md")
	if err != nil {
		return err
	}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "LICENSE") {
		text, err := checkout.Read(tree, page)
		if err != nil {
			return err
		}
		p.take("", p.root, []string{page})
		for _, m := range pageSource.FindAllStringSubmatch(text, -1) {
			p.take("", p.root, []string{m[1]})
		}
		for _, m := range pageLink.FindAllStringSubmatch(text, -1) {
			name := path.Join(path.Dir(page), m[1])
			info, err := fs.Stat(tree, name)
			switch {
			case err != nil: // the book's own test finds links that lead nowhere
			case name == "exercises":
				p.made[name+"/README.md"] = []byte("The exercises are in the student's own directory.\n")
			case info.IsDir():
				if err := p.directory(name); err != nil {
					return err
				}
			default:
				p.take("", p.root, []string{name})
			}
		}
	}
	return nil
}

// directory adds the files of a directory that a page links to, but no tests.
func (p *packer) directory(name string) error {
	entries, err := os.ReadDir(filepath.Join(p.root, filepath.FromSlash(name)))
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") && !strings.HasSuffix(e.Name(), "_test.go") {
			p.take("", p.root, []string{path.Join(name, e.Name())})
		}
	}
	return err
}
