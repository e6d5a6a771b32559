package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"
)

// moduleLine is the line of go.mod that makes it ours.
var moduleLine = regexp.MustCompile(`(?m)^module\s+strata\s*(//.*)?$`)

// moduleRoot is the directory of the workshop's module, absolute: that of --root or STRATA_ROOT, or
// the nearest one at or above the working directory.
func (w World) moduleRoot(cmd *cobra.Command) (string, error) {
	given, _ := cmd.Flags().GetString("root")
	if given == "" {
		given, _ = w.env("root")
	}
	if given != "" {
		if !isModule(given) {
			return "", fmt.Errorf("%s is not the root of the workshop: no go.mod of module strata is there", given)
		}
		return filepath.Abs(given)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if isModule(dir) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not in the workshop: no go.mod of module strata here or above; go there, or say where with --root")
		}
		dir = parent
	}
}

// isModule says whether the directory is the root of the module strata.
func isModule(dir string) bool {
	text, err := fs.ReadFile(os.DirFS(dir), "go.mod")
	return err == nil && moduleLine.Match(text)
}
