package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/course/hints"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/node/process/settings"
)

func newHint(w World) *cobra.Command {
	var all, again, reset bool
	cmd := &cobra.Command{
		Use:   "hint STEP|LAYER|RULE",
		Short: "Give the next hint for a step",
		Long: `Gives the next of the three hints for a step: a nudge, the idea, pseudo-code. The workshop
remembers how far you are, in its directory .strata. For a layer it lists the steps. For a rule it quotes
the rule, asks the question that a report asks, and names the steps that the rule belongs to.`,
		Example: `  strata hint gossip.2
  strata hint gossip
  strata hint GSP-3
  strata hint gossip.2 --again
  strata hint gossip.2 --all`,
		Args:              oneStep,
		ValidArgsFunction: completeTopic,
		RunE: func(cmd *cobra.Command, args []string) error {
			step, ok := steps.Find(args[0])
			if !ok {
				return w.hintsAbout(args[0])
			}
			at, err := w.place(cmd)
			if err != nil {
				return err
			}
			if at.course.NoHints {
				return hints.Withheld(step)
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

// hintsAbout says which steps a layer has, or what there is to a rule.
func (w World) hintsAbout(topic string) error {
	if rule, ok := rules.Find(strings.ToUpper(topic)); ok {
		return w.ruleHint(rule)
	}
	var lines []string
	for _, s := range steps.List {
		if s.Layer == topic {
			lines = append(lines, fmt.Sprintf("  strata hint %-12s %s", s.ID, s.Title))
		}
	}
	if len(lines) == 0 {
		return fmt.Errorf("unknown step %q%s", topic, settings.DidYouMean(topic, topics()))
	}
	_, err := fmt.Fprintf(w.Out, "Hints are given for a step of %s, one at a time:\n%s\n", topic,
		strings.Join(lines, "\n"))
	return err
}

// ruleHint quotes a rule, and asks the question about it.
func (w World) ruleHint(rule rules.Rule) error {
	out := report.NewText(w.Out)
	out.Line("%s  %s", rule.ID, rules.Plain(rule.Text))
	for _, s := range steps.List {
		if slices.Contains(s.Rules, rule.ID) {
			out.Printf("\n")
			out.Line("%s  %s", s.ID, s.Title)
			out.Line("    %s", hints.Nudge(s, &lab.Failure{Ending: lab.Broke, Rule: rule.ID}))
			out.Line("    More: strata hint %s", s.ID)
		}
	}
	return out.Err
}
