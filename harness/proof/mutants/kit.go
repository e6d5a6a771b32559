package mutants

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// LoadKit reads the wrong solutions of a kit, such as python, from kits/<kit>/mutants/<layer>. One error lists every
// fault of every file.
func LoadKit(root fs.FS, kit string) ([]Mutant, error) {
	var all []Mutant
	var faults []error
	for _, layer := range steps.Layers {
		files, err := fs.Glob(root, path.Join("kits", kit, "mutants", layer, "*.txt"))
		if err != nil {
			return nil, fmt.Errorf("mutants: %w", err)
		}
		for _, file := range files {
			text, err := checkout.Read(root, file)
			if err != nil {
				return nil, fmt.Errorf("mutants: %w", err)
			}
			m, err := parse(text)
			m.Layer, m.Name = layer, layer+"/"+strings.TrimSuffix(path.Base(file), ".txt")
			if err == nil {
				err = m.check(layer)
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("mutants: %s: %w", file, err))
			}
			all = append(all, m)
		}
	}
	return all, errors.Join(faults...)
}

// ApplyIn changes the files of a directory that has the reference of a kit. The error is Apply's, or of the file
// system.
func (m Mutant) ApplyIn(dir string) error {
	files := make(map[string]string)
	for _, e := range m.Edits {
		text, err := os.ReadFile(filepath.Join(dir, e.File))
		if err != nil {
			return fmt.Errorf("mutants: %s: %w", m.Name, err)
		}
		files[e.File] = string(checkout.LF(text))
	}
	if err := m.edit(files); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("mutants: %s: %w", m.Name, err)
		}
	}
	return nil
}
