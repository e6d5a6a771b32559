package command

import (
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/grade"
)

func newDebug(w World) *cobra.Command {
	f := &exploreFlags{}
	cmd := &cobra.Command{
		Use:   "debug SCENARIO[/SEED]",
		Short: "Step through a scenario, and choose what happens next",
		Long: `Runs a scenario event by event. At each you see what may come next, let the first of it come or
choose another, go back and take another branch, and look at what a node has and what has happened to
it. Commands are read from the standard input, a line each; help lists them.

Any scenario without faults of its own can be stepped through.`,
		Example: `  strata debug p2p/orders-both-dial
  strata debug gossip/once/3 --dir solutions
  printf 'next 5\ninspect 10.0.0.1\nquit\n' | strata debug gossip/orders-triangle --dir solutions`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			scenario, seed, err := grade.ParseRun(args[0])
			if err != nil {
				scenario, seed = strings.TrimSuffix(args[0], "/"), 1
			}
			if err := w.prepare(cmd, f, scenario); err != nil {
				return err
			}
			f.opt.Seed = seed
			in := w.In
			if in == nil {
				in = strings.NewReader("")
			}
			return usage(grade.Debug(cmd.Context(), f.opt, in, w.Out))
		},
	}
	f.bindBudget(cmd)
	return cmd
}
