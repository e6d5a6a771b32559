package command

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"strata/harness/grade"
	"strata/harness/steps"
)

// GradeSettings is the table [grade].
type GradeSettings struct {
	Seeds   Count    `toml:"seeds"`
	Jobs    Count    `toml:"jobs"`
	Timeout Duration `toml:"timeout"`
}

func defaultGrade() GradeSettings {
	return GradeSettings{Seeds: 200, Timeout: Duration{4 * time.Second}}
}

// bindGrade has those flags of `strata grade` that are keys of [grade] too.
func bindGrade(s *Settings, flags *pflag.FlagSet) {
	g := &s.Grade
	flags.Var(&g.Seeds, "seeds", "runs of each scenario")
	flags.Var(&g.Jobs, "jobs", "processes at once; 0 means one per core")
	flags.Var(&g.Timeout, "timeout", "most real time that one run may take")
}

// gradeFlags are those that no file and no variable says.
type gradeFlags struct {
	layers, steps  []string
	json, keepTemp bool
	quiet          bool
	first          uint64
}

func newGrade(w World) *cobra.Command {
	var f gradeFlags
	cmd := &cobra.Command{
		Use:   "grade [DIR]",
		Short: "Grade the exercises, or the layers in DIR",
		Long: `Grades each layer alone between our own layers, then all of yours together, on a simulated
network. DIR has a directory for each layer, as exercises has. A failure names the rule that
broke and the command that replays it.

The exit status is 0 if all points are there, 1 if not, 2 if nothing could be graded.`,
		Example: `  strata grade
  strata grade --layer gossip
  strata grade --step p2p.2 --seeds 1000
  strata grade solutions --json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := w.settings(cmd, bindGrade)
			if err != nil {
				return err
			}
			return w.runGrade(cmd, s.Grade, f, args)
		},
	}
	addFlags(cmd, bindGrade)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.layers, "layer", nil, "grade this `LAYER` only; may be repeated")
	flags.StringSliceVar(&f.steps, "step", nil, "grade this `STEP` only, such as gossip.2; may be repeated")
	flags.Uint64Var(&f.first, "first-seed", 1, "where the seeds count from")
	flags.BoolVar(&f.json, "json", false, "print the report as JSON")
	flags.BoolVar(&f.quiet, "quiet", false, "do not tell how far it is")
	flags.BoolVar(&f.keepTemp, "keep-temp", false, "leave what was built behind, and say where")
	complete(cmd, "layer", append([]string{steps.Whole}, steps.Layers...)...)
	complete(cmd, "step", stepIDs()...)
	return cmd
}

// runGrade grades and prints the report.
func (w World) runGrade(cmd *cobra.Command, s GradeSettings, f gradeFlags, args []string) error {
	root, err := w.moduleRoot(cmd)
	if err != nil {
		return err
	}
	opt := grade.Options{
		Root:   root,
		Layers: f.layers, Steps: f.steps,
		Seeds: int(s.Seeds), FirstSeed: f.first, Jobs: int(s.Jobs), Timeout: s.Timeout.Duration,
		KeepTemp: f.keepTemp,
	}
	if len(args) > 0 {
		opt.Dir = args[0]
	}
	if !f.quiet {
		opt.Progress = w.Err
	}
	report, err := grade.Grade(cmd.Context(), opt)
	if err != nil {
		return usage(err)
	}
	show := report.Render
	if f.json {
		show = report.JSON
	}
	if err := show(w.Out); err != nil {
		return err
	}
	if !report.Complete() {
		return errAnswerNo
	}
	return nil
}

// usage drops the word that the grader marks such errors with; the line says it better.
func usage(err error) error {
	if !errors.Is(err, grade.ErrUsage) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), grade.ErrUsage.Error()+": ", ""))
}

// stepIDs lists the steps.
func stepIDs() []string {
	var ids []string
	for _, s := range steps.List {
		ids = append(ids, s.ID)
	}
	return ids
}

// directories completes an argument with directories.
func directories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
