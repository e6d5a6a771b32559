package mutants

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Apply returns the files of the mutated layer. One error lists every edit that does not fit our
// solution any more, with the remedy.
func (m Mutant) Apply(root fs.FS) (map[string]string, error) {
	files, err := solution(root, m.Layer)
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, e := range m.Edits {
		text, known := files[e.File]
		switch n := strings.Count(text, e.Old); {
		case e.Old == "":
			text = e.New
		case !known:
			faults = append(faults, fmt.Errorf("mutants: %s: there is no solutions/%s/%s: name the file that has the lines now", m.Name, m.Layer, e.File))
		case n != 1:
			faults = append(faults, fmt.Errorf("mutants: %s: its old text occurs %d times in solutions/%s/%s: take the lines as they are there now, and enough of them to be found once:\n%s",
				m.Name, n, m.Layer, e.File, e.Old))
		default:
			text = strings.Replace(text, e.Old, e.New, 1)
		}
		files[e.File] = text
	}
	return files, errors.Join(faults...)
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

// solution reads the files of our solution of a layer.
func solution(root fs.FS, layer string) (map[string]string, error) {
	names, err := fs.Glob(root, path.Join("solutions", layer, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("mutants: %w", err)
	}
	files := make(map[string]string)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, fmt.Errorf("mutants: %w", err)
		}
		files[path.Base(name)] = string(text)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("mutants: there is no solution of %s", layer)
	}
	return files, nil
}

// hand writes a submission that has nothing but the layer.
func hand(dir, layer string, files map[string]string) error {
	to := filepath.Join(dir, layer)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("mutants: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(to, name), []byte(files[name]), 0o600); err != nil {
			return fmt.Errorf("mutants: %w", err)
		}
	}
	return nil
}
