package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/grade/extras"
	"strata/harness/grade/handin"
	"strata/harness/grade/toolchain"
	"strata/harness/proof/mutants"
	"strata/harness/trace"
)

func newClassScenarios(w World) *cobra.Command {
	var opt mutants.Options
	var quiet bool
	cmd := &cobra.Command{
		Use:   "check-scenarios DIR",
		Short: "Prove scenarios of your own before you grade with them",
		Long: `DIR is a Go package with func Suite(stack electives.Stack) []scenario.Scenario, and DIR/mutants has wrong
solutions, as docs/mutants.md describes them. The command holds the scenarios to what the workshop's own are
held to. Each passes on our solutions, comes to the same in another process, and fails a wrong solution of
its step by the rule that this one breaks.

The exit status is 0 if all of that is so. Otherwise each fault is a line with its place and what to do.`,
		Example: `  strata class check-scenarios harness/class/example
  strata class grade students --scenarios my-scenarios`,
		Args:              oneArg("the directory of the scenarios"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			suite, err := extras.Read(args[0])
			if err != nil {
				return lineByLine(err)
			}
			at, err := w.classPlace(cmd)
			if err != nil {
				return err
			}
			if opt.Root = at.root; !quiet {
				opt.Progress = w.Err
			}
			if err := toolchain.Cause(cmd.Context(), at.root); err != nil {
				return err
			}
			proofs, err := mutants.Prove(cmd.Context(), opt, suite)
			if err != nil {
				return lineByLine(err)
			}
			w.showProofs(proofs)
			return nil
		},
	}
	numberFlag(cmd.Flags(), &opt.Seeds, "seeds", 1, 20, "seeds for each scenario, each run four times")
	cmd.Flags().BoolVar(&quiet, "quiet", false, "show no progress")
	return cmd
}

// ownScenarios reads the instructor's scenarios, and proves them unless the class has done so. The settings have their digest
// then. It returns nil if there are none.
func (w World) ownScenarios(ctx context.Context, root string, f classFlags, s *class.Settings) (*extras.Suite, error) {
	if f.scenarios == "" {
		return nil, nil
	}
	suite, err := extras.Read(f.scenarios)
	if err != nil {
		return nil, lineByLine(err)
	}
	s.Scenarios = suite.Digest()
	if _, err := class.Scenarios(f.out, *s); err == nil {
		return suite, nil
	}
	if !f.quiet {
		fmt.Fprintf(w.Err, "proving the scenarios in %s\n", handin.Shown(f.scenarios))
	}
	if _, err := mutants.Prove(ctx, mutants.Options{Root: root}, suite); err != nil {
		return nil, lineByLine(err)
	}
	return suite, class.KeepScenarios(f.out, *s, suite)
}

// lineByLine shows each line of an error as one.
func lineByLine(err error) error {
	lines := strings.Split(err.Error(), "\n")
	if len(lines) == 1 {
		return err
	}
	for i, line := range lines {
		lines[i] = "strata: " + oneLine(line)
	}
	return verbatim(strings.Join(lines, "\n"))
}

// showProofs lists what each scenario has shown.
func (w World) showProofs(proofs []mutants.Proof) {
	var rows [][]string
	for _, p := range proofs {
		rows = append(rows, []string{p.Scenario, p.Step, strings.Join(p.Fails, "; ")})
	}
	printTable(w, []string{"scenario", "step", "fails"}, rows)
	fmt.Fprintf(w.Out, "\n%s: right on our solutions, wrong on their mutants, the same every time\n",
		trace.CountOf(len(proofs), "scenario"))
}
