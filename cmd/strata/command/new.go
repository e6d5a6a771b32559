package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"strata/harness/course/desk"
	"strata/harness/course/steps"
	"strata/harness/grade/report"
)

func newNew(w World) *cobra.Command {
	var hard bool
	cmd := &cobra.Command{
		Use:   "new DIR",
		Short: "Make a directory of your own, with fresh exercises",
		Long: `Makes a directory, or a repository, of your own: exercises, a README, a go.mod for your editor, and
workflows that grade every push. The commands work there and fetch nothing: strata carries the contracts,
the checks, our layers and the libraries, and unpacks them into your cache. The directory has no solutions
and no experiments. So --dir solutions finds nothing there, and strata net wants a file of your own. The
commands for maintainers (skeletons, mutants, check-exercises) need a clone of the workshop.

DIR must not exist yet, or be empty, or hold nothing but .git.`,
		Example: `  strata new my-layers
  strata new my-layers --hard`,
		Args:              oneArg("the DIR to make"),
		ValidArgsFunction: directories,
		RunE: func(_ *cobra.Command, args []string) error {
			archive, err := w.carried()
			if err != nil {
				return err
			}
			root, err := archive.Unpack(cacheDir())
			if err != nil {
				return err
			}
			made, err := desk.New(root, args[0], style(hard), origin(archive))
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Out, "%s: %d files, with exercises for %d layers and %d elective\n",
				args[0], len(made), len(steps.Layers), len(steps.Electives))
			fmt.Fprintf(w.Out, "next: cd %s && strata watch\n", report.ShellWord(args[0]))
			return nil
		},
	}
	hardFlag(cmd, &hard)
	return cmd
}
