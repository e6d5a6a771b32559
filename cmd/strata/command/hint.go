package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/course/hints"
	"strata/harness/course/steps"
	"strata/node/process/settings"
)

func newHint(w World) *cobra.Command {
	var all, again, reset bool
	cmd := &cobra.Command{
		Use:   "hint STEP",
		Short: "Give the next hint for a step",
		Long: `Gives the next of the three hints for a step: a nudge, the idea, pseudo-code. The workshop
remembers how far you are, in its directory .strata.`,
		Example: `  strata hint gossip.2
  strata hint gossip.2 --again
  strata hint gossip.2 --all`,
		Args:              oneStep,
		ValidArgsFunction: completeStep,
		RunE: func(cmd *cobra.Command, args []string) error {
			step, ok := steps.Find(args[0])
			if !ok {
				return fmt.Errorf("unknown step %q%s", args[0], settings.DidYouMean(args[0], stepIDs()))
			}
			at, err := w.place(cmd)
			if err != nil {
				return err
			}
			book := hints.Open(at.home)
			switch {
			case all:
				return w.allHints(step)
			case reset:
				return book.Reset(step)
			case again:
				return w.sameHint(book, step)
			}
			return w.nextHint(book, step)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "show all hints, and do not count them as given")
	cmd.Flags().BoolVar(&again, "again", false, "show the last one again")
	cmd.Flags().BoolVar(&reset, "reset", false, "start with the first one next time")
	onlyOne(cmd, "all", "again", "reset")
	return cmd
}

// oneStep wants the id of a step, and says which there are.
func oneStep(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("which step? One of %s", strings.Join(stepIDs(), ", "))
	}
	return nil
}

func (w World) nextHint(book hints.Book, step steps.Step) error {
	tier, err := book.Next(step)
	if err != nil {
		return err
	}
	if tier < len(step.Hints) {
		_, err = fmt.Fprintf(w.Out, "%s\nMore: strata hint %s\n", hints.Text(step, tier), step.ID)
	} else {
		_, err = fmt.Fprintf(w.Out, "%s\nThat was the last one; the chapter is %s.\n", hints.Text(step, tier), step.Chapter())
	}
	return err
}

func (w World) sameHint(book hints.Book, step steps.Step) error {
	tier, err := book.Again(step)
	if err != nil {
		return err
	}
	if tier == 0 {
		return w.nextHint(book, step)
	}
	_, err = fmt.Fprint(w.Out, hints.Text(step, tier))
	return err
}

func (w World) allHints(step steps.Step) error {
	for tier := range step.Hints {
		if _, err := fmt.Fprintln(w.Out, hints.Text(step, tier+1)); err != nil {
			return err
		}
	}
	return nil
}

// completeStep completes the id of a step, with its title.
func completeStep(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, s := range steps.List {
		if len(args) == 0 && strings.HasPrefix(s.ID, typed) {
			ids = append(ids, s.ID+"\t"+s.Title)
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
