// Package sourcecheck reads the sources of a submission and refuses what protocol code must not
// use: goroutines, the clock, global randomness, I/O, unsafe and everything else that would take
// a node out of its host's hands.
//
// It parses and does not compile: code with compile errors elsewhere is checked as well. It keeps
// honest mistakes out and says what to use instead. What only types can tell is typecheck's; the
// limits under which the grader runs its child are what holds against the rest.
package sourcecheck

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"strata/harness/grade/plainfile"
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
	Files    []string          // the Go files that make the package, sorted base names; tests are not among them
	Sources  map[string][]byte // of Files, as they were checked; one that could not be read has none
	Findings []Finding
	Missing  []string // steps that are not written yet: those of panic(network.NotWritten("..."))
}

// Refused says whether a finding is more than a warning.
func (l Layer) Refused() bool {
	return slices.ContainsFunc(l.Findings, func(f Finding) bool { return !f.Warning })
}

// Check reads the directory of one layer. What cannot be read, or is no plain file, is a finding
// like any other. The error is fs.ErrNotExist for a layer that is not there.
func Check(dir, layer string) (Layer, error) {
	var l Layer
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l, fmt.Errorf("sourcecheck: %w", err)
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		l.refuse(dir, "a symbolic link",
			"make it a directory with the files in it: what a link leads to is not handed in")
		return l, nil
	}
	entries, err := plainfile.List(dir, maxEntries+1)
	if err != nil {
		l.refuse(dir, "cannot be read as a directory: "+reason(err),
			"make it a directory with the layer's Go files in it")
		return l, nil
	}
	if len(entries) > maxEntries {
		l.refuse(dir, fmt.Sprintf("the directory has more than %d entries", maxEntries),
			"leave in it what the layer needs")
		return l, nil
	}
	left := maxLayer
	for _, e := range entries {
		l.entry(filepath.Join(dir, e.Name()), layer, e, &left)
	}
	slices.Sort(l.Missing)
	l.Missing = slices.Compact(l.Missing)
	return l, nil
}

// What people write is far smaller; the parser and the compiler need many times the size.
const (
	maxFile    = 256 << 10 // bytes of one file
	maxLayer   = 1 << 20   // bytes of a layer's files together
	maxEntries = 1000      // files and directories in a layer's
)

// entry looks at one entry of the directory. left is what the files may still have in bytes.
func (l *Layer) entry(path, layer string, e fs.DirEntry, left *int) {
	name, ext := e.Name(), filepath.Ext(e.Name())
	switch {
	case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"):
		if ext == ".go" { // go build leaves it out, and so does everything here
			l.warn(path, "a file whose name begins with "+name[:1]+" is not used",
				"rename it, if it belongs to the layer")
		}
	case strings.HasSuffix(name, "_test.go"), name == "testdata":
	case e.IsDir():
		l.warn(path, "a directory inside a layer is not used", "keep all of the layer's files beside each other")
	case e.Type()&fs.ModeSymlink != 0:
		l.refuse(path, "a symbolic link", "put the file itself there: what a link leads to is not handed in")
	case !e.Type().IsRegular():
		l.refuse(path, "neither a file nor a directory", "remove it")
	case ext == ".go" && !printable(name):
		l.refuse(path, "the file's name is not plain text", "rename it: letters, digits and _ will do")
	case ext == ".go":
		l.Files = append(l.Files, name)
		l.checkFile(path, layer, left)
	case foreign[ext]:
		l.refuse(path, "only Go files make a layer", "write it in Go")
	default:
		l.warn(path, "not a Go file: it is not used", "nothing has to be done")
	}
}

// printable says whether a name can be shown and written down as it is.
func printable(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsPrint(r) ||
			r == '"' || r == '\\'
	})
}

// reason is what went wrong, without the path.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// foreign files would be compiled or linked into the package.
var foreign = map[string]bool{
	".s": true, ".S": true, ".sx": true, ".c": true, ".h": true, ".cc": true, ".cpp": true, ".cxx": true,
	".hh": true, ".hpp": true, ".hxx": true, ".m": true, ".f": true, ".F": true, ".for": true, ".f90": true,
	".syso": true, ".swig": true, ".swigcxx": true, ".a": true, ".o": true, ".so": true,
}

func (l *Layer) refuse(file, reason, remedy string) {
	l.Findings = append(l.Findings, Finding{File: file, Reason: reason, Remedy: remedy})
}

func (l *Layer) warn(file, reason, remedy string) {
	l.Findings = append(l.Findings, Finding{File: file, Reason: reason, Remedy: remedy, Warning: true})
}

// checkFile checks one Go file. What does not parse is left to the compiler, whose message is
// better; whatever could be parsed is checked all the same.
func (l *Layer) checkFile(path, layer string, left *int) {
	source, err := plainfile.Read(path, maxFile)
	if err != nil {
		l.refuse(path, "cannot be read: "+reason(err), "see that it can be read")
		return
	}
	if l.Sources == nil {
		l.Sources = make(map[string][]byte)
	}
	*left -= len(source)
	switch {
	case len(source) > maxFile:
		l.refuse(path, fmt.Sprintf("larger than %d kB", maxFile>>10), "split it, and compute what is a table")
		return
	case *left < 0:
		l.refuse(path, fmt.Sprintf("the layer's files are larger than %d kB together", maxLayer>>10),
			"leave out what the layer does not need")
		return
	case !utf8.Valid(source):
		line := 1 + bytes.Count(source[:invalid(source)], []byte("\n"))
		l.Findings = append(l.Findings, Finding{File: path, Line: line, Reason: "the file is not UTF-8 text",
			Remedy: "save it as UTF-8"})
		return
	}
	l.Sources[filepath.Base(path)] = source
	found := known.of(path, layer, source)
	l.Findings, l.Missing = append(l.Findings, found.Findings...), append(l.Missing, found.Missing...)
}

// inspect checks what is in a file. Of what it returns, Findings and Missing are set.
func inspect(path, layer string, source []byte) (l Layer) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments)
	if file == nil || file.Name.Name == "" {
		// The compiler may go further than the parser, as with what is nested very deep.
		l.refuse(path, fmt.Sprintf("cannot be read as Go: %v", err),
			"begin it with: package "+layer+", and nest less deep")
		return l
	}
	c := &checker{set: set, path: path, layer: layer, names: make(map[string]string), out: &l}
	c.fileName()
	c.packageName(file)
	c.comments(file)
	c.imports(file)
	c.inits(file)
	ast.Inspect(file, c.node)
	return l
}

// invalid is where the first byte stands that is not UTF-8.
func invalid(source []byte) int {
	for at := 0; at < len(source); {
		r, size := utf8.DecodeRune(source[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(source)
}

// checker checks one file.
type checker struct {
	set   *token.FileSet
	path  string
	layer string
	names map[string]string // import path by the name that the file gives it

	out *Layer
}

func (c *checker) refuse(at token.Pos, reason, remedy string) {
	c.add(at, reason, remedy, false)
}

func (c *checker) add(at token.Pos, reason, remedy string, warning bool) {
	// PositionFor ignores //line comments, which could name any file.
	line := c.set.PositionFor(at, false).Line
	c.out.Findings = append(c.out.Findings, Finding{File: c.path, Line: line, Reason: reason, Remedy: remedy,
		Warning: warning})
}
