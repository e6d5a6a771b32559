package command

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/course/kits"
	"strata/harness/course/skeleton"
	"strata/harness/course/steps"
	"strata/node/process/settings"
)

func newReset(w World) *cobra.Command {
	var hard bool
	cmd := &cobra.Command{
		Use:   "reset LAYER",
		Short: "Give a layer a fresh skeleton, and keep the old files as a backup",
		Long: `Gives one layer a fresh skeleton and leaves the others alone. All files that were there move to
exercises/.backup, and the command prints where.

With --hard the skeleton has no fields and no helpers: one file with the contract's methods, and a
design of your own to find.`,
		Example: `  strata reset gossip
  strata reset gossip --hard`,
		Args:              oneOf("layer", steps.Written),
		ValidArgsFunction: cobra.FixedCompletions(steps.Written, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := w.place(cmd)
			if err != nil {
				return err
			}
			backup, err := skeleton.Reset(at.root, at.home, args[0], style(hard), time.Now())
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Out, "exercises/%s is fresh", args[0])
			if backup != "" {
				fmt.Fprintf(w.Out, "; the old files are in %s", backup)
			}
			fmt.Fprintln(w.Out)
			return nil
		},
	}
	hardFlag(cmd, &hard)
	return cmd
}

// hardFlag asks for bare skeletons.
func hardFlag(cmd *cobra.Command, hard *bool) {
	cmd.Flags().BoolVar(hard, "hard", false, "leave out fields and helpers as well: the contract's methods alone")
}

// style is the kind of skeleton that --hard asks for.
func style(hard bool) skeleton.Style {
	if hard {
		return skeleton.Hard
	}
	return skeleton.Steps
}

func newSkeletons(w World) *cobra.Command {
	var check, hard bool
	cmd := &cobra.Command{
		Use:   "skeletons",
		Short: "Generate the exercises from the solutions (for maintainers)",
		Long: `Writes again every exercise that differs from a fresh skeleton, and keeps the old files in
exercises/.backup. It writes the skeletons of the kits again as well. With --check it changes nothing,
lists the differences, and exits with status 1 if there are any.`,
		Example: "  strata skeletons --check",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := w.moduleRoot(cmd)
			if err != nil {
				return err
			}
			if check {
				return w.checkSkeletons(root, style(hard))
			}
			backups, err := skeleton.Write(root, style(hard), time.Now())
			for _, b := range backups {
				fmt.Fprintf(w.Out, "rewritten; the old files are in %s\n", b)
			}
			return errors.Join(err, kits.Write(root))
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; say what differs")
	hardFlag(cmd, &hard)
	return cmd
}

// checkSkeletons lists what differs from fresh skeletons.
func (w World) checkSkeletons(root string, style skeleton.Style) error {
	drift, err := skeleton.Diff(root, style)
	if err != nil {
		return err
	}
	for _, d := range drift {
		fmt.Fprintln(w.Out, d)
	}
	if len(drift) > 0 {
		return errAnswerNo
	}
	return nil
}

// oneOf wants one argument, of those known.
func oneOf(what string, known []string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		list := strings.Join(known, ", ")
		if len(args) != 1 {
			return fmt.Errorf("want one %s: %s", what, list)
		}
		for _, k := range known {
			if args[0] == k {
				return nil
			}
		}
		return fmt.Errorf("unknown %s %q%s: want one of %s", what, args[0], settings.DidYouMean(args[0], known), list)
	}
}
