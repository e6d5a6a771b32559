package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"strata/node/process/daemon"
)

func newVersion(w World) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of strata and of Go",
		Example: "  strata version",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(w.Out, daemon.VersionLine("strata"))
			return err
		},
	}
}
