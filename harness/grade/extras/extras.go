// Package extras reads the scenarios that an instructor adds to the workshop's: a directory that is a Go package.
//
//	DIR/*.go ---------> Suite: laid in the place of harness/course/extra when a child is built
//	DIR/mutants/*.txt   wrong solutions, which harness/proof/mutants reads: each scenario has to fail one
//
// It compiles nothing and runs nothing. The code is the instructor's, and is trusted as the workshop's own is.
package extras

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/grade/handin"
	"strata/harness/grade/plainfile"
	"strata/scenario"
)

// Suite is what a directory holds.
type Suite struct {
	Dir     string            // as it was named
	Package string            // the name in its files
	Files   map[string][]byte // the Go that is no test, by its name, with LF at the ends of lines
}

// mostBytes is how large one file may be, and mostFiles how many there may be.
const (
	mostBytes = 1 << 20
	mostFiles = 1000
)

// Read reads the files of a directory. One error lists every fault: no directory, no Go, what is no file, what does not
// parse, two packages, a program.
func Read(dir string) (*Suite, error) {
	entries, err := plainfile.List(dir, mostFiles)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, fmt.Errorf("%s: %w; name a directory that is a Go package with scenarios", handin.Shown(dir), err)
	}
	s := &Suite{Dir: dir, Files: make(map[string][]byte)}
	var faults []error
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") {
			faults = append(faults, s.read(name))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if len(s.Files) == 0 {
		return nil, fmt.Errorf("%s holds no Go: put a package there with "+
			"func Suite(stack electives.Stack) []scenario.Scenario", handin.Shown(dir))
	}
	return s, nil
}

// read reads one file.
func (s *Suite) read(name string) error {
	at := s.at(name)
	text, err := plainfile.Read(filepath.Join(s.Dir, name), mostBytes)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), at, text, parser.SkipObjectResolution)
	if err != nil {
		return err // it begins with the place
	}
	switch of := file.Name.Name; {
	case of == "main":
		return fmt.Errorf("%s: is of package main: scenarios are a package, not a program; give it another name", at)
	case s.Package != "" && s.Package != of:
		return fmt.Errorf("%s: is of package %s, and the file before it of %s: one directory is one package", at, of, s.Package)
	default:
		s.Package = of
	}
	s.Files[name] = checkout.LF(text)
	return nil
}

// at is where a file of the directory is.
func (s *Suite) at(name string) string { return handin.Shown(filepath.Join(s.Dir, name)) }

// Digest is that of the names and contents of the files, in hex.
func (s *Suite) Digest() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		fmt.Fprintf(h, "%q %d\n", name, len(s.Files[name]))
		h.Write(s.Files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Write writes the files to a directory, which it makes.
func (s *Suite) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range s.Files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Place is the line that names the scenario; the directory, if no line does.
func (s *Suite) Place(scenario string) string {
	quoted := []byte(strconv.Quote(scenario))
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		if before, _, found := bytes.Cut(s.Files[name], quoted); found {
			return fmt.Sprintf("%s:%d", s.at(name), 1+bytes.Count(before, []byte("\n")))
		}
	}
	return handin.Shown(s.Dir)
}

// Own has a line of the compiler, or of a stack, name a file as the instructor does.
func (s *Suite) Own(line string) string {
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		for at := len(line); at >= 0; {
			if at = strings.LastIndex(line[:at], "/"+name+":"); at < 0 {
				break
			}
			begin := 1 + strings.LastIndexAny(line[:at], " \t")
			if strings.Contains(line[begin:at], "extra") {
				return line[:begin] + s.at(name) + line[at+1+len(name):]
			}
		}
	}
	return line
}

// Check says what is wrong with the scenarios that Suite lists, beside what scenario.New sees: one error has every
// fault, with its place.
func (s *Suite) Check(list []scenario.Scenario, workshop []scenario.Scenario) error {
	taken := make(map[string]string)
	for _, one := range workshop {
		taken[one.Name] = "the workshop has one of that name"
	}
	var faults []error
	fault := func(of scenario.Scenario, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s: %s", s.Place(of.Name), of.Name, fmt.Sprintf(format, args...)))
	}
	for _, one := range list {
		if why, twice := taken[one.Name]; twice {
			fault(one, "%s: give it another name", why)
		}
		taken[one.Name] = "Suite lists it twice"
		if _, known := steps.Find(one.Step); !known {
			fault(one, "grades %q, which is no step: take one that strata scenarios lists, such as %s", one.Step, steps.List[0].ID)
		}
		for _, rule := range one.Rules {
			if _, known := rules.Find(rule); !known {
				fault(one, "proves %s, which is no rule: docs/protocol.md and docs/electives.md have them", rule)
			}
		}
	}
	if len(list) == 0 {
		faults = append(faults, fmt.Errorf("%s: Suite lists no scenario: return what scenario.New makes", handin.Shown(s.Dir)))
	}
	return errors.Join(faults...)
}
