// Package sourcecheck reads the sources of a submission and refuses what protocol code must not
// use: goroutines, the clock, global randomness, I/O, unsafe and everything else that would take
// a node out of its host's hands.
//
// It parses and does not compile: code with compile errors elsewhere is checked as well. It keeps
// honest mistakes out and says what to use instead; the limits under which the grader runs its
// child are what holds against the rest.
package sourcecheck

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Finding is one thing that a submission must not, or should not, contain.
type Finding struct {
	File    string // path as the directory was given
	Line    int    // 0 if the whole file is meant
	Reason  string
	Remedy  string
	Warning bool // worth knowing, but no reason to refuse the layer
}

// String is the finding in one line, as a compiler writes it.
func (f Finding) String() string {
	at := f.File
	if f.Line > 0 {
		at += ":" + strconv.Itoa(f.Line)
	}
	return fmt.Sprintf("%s: %s; %s", at, f.Reason, f.Remedy)
}

// Layer is what the check found out about one layer's directory.
type Layer struct {
	Files    []string // the Go files that make the package, sorted base names; tests are not among them
	Findings []Finding
	Missing  []string // steps that are not written yet: those of panic(network.NotWritten("..."))
}

// Refused says whether a finding is more than a warning.
func (l Layer) Refused() bool {
	return slices.ContainsFunc(l.Findings, func(f Finding) bool { return !f.Warning })
}

// Check reads the directory of one layer. The error is for a directory or a file that cannot
// be read; one that does not exist is fs.ErrNotExist.
func Check(dir, layer string) (Layer, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Layer{}, fmt.Errorf("sourcecheck: %w", err)
	}
	var l Layer
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_") || strings.HasSuffix(e.Name(), "_test.go"), e.Name() == "testdata":
		case e.IsDir():
			l.warn(path, "a directory inside a layer is not used", "keep all of the layer's files beside each other")
		case filepath.Ext(e.Name()) == ".go":
			l.Files = append(l.Files, e.Name())
			if err := l.checkFile(path, layer); err != nil {
				return Layer{}, err
			}
		case foreign[filepath.Ext(e.Name())]:
			l.Findings = append(l.Findings, Finding{File: path, Reason: "only Go files make a layer", Remedy: "write it in Go"})
		default:
			l.warn(path, "not a Go file: it is not used", "nothing has to be done")
		}
	}
	slices.Sort(l.Missing)
	l.Missing = slices.Compact(l.Missing)
	return l, nil
}

// foreign files would be compiled or linked into the package.
var foreign = map[string]bool{
	".s": true, ".S": true, ".sx": true, ".c": true, ".h": true, ".cc": true, ".cpp": true, ".cxx": true,
	".hh": true, ".hpp": true, ".hxx": true, ".m": true, ".f": true, ".F": true, ".for": true, ".f90": true,
	".syso": true, ".swig": true, ".swigcxx": true, ".a": true, ".o": true, ".so": true,
}

func (l *Layer) warn(file, reason, remedy string) {
	l.Findings = append(l.Findings, Finding{File: file, Reason: reason, Remedy: remedy, Warning: true})
}

// checkFile checks one Go file. What does not parse is left to the compiler, whose message is
// better; whatever could be parsed is checked all the same.
func (l *Layer) checkFile(path, layer string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("sourcecheck: %w", err)
	}
	set := token.NewFileSet()
	file, _ := parser.ParseFile(set, path, source, parser.ParseComments)
	if file == nil {
		return nil
	}
	c := &checker{set: set, path: path, layer: layer, names: make(map[string]string), out: l}
	c.fileName()
	c.comments(file)
	c.imports(file)
	c.globals(file)
	ast.Inspect(file, c.node)
	return nil
}

// checker checks one file.
type checker struct {
	set   *token.FileSet
	path  string
	layer string
	names map[string]string // import path by the name that the file gives it
	out   *Layer
}

func (c *checker) refuse(at token.Pos, reason, remedy string) {
	c.add(at, reason, remedy, false)
}

func (c *checker) add(at token.Pos, reason, remedy string, warning bool) {
	// PositionFor ignores //line comments, which could name any file.
	line := c.set.PositionFor(at, false).Line
	c.out.Findings = append(c.out.Findings, Finding{File: c.path, Line: line, Reason: reason, Remedy: remedy, Warning: warning})
}
