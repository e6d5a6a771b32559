package class

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"strata/harness/farm"
	"strata/harness/grade/extras"
)

// scenariosDir is where the folder of a class keeps the instructor's scenarios.
const scenariosDir = "scenarios"

// scenariosOf is the directory for the scenarios that the settings name. It is there once they have been proved with the
// workshop of these settings.
func scenariosOf(dir string, s Settings) string {
	return filepath.Join(dir, scenariosDir, farm.KeyOf([]byte(s.Suite), []byte(s.Scenarios)).String())
}

// KeepScenarios keeps scenarios that have been proved in the folder of a class, for whoever grades or draws by these
// settings later.
func KeepScenarios(dir string, s Settings, suite *extras.Suite) error {
	if err := os.MkdirAll(filepath.Join(dir, scenariosDir), 0o755); err != nil {
		return fmt.Errorf("class: %w", err)
	}
	temp, err := os.MkdirTemp(filepath.Join(dir, scenariosDir), ".new-")
	if err != nil {
		return fmt.Errorf("class: %w", err)
	}
	defer os.RemoveAll(temp)
	whole := filepath.Join(temp, "a")
	if err := suite.Write(whole); err != nil {
		return fmt.Errorf("class: the scenarios cannot be kept: %w", err)
	}
	to := scenariosOf(dir, s)
	if err := errors.Join(os.RemoveAll(to), os.Rename(whole, to)); err != nil {
		return fmt.Errorf("class: the scenarios cannot be kept: %w", err)
	}
	return nil
}

// ErrUnproved reports scenarios that the folder of a class does not have.
var ErrUnproved = errors.New("the class has no such scenarios: run strata class grade with --scenarios again")

// Scenarios reads those that the settings name from the folder of a class; nil if they name none. The error wraps
// ErrUnproved if they are not there, or are others by now.
func Scenarios(dir string, s Settings) (*extras.Suite, error) {
	if s.Scenarios == "" {
		return nil, nil
	}
	at := scenariosOf(dir, s)
	if _, err := os.Stat(at); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUnproved
	}
	suite, err := extras.Read(at)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnproved, err)
	}
	if suite.Digest() != s.Scenarios {
		return nil, fmt.Errorf("%w: somebody has changed %s", ErrUnproved, at)
	}
	return suite, nil
}
