package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/boundary"
)

func newBoundary(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "boundary",
		Short: "Layers in other languages: try a kit",
		Long: `Layers may be written in any language. They run in a process of their own, and speak with strata by lines
of JSON on standard input and output. docs/boundary.md has the protocol.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBoundaryCheck(w))
	return cmd
}

func newBoundaryCheck(w World) *cobra.Command {
	return &cobra.Command{
		Use:   "check -- COMMAND [ARG...]",
		Short: "Say what is wrong with a kit, item by item",
		Long: `Starts the command and has it make each of the six layers, as a grade does, and the electives that it says it has. For
each item it says whether the command keeps to the protocol. Steps that are not written yet are no mistake. The command runs with your
rights.

The exit status is 0 if everything is right, and 1 if not.`,
		Example: "  strata boundary check -- python3 -m workshop",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("boundary check wants the command of a kit, as in: strata boundary check -- python3 -m workshop")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return w.checkBoundary(cmd.Context(), args) },
	}
}

// checkBoundary writes what came of each item.
func (w World) checkBoundary(ctx context.Context, args []string) error {
	found, err := boundary.Check(boundary.Command{Args: args, Stderr: w.Err, Context: ctx})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	wrong := 0
	for _, f := range found {
		if f.Wrong == "" {
			fmt.Fprintf(w.Out, "right  %s\n", f.What)
			continue
		}
		wrong++
		fmt.Fprintf(w.Out, "WRONG  %s\n       %s\n", f.What, strings.ReplaceAll(f.Wrong, "\n", "\n       "))
	}
	if wrong > 0 {
		fmt.Fprintf(w.Out, "%d of %d items are wrong; docs/boundary.md has the protocol\n", wrong, len(found))
		return errAnswerNo
	}
	fmt.Fprintf(w.Out, "all %d items are right; now grade it: strata grade --trust --exec '%s'\n", len(found), strings.Join(args, " "))
	return nil
}
