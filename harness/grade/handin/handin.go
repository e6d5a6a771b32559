// Package handin reads what a student handed in: which layers there are, and what keeps one from being
// run. It compiles nothing and runs nothing.
package handin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/report"
	"strata/harness/grade/sourcecheck"
	"strata/harness/grade/toolchain"
	"strata/harness/grade/typecheck"
)

// Layer is one layer of the submission.
type Layer struct {
	Name   string
	Dir    string // where its files are
	Check  sourcecheck.Layer
	Status report.Status // empty as long as it can be run
	Why    []string      // lines that explain the status
}

// Usable says whether the layer's code can be put into a stack.
func (l *Layer) Usable() bool { return l.Status == "" }

// written says whether the step has been written.
func (l *Layer) written(step string) bool { return !slices.Contains(l.Check.Missing, step) }

// Submission is what the student handed in.
type Submission struct {
	Dir     string
	Layers  []*Layer // all six, lowest first
	Notes   []string
	Foreign bool // a command runs the layers: there are no sources to look at
}

// Foreign is what a student hands in as a command that runs the six layers in a process of its own.
func Foreign(command string) *Submission {
	s := &Submission{Dir: command, Foreign: true}
	for _, name := range steps.Written {
		l := &Layer{Name: name}
		if !slices.Contains(steps.Layers, name) {
			l.Status, l.Why = report.Absent, []string{NoElective(name)}
		}
		s.Layers = append(s.Layers, l)
	}
	return s
}

// NoElective is why no command runs a layer that is none of the six.
func NoElective(layer string) string {
	return "a command cannot run " + layer + ": no kit has an elective, only the six layers"
}

// NotSealed is why a layer cannot be graded behind glass; empty if it can.
func NotSealed(layer string) string {
	if layer == steps.Whole || slices.Contains(steps.Sealed, layer) {
		return ""
	}
	return fmt.Sprintf("%s cannot be sealed: only the six layers, %s can", layer, strings.Join(steps.Sealed[len(steps.Layers):], ", "))
}

// Inspect reads the sources of every layer, without compiling, and holds them to the rules and to the
// contracts of the workshop in root. The error wraps ErrLink if the directory is a link that leaves the one
// in which it lies, toolchain.ErrUnusable if nothing tells what the contracts declare, or is ctx's.
func Inspect(ctx context.Context, root, dir string) (*Submission, error) {
	s, err := Read(root, dir)
	if err != nil {
		return nil, err
	}
	if err := s.Check(ctx, root); err != nil {
		return nil, err
	}
	return s, nil
}

// Read is the part of Inspect that takes no types. What it finds is in each layer's Check, and makes no status yet. The
// error is one of Inspect's.
func Read(root, dir string) (*Submission, error) {
	whole, err := filepath.Abs(dir)
	if err == nil {
		err = Within(filepath.Dir(whole), whole)
	}
	if err != nil {
		return nil, fmt.Errorf("grade: %s: %w", dir, err)
	}
	if err := toolchain.Place(root); err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	s := &Submission{Dir: dir, Notes: modules(dir)}
	for _, name := range steps.Written {
		l := &Layer{Name: name, Dir: filepath.Join(dir, name)}
		s.Layers = append(s.Layers, l)
		check, err := sourcecheck.Check(l.Dir, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			l.Status, l.Why = report.Absent, []string{fmt.Sprintf("%s has no directory %s", dir, name)}
			continue
		case err != nil:
			return nil, err
		}
		l.Check = check
	}
	return s, nil
}

// Check is the rest of Inspect, for what Read has read.
func (s *Submission) Check(ctx context.Context, root string) error {
	if err := s.checkTypes(ctx, root); err != nil {
		return err
	}
	for _, l := range s.Layers {
		s.settle(l)
	}
	return nil
}

