package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/course/desk"
	"strata/harness/course/kits"
	"strata/harness/course/steps"
	"strata/harness/grade/report"
	"strata/harness/trace"
)

func newNew(w World) *cobra.Command {
	var hard bool
	var language string
	cmd := &cobra.Command{
		Use:   "new DIR",
		Short: "Make a directory of your own, with fresh exercises",
		Long: `Makes a directory, or a repository, of your own: exercises, a README, a go.mod for your editor, and
workflows that grade every push. The commands work there and fetch nothing: strata carries the contracts,
the checks, our layers and the libraries, and unpacks them into your cache. The directory has no solutions
and no experiments. So --dir solutions finds nothing there, and strata net wants a file of your own. The
commands for maintainers (skeletons, mutants, check-exercises) need a clone of the workshop.

DIR must not exist yet, or be empty, or hold nothing but .git.

With --kit the six layers are in another language. They are graded by their command, which the README has.`,
		Example: `  strata new my-layers
  strata new my-layers --hard
  strata new my-layers --kit python`,
		Args:              oneArg("the DIR to make"),
		ValidArgsFunction: directories,
		RunE: func(_ *cobra.Command, args []string) error {
			if language != "" {
				return w.newKit(args[0], language, hard)
			}
			archive, root, err := w.unpacked()
			if err != nil {
				return err
			}
			made, err := desk.New(root, args[0], style(hard), origin(archive))
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Out, "%s: %d files, with exercises for %d layers and %s\n",
				args[0], len(made), len(steps.Layers), trace.CountOf(len(steps.Electives), "elective"))
			fmt.Fprintf(w.Out, "next: cd %s && strata watch\n", report.ShellWord(args[0]))
			return nil
		},
	}
	hardFlag(cmd, &hard)
	cmd.Flags().StringVar(&language, "kit", "", "the layers in another language: a `KIT`, "+strings.Join(kits.Names(), " or "))
	complete(cmd, "kit", kits.Names()...)
	return cmd
}

// newKit makes a directory with the layers in another language.
func (w World) newKit(dir, language string, hard bool) error {
	kit, ok := kits.Named(language)
	if !ok {
		return fmt.Errorf("unknown kit %q: want %s", language, strings.Join(kits.Names(), " or "))
	}
	if hard {
		return errors.New("--hard is for layers in Go: leave it out, or --kit")
	}
	archive, root, err := w.unpacked()
	if err != nil {
		return err
	}
	made, err := desk.NewKit(root, dir, kit, origin(archive))
	if err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%s: %d files, with %d layers in %s\n", dir, len(made), len(steps.Layers), kit.Language)
	fmt.Fprintf(w.Out, "next: cd %s && strata grade --exec '%s' --trust --seeds 20 --layer network\n", report.ShellWord(dir),
		strings.Join(kit.Command("workshop"), " "))
	return nil
}
