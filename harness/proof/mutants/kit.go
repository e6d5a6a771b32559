package mutants

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// LoadKit reads the wrong solutions of a kit, such as python, from kits/<kit>/mutants/<layer>. One error lists every
// fault of every file.
func LoadKit(root fs.FS, kit string) ([]Mutant, error) {
	var all []Mutant
	var faults []error
	for _, layer := range steps.Layers {
		found, wrong, err := loadDir(root, path.Join("kits", kit, "mutants"), layer)
		if err != nil {
			return nil, err
		}
		all, faults = append(all, found...), append(faults, wrong...)
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
