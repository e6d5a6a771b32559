package grade

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/sourcecheck"
)

// layer is one layer of the submission.
type layer struct {
	name   string
	dir    string // where its files are
	check  sourcecheck.Layer
	status Status   // empty as long as it can be run
	why    []string // lines that explain the status
}

// usable says whether the layer's code can be put into a stack.
func (l *layer) usable() bool { return l.status == "" }

// written says whether the step has been written.
func (l *layer) written(step string) bool { return !slices.Contains(l.check.Missing, step) }

// submission is what the student handed in.
type submission struct {
	dir    string
	layers []*layer
	notes  []string
}

// inspect reads the sources of every layer, without compiling.
func inspect(dir string) (*submission, error) {
	s := &submission{dir: dir, notes: modules(dir)}
	for _, name := range steps.Layers {
		l := &layer{name: name, dir: filepath.Join(dir, name)}
		s.layers = append(s.layers, l)
		check, err := sourcecheck.Check(l.dir, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			l.status, l.why = Absent, []string{fmt.Sprintf("%s has no directory %s", dir, name)}
			continue
		case err != nil:
			return nil, err
		}
		l.check = check
		if len(check.Files) == 0 {
			l.status, l.why = Absent, []string{l.dir + " has no Go files"}
		}
		for _, f := range check.Findings {
			if f.Warning {
				s.notes = append(s.notes, f.String())
			} else {
				l.status, l.why = Refused, append(l.why, f.String())
			}
		}
	}
	s.astray()
	return s, nil
}

// modules notes what people hand in to change how their code is built, and which does not.
func modules(dir string) (notes []string) {
	for _, name := range []string{"go.mod", "go.sum", "go.work", "vendor"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			notes = append(notes, filepath.Join(dir, name)+" is not used: the layers are built as part of the workshop's own module")
		}
	}
	return notes
}

// astray notes, of a submission that has no layer, where layers are: one level further down.
func (s *submission) astray() {
	for _, l := range s.layers {
		if l.status != Absent {
			return
		}
	}
	var below []string
	for _, name := range steps.Layers {
		found, _ := filepath.Glob(filepath.Join(s.dir, "*", name)) // the pattern is well formed unless dir has brackets
		for _, path := range found {
			below = append(below, filepath.Dir(path))
		}
	}
	slices.Sort(below)
	switch below = slices.Compact(below); len(below) {
	case 0:
	case 1:
		s.notes = append(s.notes, fmt.Sprintf("the layers are in %s: strata grade %s", below[0], ShellWord(below[0])))
	default:
		s.notes = append(s.notes, fmt.Sprintf("there are layers in %s and %d more: to grade each of them, strata grade %s%c*", below[0], len(below)-1, ShellWord(s.dir), filepath.Separator))
	}
}

// layer is nil for the whole stack and for what is no layer.
func (s *submission) layer(name string) *layer {
	i := slices.IndexFunc(s.layers, func(l *layer) bool { return l.name == name })
	if i < 0 {
		return nil
	}
	return s.layers[i]
}

// ours turns a frame such as exercises/gossip/gossip.go:12 into the student's own path. It is
// empty if the frame is not in one of the layers.
func (s *submission) ours(frame string) string {
	rest, ok := strings.CutPrefix(filepath.ToSlash(frame), "exercises/")
	if !ok {
		return ""
	}
	name, file, _ := strings.Cut(rest, "/")
	l := s.layer(name)
	if l == nil {
		return ""
	}
	return filepath.Join(l.dir, file)
}

// status is what keeps the step from being run, or empty. The whole stack needs every layer.
func (s *submission) status(step steps.Step) (Status, string) {
	if step.Layer != steps.Whole {
		l := s.layer(step.Layer)
		if !l.usable() {
			return l.status, ""
		}
		if !l.written(step.ID) {
			return NotWritten, ""
		}
		return "", ""
	}
	for _, l := range s.layers {
		if !l.usable() {
			return Blocked, fmt.Sprintf("%s (%s)", l.name, l.status)
		}
		if len(l.check.Missing) > 0 {
			return Blocked, fmt.Sprintf("%s (%s)", l.check.Missing[0], NotWritten)
		}
	}
	return "", ""
}
