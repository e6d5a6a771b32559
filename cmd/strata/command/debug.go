package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/grade"
	"strata/harness/lab"
)

func newDebug(w World) *cobra.Command {
	f := &exploreFlags{}
	cmd := &cobra.Command{
		Use:   "debug SCENARIO[/SEED]",
		Short: "Step through a run, and choose what happens next",
		Long: `Steps through the run of a scenario and a seed (1 if you name none), exactly as it was graded,
faults included. At each step you see what may come next. Take the first event, which would come anyway,
or choose another: the head of any connection, or a timer. Whatever was due before it is late then. Go
back and take another branch. Run on to a node, a kind of message, a time or the violation. Look at what
a node has: peers, requests, pool, accounts. Look at every call of a pool or an executor, with its answer.
The command reads lines from standard input; help lists what you can type.

A scenario that is explored in every order (strata explore lists them) is stepped through in the same
way: links take no time. With --crashes, --resets, --early or --from, so is any scenario that has no
faults of its own.`,
		Example: `  strata debug gossip/once/3
  strata debug stack/crashes/7 --dir solutions
  strata debug gossip/once/3 --shrink
  strata debug p2p/orders-both-dial
  printf 'run kind gossip:\ninspect 10.0.0.1:\nquit\n' | strata debug gossip/once/1 --dir solutions`,
		Args:              oneArg("a run, SCENARIO/SEED, as a report names it"),
		ValidArgsFunction: completeScenario,
		RunE:              func(cmd *cobra.Command, args []string) error { return w.runDebug(cmd, f, args[0]) },
	}
	f.bindBudget(cmd)
	cmd.Flags().BoolVar(&f.opt.Shrink, "shrink", false, "step through the smallest run that fails in the same way")
	cmd.Flags().StringVar(&f.opt.Picks, "picks", "", "start with these `EVENT:NUMBER` pairs, which the command again of a session prints, such as 17:2")
	return cmd
}

// runDebug has the user step through the run.
func (w World) runDebug(cmd *cobra.Command, f *exploreFlags, run string) error {
	scenario, seed, err := grade.ParseRun(run)
	if err != nil {
		scenario, seed = strings.TrimSuffix(run, "/"), 1
	}
	if err := w.prepare(cmd, f, scenario); err != nil {
		return err
	}
	if _, err := lab.ParsePicks(f.opt.Picks); err != nil {
		return fmt.Errorf("--picks: %w", err)
	}
	f.opt.Seed, f.opt.Again = seed, again(cmd)
	if f.opt.Shrink {
		f.opt.Again += " --shrink"
	}
	for _, name := range []string{"crashes", "resets", "early", "from"} {
		f.opt.Explored = f.opt.Explored || cmd.Flags().Changed(name)
	}
	if f.opt.Shrink && f.opt.Explored {
		return errors.New("--shrink is for the run of a seed: it does not go with --crashes, --resets, " +
			"--early or --from")
	}
	in := w.In
	if in == nil {
		in = strings.NewReader("")
	}
	return usage(grade.Debug(cmd.Context(), f.opt, in, w.Out))
}