// checkTypes adds to each layer's findings those that take types, unless another was made of the same line.
func (s *Submission) checkTypes(ctx context.Context, root string) error {
	var sources []typecheck.Source
	var layers []*Layer
	for _, l := range s.Layers {
		if len(l.Check.Sources) > 0 {
			layers = append(layers, l)
			sources = append(sources, typecheck.Source{Layer: l.Name, Dir: l.Dir, Files: l.Check.Sources})
		}
	}
	found, err := typecheck.Check(ctx, root, sources)
	if err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	for i, l := range layers {
		for _, f := range found[i] {
			same := func(g sourcecheck.Finding) bool { return g.File == f.File && g.Line == f.Line && !g.Warning }
			if !slices.ContainsFunc(l.Check.Findings, same) {
				l.Check.Findings = append(l.Check.Findings, f)
			}
		}
	}
	return nil
}

// settle says what the findings mean for a layer.
func (s *Submission) settle(l *Layer) {
	if l.Status != "" {
		return // it is not there
	}
	if len(l.Check.Files) == 0 {
		l.Status, l.Why = report.Absent, []string{l.Dir + " has no Go files"}
	}
	for _, f := range l.Check.Findings {
		if f.Warning {
			s.Notes = append(s.Notes, f.String())
		} else {
			l.Status, l.Why = report.Refused, append(l.Why, f.String())
		}
	}
}

// modules notes what people hand in to change how their code is built, and which does not.
func modules(dir string) (notes []string) {
	for _, name := range []string{"go.mod", "go.sum", "go.work", "vendor"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			notes = append(notes, filepath.Join(dir, name)+
				" is not used: the layers are built as part of the workshop's own module")
		}
	}
	return notes
}

// Layer is nil for the whole stack and for what is no layer.
func (s *Submission) Layer(name string) *Layer {
	i := slices.IndexFunc(s.Layers, func(l *Layer) bool { return l.Name == name })
	if i < 0 {
		return nil
	}
	return s.Layers[i]
}

// Digest is the SHA-256 over the checked files of all layers, in hex.
func (s *Submission) Digest() string {
	h := sha256.New()
	for _, l := range s.Layers {
		for _, name := range slices.Sorted(maps.Keys(l.Check.Sources)) {
			fmt.Fprintf(h, "%s/%s %d\n", l.Name, name, len(l.Check.Sources[name]))
			h.Write(l.Check.Sources[name])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Ours turns a frame such as exercises/gossip/gossip.go:12 into the student's own path. It is
// empty if the frame is not in one of the checked files.
func (s *Submission) Ours(frame string) string {
	rest, _ := strings.CutPrefix(filepath.ToSlash(frame), "exercises/")
	name, at, _ := strings.Cut(rest, "/")
	file, line, _ := strings.Cut(at, ":")
	l := s.Layer(name)
	if l == nil || LayerOf(frame) == "" || l.Check.Sources[file] == nil {
		return ""
	}
	if n, err := strconv.Atoi(line); err != nil || n < 1 || n > 1+bytes.Count(l.Check.Sources[file], []byte("\n")) {
		return ""
	}
	return filepath.Join(l.Dir, at)
}

// LayerOf is the layer that a frame such as exercises/gossip/gossip.go:12 is in; empty: none.
func LayerOf(frame string) string {
	rest, ok := strings.CutPrefix(filepath.ToSlash(frame), "exercises/")
	if name, _, inside := strings.Cut(rest, "/"); ok && inside {
		return name
	}
	return ""
}

// Status is what keeps the step from being run, or empty. The whole stack needs every layer.
func (s *Submission) Status(step steps.Step) (report.Status, string) {
	if step.Layer != steps.Whole {
		l := s.Layer(step.Layer)
		if !l.Usable() {
			return l.Status, ""
		}
		if !l.written(step.ID) {
			return report.NotWritten, ""
		}
		return "", ""
	}
	for _, name := range steps.Layers {
		l := s.Layer(name)
		if !l.Usable() {
			return report.Blocked, fmt.Sprintf("%s (%s)", l.Name, l.Status)
		}
		if len(l.Check.Missing) > 0 {
			return report.Blocked, fmt.Sprintf("%s (%s)", l.Check.Missing[0], report.NotWritten)
		}
	}
	return "", ""
}

// GoFiles lists the Go files of a directory that are not tests; none if there is no directory.
func GoFiles(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			names = append(names, name)
		}
	}
	return names
}
