package skeleton

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// Style says how much of our design a skeleton gives away.
type Style int

const (
	// Steps keeps our types, fields and helpers, and takes out the bodies of the steps: what is checked in.
	Steps Style = iota

	// Hard keeps what the contract wants and nothing else.
	Hard
)

// ErrUnknownLayer reports a name that is not a layer or an elective.
var ErrUnknownLayer = errors.New("unknown layer")

// Generate makes the skeletons of all layers from the solutions under root, the directory of the
// module. Keys are slash-separated paths relative to root, such as exercises/gossip/gossip.go.
// Errors: *Fault for a marker out of place, one per layer, joined; what reading and parsing report.
func Generate(root string, style Style) (map[string][]byte, error) {
	all := map[string][]byte{}
	var faults []error
	for _, layer := range steps.Written {
		files, err := generate(root, layer, style)
		if err != nil {
			faults = append(faults, err)
		}
		maps.Copy(all, files)
	}
	return all, errors.Join(faults...)
}

// generate makes the skeleton of one layer.
func generate(root, layer string, style Style) (map[string][]byte, error) {
	if style == Hard && !slices.Contains(steps.Practice, layer) {
		return hard(root, layer)
	}
	sources, err := load(root, layer)
	if err != nil {
		return nil, err
	}
	if err := leftover(sources); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, s := range sources {
		text, err := s.skeleton()
		if err != nil {
			return nil, err
		}
		name := path.Base(s.position(s.file.Pos()).Filename)
		files[path.Join("exercises", layer, name)] = text
	}
	return files, nil
}

// Blank is our solution of a step's layer as if this one step were not written, by the files' names.
// Errors: as Generate's.
func Blank(root, step string) (map[string][]byte, error) {
	sources, err := load(root, steps.LayerOf(step))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, s := range sources {
		text, err := s.blank(step)
		if err != nil {
			return nil, err
		}
		files[path.Base(s.position(s.file.Pos()).Filename)] = text
	}
	return files, nil
}

// load parses the solution of one layer, without its tests.
func load(root, layer string) ([]*source, error) {
	if !slices.Contains(steps.Written, layer) {
		return nil, fmt.Errorf("%w %q: want one of %s", ErrUnknownLayer, layer, strings.Join(steps.Written, ", "))
	}
	dir := filepath.Join(root, "solutions", layer)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("skeleton: no solution of layer %s: %w", layer, err)
	}
	var sources []*source
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		s, err := parse(path.Join("solutions", layer, e.Name()), layer, checkout.LF(text))
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}

// Lines counts the lines of our solution by step: those between markers that hold more than
// comments and blanks.
func Lines(root string) (map[string]int, error) {
	lines := map[string]int{}
	for _, layer := range steps.Written {
		sources, err := load(root, layer)
		if err != nil {
			return nil, err
		}
		for _, s := range sources {
			for _, r := range s.regions {
				lines[r.step] += r.lines
			}
		}
	}
	return lines, nil
}

// Diff lists, in order, how the exercises under root differ from fresh skeletons, one line a file.
// Only Go files count.
func Diff(root string, style Style) ([]string, error) {
	var all []string
	for _, layer := range steps.Written {
		drift, err := diff(root, layer, style)
		if err != nil {
			return nil, err
		}
		all = append(all, drift...)
	}
	return all, nil
}

func diff(root, layer string, style Style) ([]string, error) {
	want, err := generate(root, layer, style)
	if err != nil {
		return nil, err
	}
	found, err := fs.Glob(os.DirFS(root), path.Join("exercises", layer, "*.go")) // the root may have brackets in its name
	if err != nil {
		return nil, err
	}
	var drift []string
	for _, file := range found {
		if _, ok := want[file]; !ok {
			drift = append(drift, file+": not in the solutions")
		}
	}
	for name, text := range want {
		have, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			drift = append(drift, name+": missing")
		case err != nil:
			return nil, err
		case !bytes.Equal(checkout.LF(have), text):
			drift = append(drift, name+": differs from a fresh skeleton")
		}
	}
	slices.Sort(drift)
	return drift, nil
}

// Write makes fresh skeletons of all layers whose exercise differs from one. What was there is
// kept: backups lists where, as Reset does.
func Write(root string, style Style, at time.Time) (backups []string, err error) {
	if _, err := Generate(root, style); err != nil {
		return nil, err // before anything is touched
	}
	for _, layer := range steps.Written {
		drift, err := diff(root, layer, style)
		if err != nil {
			return backups, err
		}
		if len(drift) == 0 {
			continue
		}
		backup, err := Reset(root, root, layer, style, at)
		if err != nil {
			return backups, err
		}
		if backup != "" {
			backups = append(backups, backup)
		}
	}
	return backups, nil
}
