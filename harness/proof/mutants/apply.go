package mutants

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// provided are the packages around the layers that students read and do not write. The mutants of
// steps.Whole change them.
var provided = []string{"node/blocksync", "node/blocktree", "node/fetch", "node/miner", "node"}

// above are the packages that an elective gives on top of what students write, where scenarios run them.
var above = map[string][]string{"causal": {"ledgers/causal/blocks"}}

// around are the packages around a layer's solution that its mutants may change, too: those of steps.Whole, and
// what an elective's contract does.
func around(layer string) []string {
	switch {
	case layer == steps.Whole:
		return provided
	case slices.Contains(steps.Electives, layer):
		return append([]string{"ledgers", "ledgers/" + layer}, above[layer]...)
	}
	return nil
}

// isAround says whether an edit names one of these packages, and not a file of the solution.
func (m Mutant) isAround(e Edit) bool { return slices.Contains(around(m.Layer), e.File) }

// Apply returns the files of the mutated layer, or of provided code by their paths. One error lists every edit
// that does not fit our solution any longer, with the remedy.
func (m Mutant) Apply(root fs.FS) (map[string]string, error) {
	files, err := solution(root, m.Layer)
	if err != nil {
		return nil, err
	}
	if m.Layer != steps.Whole {
		more, err := read(root, around(m.Layer), func(name string) string { return name })
		if err != nil {
			return nil, err
		}
		maps.Copy(files, more)
	}
	return files, m.edit(files)
}

// edit changes files. The error is Apply's.
func (m Mutant) edit(files map[string]string) error {
	m.Edits = slices.Clone(m.Edits)
	var faults []error
	for i, e := range m.Edits {
		inPackage := m.Layer == steps.Whole || m.isAround(e)
		if inPackage {
			e.File = holder(files, e)
			m.Edits[i].File = e.File
		}
		text, known := files[e.File]
		switch n := strings.Count(text, e.Old); {
		case e.Old == "":
			text = e.New
		case !known && inPackage:
			faults = append(faults,
				fmt.Errorf("mutants: %s: its old text is not in one file of %s: "+
					"take the lines as they are there now, and enough of them to be found once:\n%s",
					m.Name, e.File, e.Old))
		case !known:
			faults = append(faults, fmt.Errorf("mutants: %s: there is no %s%s: name the file that has the lines now",
				m.Name, m.dir(), e.File))
		case n != 1:
			faults = append(faults,
				fmt.Errorf("mutants: %s: its old text occurs %d times in %s%s: "+
					"take the lines as they are there now, and enough of them to be found once:\n%s",
					m.Name, n, m.dir(), e.File, e.Old))
		default:
			text = strings.Replace(text, e.Old, e.New, 1)
		}
		files[e.File] = text
	}
	return errors.Join(faults...)
}

// holder is the file of a package that has an edit's old text; the package itself if none does, or
// several do.
func holder(files map[string]string, e Edit) (found string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Dir(name) != e.File || !strings.Contains(files[name], e.Old) {
			continue
		}
		if found != "" {
			return e.File
		}
		found = name
	}
	return cmp.Or(found, e.File)
}

// fits lists every edit of the bank that does not fit our solutions.
func fits(root fs.FS, bank []Mutant) error {
	var faults []error
	for _, m := range bank {
		_, err := m.Apply(root)
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// dir is what the names of a mutant's files begin with.
func (m Mutant) dir() string {
	if m.Layer == steps.Whole {
		return ""
	}
	return "solutions/" + m.Layer + "/"
}

// solution reads the files of our solution of a layer, or of what is provided.
func solution(root fs.FS, layer string) (map[string]string, error) {
	if layer == steps.Whole {
		return read(root, provided, func(name string) string { return name })
	}
	files, err := read(root, []string{path.Join("solutions", layer)}, path.Base)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("mutants: there is no solution of %s", layer)
	}
	return files, err
}

// read reads the Go files of some packages that are no tests, each under the name that it is to have.
func read(root fs.FS, dirs []string, named func(path string) string) (map[string]string, error) {
	var names []string
	for _, dir := range dirs {
		more, err := fs.Glob(root, path.Join(dir, "*.go"))
		if err != nil {
			return nil, fmt.Errorf("mutants: %w", err)
		}
		names = append(names, more...)
	}
	files := make(map[string]string)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := checkout.Read(root, name)
		if err != nil {
			return nil, fmt.Errorf("mutants: %w", err)
		}
		files[named(name)] = text
	}
	return files, nil
}

// lay writes the packages of provided code that a mutant changes, and returns what grade.Options.Provided
// wants to know.
func (m Mutant) lay(dir string, files map[string]string) (map[string]string, error) {
	laid := make(map[string]string)
	for name, text := range files {
		if !slices.ContainsFunc(m.Edits, func(e Edit) bool { return m.changes(e, name) }) {
			continue
		}
		to := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("mutants: %w", err)
		}
		laid[name] = to
	}
	return laid, nil
}

// changes says whether an edit changes the package of a file of provided code.
func (m Mutant) changes(e Edit, file string) bool {
	return (m.Layer == steps.Whole || m.isAround(e)) && e.File == path.Dir(file)
}

// hand writes a submission that has nothing but the layer.
func hand(dir, layer string, files map[string]string) error {
	to := filepath.Join(dir, layer)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("mutants: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Base(name) != name {
			continue // of what is around it
		}
		if err := os.WriteFile(filepath.Join(to, name), []byte(files[name]), 0o600); err != nil {
			return fmt.Errorf("mutants: %w", err)
		}
	}
	return nil
}
