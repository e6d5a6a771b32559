package command

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"strata/harness/proof/mutants"
	"strata/harness/proof/selfcheck"
)

// selfcheckFlags are those of `strata check-exercises`.
type selfcheckFlags struct {
	seeds int
	kills string
	quiet bool
}

func newCheckExercises(w World) *cobra.Command {
	var f selfcheckFlags
	cmd := &cobra.Command{
		Use:   "check-exercises",
		Short: "Check the workshop itself: steps, rules and checks (for maintainers)",
		Long: `Checks the workshop itself. Every step must fail as it ships and pass with our solution. It must
have a title, points, rules, three hints, a chapter and its true length. Every rule must have a check,
and every check must be able to fail.

The exit status is 0 if all of that holds, and 1 if not.`,
		Example: `  strata check-exercises
  strata check-exercises --seeds 20`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.runSelfcheck(cmd, f) },
	}
	flags := cmd.Flags()
	numberFlag(flags, &f.seeds, "seeds", 1, 2, "runs of each scenario")
	flags.StringVar(&f.kills, "kills", "", "`FILE` that `strata mutants --json` wrote: the mutants must be killed as well")
	flags.BoolVar(&f.quiet, "quiet", false, "show no progress")
	return cmd
}

// runSelfcheck checks and prints the table.
func (w World) runSelfcheck(cmd *cobra.Command, f selfcheckFlags) error {
	root, err := w.moduleRoot(cmd)
	if err != nil {
		return err
	}
	opt := selfcheck.Options{Root: root, Seeds: f.seeds}
	if !f.quiet {
		opt.Progress = w.Err
	}
	if opt.Kills, err = readKills(f.kills); err != nil {
		return err
	}
	report, err := selfcheck.Run(cmd.Context(), opt)
	if err != nil {
		return err
	}
	if err := report.Render(w.Out); err != nil {
		return err
	}
	if len(report.Findings) > 0 {
		return errAnswerNo
	}
	return nil
}

// readKills reads what became of the mutants; nil without a file.
func readKills(file string) (kills []mutants.Kill, err error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &kills)
	}
	if err != nil {
		return nil, fmt.Errorf("--kills: %w", err)
	}
	return kills, nil
}
