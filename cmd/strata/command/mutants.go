package command

import (
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/proof/mutants"
)

// mutantFlags are those of `strata mutants`.
type mutantFlags struct {
	layers            []string
	seeds, jobs       int
	operators, asJSON bool
	shrink            bool
	quiet             bool
	carriers          bool
	sample            int
}

func newMutants(w World) *cobra.Command {
	var f mutantFlags
	cmd := &cobra.Command{
		Use:   "mutants [NAME...]",
		Short: "Grade the bank of wrong solutions: does the grader notice? (for maintainers)",
		Long: `Grades every wrong solution of harness/proof/mutants like a submission, and every right one that
looks different from ours. The exit status is 0 if each wrong one fails by the rule that it breaks, each
right one has all points, and each scenario fails a wrong one. Otherwise it is 1. Of a mechanical change
the first scenario that fails is told, and no other is run: that one notices is all that is asked.

With --carriers our solutions and the bank's are graded in place, sealed, and through a process, and have to come to the same
points three times. Mistakes that the boundary itself makes harmless may differ, and the output says so.`,
		Example: `  strata mutants
  strata mutants --layer gossip
  strata mutants gossip/marks-late
  strata mutants --operators --layer gossip
  strata mutants --carriers --sample 20 --seeds 10`,
		RunE: func(cmd *cobra.Command, args []string) error { return w.runMutants(cmd, f, args) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.layers, "layer", nil, "those of this `LAYER` only; may be repeated")
	numberFlag(flags, &f.seeds, "seeds", 1, 40, "runs of each scenario")
	numberFlag(flags, &f.jobs, "jobs", 1, 2, "mutants at once")
	flags.BoolVar(&f.operators, "operators", false, "instead of the bank: small mechanical changes everywhere in our solutions")
	flags.BoolVar(&f.carriers, "carriers", false, "compare grades in place, sealed and through a process")
	numberFlag(flags, &f.sample, "sample", 0, 0, "solutions to compare by, chosen by the digests of their names; 0 means all")
	flags.BoolVar(&f.shrink, "shrink", false, "also make the failures small, and say how small and how fast")
	flags.BoolVar(&f.asJSON, "json", false, "print the matrix as JSON")
	flags.BoolVar(&f.quiet, "quiet", false, "show no progress")
	complete(cmd, "layer", append(slices.Clone(steps.Written), steps.Whole)...)
	return cmd
}

// runMutants grades the bank and prints the matrix.
func (w World) runMutants(cmd *cobra.Command, f mutantFlags, names []string) error {
	root, err := w.moduleRoot(cmd)
	if err != nil {
		return err
	}
	bank, err := f.bank(root, names)
	if err != nil {
		return err
	}
	opt := mutants.Options{Root: root, Seeds: f.seeds, Jobs: f.jobs, Shrink: f.shrink}
	if !f.quiet {
		opt.Progress = w.Err
	}
	if f.carriers {
		return w.carry(cmd, opt, mutants.Carried(bank, f.sample))
	}
	kills, err := mutants.Run(cmd.Context(), opt, bank)
	if err != nil {
		return err
	}
	show := mutants.Render
	if f.asJSON {
		show = mutants.JSON
	}
	if err := show(w.Out, kills); err != nil {
		return err
	}
	good := mutants.Good(kills)
	if len(names) == 0 && !f.operators && !f.asJSON {
		strike, err := w.showStrikes(root, kills)
		if err != nil {
			return err
		}
		good = good && strike
	}
	if !good {
		return errAnswerNo
	}
	return nil
}

// carry compares the carriers, and says where they differ.
func (w World) carry(cmd *cobra.Command, opt mutants.Options, list []mutants.Mutant) error {
	all, err := mutants.Carry(cmd.Context(), opt, list)
	if err != nil {
		return err
	}
	differing := 0
	for _, c := range all {
		switch {
		case !c.Same() && c.Process:
			differing++
			fmt.Fprintf(w.Out, "%s: %d points in place, %d sealed, %d through a process\n", c.Name, c.Points[0], c.Points[1], c.Points[2])
		case !c.Same():
			differing++
			fmt.Fprintf(w.Out, "%s: %d points in place, %d sealed\n", c.Name, c.Points[0], c.Points[1])
		case c.Points[0] != c.Points[1] || c.Process && c.Points[1] != c.Points[2]:
			fmt.Fprintf(w.Out, "%s: %v points, as expected: %s\n", c.Name, c.Points, c.Expected)
		}
	}
	fmt.Fprintf(w.Out, "%d solutions, each through every carrier that has it; %d differ\n", len(all), differing)
	if differing > 0 {
		return errAnswerNo
	}
	return nil
}

// bank loads the mutants that are asked for.
func (f mutantFlags) bank(root string, names []string) ([]mutants.Mutant, error) {
	load := mutants.Load
	if f.operators {
		load = mutants.Operators
	}
	all, err := load(os.DirFS(root))
	if err != nil {
		return nil, err
	}
	return mutants.Bank(all, f.layers, names)
}

// showStrikes prints which mutants each scenario has killed, and says whether each has killed one.
func (w World) showStrikes(root string, kills []mutants.Kill) (all bool, err error) {
	rows, err := mutants.Strikes(os.DirFS(root), grade.Scenarios(), kills)
	if err != nil {
		return false, err
	}
	return mutants.AllStrike(rows), mutants.RenderStrikes(w.Out, rows)
}
