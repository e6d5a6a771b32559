package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"strata/harness/explore"
	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/scenario"
)

// exploreFlags are what `strata explore` and `strata debug` are asked for.
type exploreFlags struct {
	opt      grade.ExploreOptions
	budget   scenario.Budget
	schedule string
	quiet    bool
}

// bindBudget registers the flags that change a scenario's budget.
func (f *exploreFlags) bindBudget(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.opt.Dir, "dir", "", "`DIR` with the layers (default: exercises)")
	addExec(cmd)
	addSealed(cmd, &f.opt.Sealed)
	numberFlag(flags, &f.budget.Crashes, "crashes", 0, 0, "nodes that may crash in one order")
	numberFlag(flags, &f.budget.Resets, "resets", 0, 0, "connections that may fail in one order")
	numberFlag(flags, &f.budget.Early, "early", 0, 0, "timers and actions that may come before messages that are on their way")
	flags.DurationVar(&f.budget.From, "from", 0, "what happens before this `TIME` is taken in one order only, such as 2s")
	must(cmd.RegisterFlagCompletionFunc("dir", directories))
	f.opt.Adjust = func(b *scenario.Budget) {
		set := func(name string, to *int, value int) {
			if flags.Changed(name) {
				*to = value
			}
		}
		set("states", &b.States, f.budget.States)
		set("crashes", &b.Crashes, f.budget.Crashes)
		set("resets", &b.Resets, f.budget.Resets)
		set("early", &b.Early, f.budget.Early)
		if flags.Changed("from") {
			b.From = f.budget.From
		}
	}
}

// validate reports what makes no sense.
func (f *exploreFlags) validate() error {
	if f.budget.From < 0 {
		return fmt.Errorf("--from is %v: want a time of 0s or later, such as 2s", f.budget.From)
	}
	return nil
}

func newExplore(w World) *cobra.Command {
	f := &exploreFlags{}
	cmd := &cobra.Command{
		Use:   "explore [SCENARIO]",
		Short: "Try every order of events in a small scenario",
		Long: `Messages and timers can come in many orders, and a mistake may show in only one of them. This
command tries every order of a small scenario, up to a number of states, and says what it covered. If an
order breaks a rule, it shows one of the shortest. Without a scenario it lists those that can be explored.

The exit status is 0 if no order breaks a rule, and 1 if one does.`,
		Example: `  strata explore
  strata explore p2p/orders-both-dial --dir solutions
  strata explore messaging/orders-endings --states 100000 --crashes 1`,
		Args:              upToOneArg("a SCENARIO"),
		ValidArgsFunction: completeExplorable,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listExplorable(w.Out)
			}
			return w.runExplore(cmd, f, args[0])
		},
	}
	f.bindBudget(cmd)
	numberFlag(cmd.Flags(), &f.budget.States, "states", 1, 0, "look at `N` states at most (default: as in grading)")
	cmd.Flags().StringVar(&f.schedule, "schedule", "", "show only this `ORDER`, as a report names it, such as 0,2,1")
	numberFlag(cmd.Flags(), &f.opt.Last, "last", 1, 40, "show the last `N` events of an order")
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "show no progress")
	return cmd
}

// prepare fills in what does not stand in the flags.
func (w World) prepare(cmd *cobra.Command, f *exploreFlags, scenario string) (err error) {
	if err := f.validate(); err != nil {
		return err
	}
	f.opt.Scenario, f.opt.Seed = scenario, 1
	if f.opt.Exec, err = execOf(cmd); err != nil {
		return err
	}
	at, err := w.place(cmd)
	f.opt.Root, f.opt.Own = at.root, at.exercises()
	return err
}

func (w World) runExplore(cmd *cobra.Command, f *exploreFlags, scenario string) (err error) {
	if err := w.prepare(cmd, f, scenario); err != nil {
		return err
	}
	if cmd.Flags().Changed("schedule") {
		if f.opt.Schedule, err = explore.ParseSchedule(f.schedule); err != nil {
			return err
		}
	}
	if !f.quiet {
		f.opt.Progress = w.Err
	}
	f.opt.Again = again(cmd)
	passed, err := grade.Explore(cmd.Context(), f.opt, w.Out)
	if err != nil {
		return usage(err)
	}
	if !passed {
		return errAnswerNo
	}
	return nil
}

// again lists the flags that decide what may come in an order.
func again(cmd *cobra.Command) string {
	var text strings.Builder
	for _, name := range []string{"dir", "exec", "trust", "sealed", "crashes", "resets", "early", "from"} {
		switch flag := cmd.Flags().Lookup(name); {
		case !flag.Changed:
		case flag.Value.Type() == "bool":
			fmt.Fprintf(&text, " --%s", name)
		default:
			fmt.Fprintf(&text, " --%s %s", name, report.ShellWord(flag.Value.String()))
		}
	}
	return text.String()
}

// listExplorable writes the scenarios that are made to be explored.
func listExplorable(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range grade.Explorable() {
		fmt.Fprintf(table, "%s\t%s\n", s.Name, s.Title)
	}
	return table.Flush()
}

func completeExplorable(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, s := range grade.Explorable() {
		if len(args) == 0 && strings.HasPrefix(s.Name, typed) {
			names = append(names, s.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
