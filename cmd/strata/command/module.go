package command

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"strata/harness/course/checkout"
)

// moduleRoot is the directory of the workshop's module, absolute: that of --root or STRATA_ROOT, or
// the nearest one at or above the working directory.
func (w World) moduleRoot(cmd *cobra.Command) (string, error) {
	given, _ := cmd.Flags().GetString("root")
	if given == "" {
		given, _ = w.env("root")
	}
	if given == "" {
		root, err := checkout.Find("")
		if errors.Is(err, checkout.ErrNone) {
			err = fmt.Errorf("%w; go there, or say where it is with --root", err)
		}
		return root, err
	}
	if !checkout.Is(given) {
		return "", fmt.Errorf("%s is not the root of the workshop: no go.mod of module strata is there", given)
	}
	return filepath.Abs(given)
}
