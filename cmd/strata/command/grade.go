package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/handin"
	"strata/node/process/settings"
)

// GradeSettings is the table [grade].
type GradeSettings struct {
	Seeds   settings.Count    `toml:"seeds"`
	Jobs    settings.Count    `toml:"jobs"`
	Timeout settings.Duration `toml:"timeout"`
	Budget  settings.Duration `toml:"budget"`
}

func defaultGrade() GradeSettings {
	return GradeSettings{Seeds: 200, Timeout: settings.Duration{Duration: 4 * time.Second}}
}

// gradeTable has those flags of `strata grade` that are keys of [grade] too.
func gradeTable(s *Settings) []settings.Flag {
	g := &s.Grade
	return []settings.Flag{
		{Name: "seeds", Usage: "runs of each scenario", Value: &g.Seeds},
		{Name: "jobs", Usage: "processes at once; 0 means one per core", Value: &g.Jobs},
		{Name: "timeout", Usage: "processor time that one run may take", Value: &g.Timeout},
		{Name: "budget", Usage: "processor time that all runs of one layer may take; 0s means 30s plus 2ms for each run", Value: &g.Budget},
	}
}

// gradeFlags are those that no file and no variable says.
type gradeFlags struct {
	layers, steps  []string
	json, keepTemp bool
	quiet, sealed  bool
	first          uint64

	junit, gradescope, reports string // paths; empty: not wanted
}

// validate reports what would grade nothing.
func (s GradeSettings) validate() error {
	var faults []error
	if s.Seeds < 1 {
		faults = append(faults, fmt.Errorf("seeds is %d: want 1 or more; without runs there is nothing to grade", s.Seeds))
	}
	if s.Timeout.Duration <= 0 {
		faults = append(faults, fmt.Errorf("timeout is %v: want more than 0s, such as 4s", s.Timeout.Duration))
	}
	if s.Budget.Duration < 0 {
		faults = append(faults, fmt.Errorf("budget is %v: want 0s or more", s.Budget.Duration))
	}
	return errors.Join(faults...)
}

func newGrade(w World) *cobra.Command {
	var f gradeFlags
	cmd := &cobra.Command{
		Use:   "grade [DIR...]",
		Short: "Grade the exercises, or the layers in DIR",
		Long: `Grades each layer alone between our own layers, then all of yours together, on a simulated
network. DIR has a directory for each layer, as exercises has. It may also hold such a directory
further down, like a clone of the workshop, or what an archive or a learning platform unpacks to. The
report says which directory was graded. A failure names the rule that broke and the command that
replays it.

--sealed runs your layers as WebAssembly: nothing reaches them but what the contracts give, and nothing of theirs
leads out. A sealed grade repeats to the last byte, and strata verify does it again. Grades that count are best
sealed.

Several directories are the submissions of a class. The command grades each one, whatever happens to
the others, and shows them all in a table. --reports keeps the report of each.

The exit status is 0 with all points, 1 with fewer, and 2 if nothing could be graded.`,
		Example: `  strata grade
  strata grade --layer gossip
  strata grade --step p2p.2 --seeds 1000
  strata grade solutions --json
  strata grade --sealed --json > grade.json
  strata grade --exec 'python3 -m workshop' --trust --seeds 20
  strata grade students/* --reports reports --junit class.xml`,
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := w.settings(cmd, gradeTable)
			if err != nil {
				return err
			}
			if err := s.Grade.validate(); err != nil {
				return err
			}
			return w.runGrade(cmd, s.Grade, f, args)
		},
	}
	addFlags(cmd, gradeTable)
	addExec(cmd)
	f.bind(cmd)
	return cmd
}

// bind adds the flags.
func (f *gradeFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.layers, "layer", nil, "grade this `LAYER` only; may be repeated")
	flags.StringSliceVar(&f.steps, "step", nil, "grade this `STEP` only, such as gossip.2; may be repeated")
	flags.Uint64Var(&f.first, "first-seed", 1, "the `SEED` where the seeds count from")
	flags.BoolVar(&f.json, "json", false, "print the report as JSON")
	addSealed(cmd, &f.sealed)
	flags.BoolVar(&f.quiet, "quiet", false, "show no progress")
	flags.StringVar(&f.junit, "junit", "", "write the results as JUnit's XML to this `FILE`")
	flags.StringVar(&f.gradescope, "gradescope", "", "write the results of one submission as Gradescope's results.json to this `FILE`")
	flags.StringVar(&f.reports, "reports", "", "keep the report of each submission in this `DIR`, as NAME.txt and NAME.json")
	flags.BoolVar(&f.keepTemp, "keep-temp", false, "leave what was built behind, and say where")
	complete(cmd, "layer", append([]string{steps.Whole}, steps.Written...)...)
	complete(cmd, "step", stepIDs()...)
}

// runGrade grades what args name, and prints and writes what is asked for.
func (w World) runGrade(cmd *cobra.Command, s GradeSettings, f gradeFlags, args []string) error {
	at, err := w.place(cmd)
	if err != nil {
		return err
	}
	opt := grade.Options{
		Root: at.root, Own: at.exercises(), NoHints: at.course.NoHints,
		Layers: f.layers, Steps: f.steps,
		Seeds: int(s.Seeds), FirstSeed: f.first, Jobs: int(s.Jobs), Timeout: s.Timeout.Duration, Budget: s.Budget.Duration,
		KeepTemp: f.keepTemp, Sealed: f.sealed,
	}
	if !f.quiet {
		opt.Progress = w.inPlace()
	}
	if len(f.layers)+len(f.steps)+len(args) == 0 {
		opt.Layers = at.course.Layers
	}
	layers := append(slices.Clone(steps.Written), steps.Whole)
	if err := errors.Join(known("layer", f.layers, layers), known("step", f.steps, stepIDs())); err != nil {
		return err
	}
	if opt.Exec, err = execOf(cmd); err != nil {
		return err
	}
	if opt.Exec != nil && len(args) > 0 {
		return fmt.Errorf("--exec is graded, and not %s: name one of them", args[0])
	}
	for _, arg := range args {
		if err := noDirectory(arg); err != nil {
			return err
		}
	}
	files, err := f.open(args)
	if err != nil {
		return err
	}
	defer files.discard()
	if len(args) > 1 {
		return w.gradeClass(cmd.Context(), opt, f, files, args)
	}
	if len(args) > 0 {
		opt.Dir = args[0]
	}
	return w.gradeOne(cmd.Context(), opt, f, files)
}

// gradeOne grades one submission and prints its report.
func (w World) gradeOne(ctx context.Context, opt grade.Options, f gradeFlags, files *gradeFiles) error {
	report, err := grade.Grade(ctx, opt)
	if err != nil {
		return usage(err)
	}
	show := report.Render
	if f.json {
		show = report.JSON
	}
	if err := errors.Join(show(w.Out), files.finish(report)); err != nil {
		return err
	}
	if !report.Complete() {
		return w.notAll(f)
	}
	return nil
}

// notAll ends a grading with fewer than all points. To whoever called make it says what make is about to say.
func (w World) notAll(f gradeFlags) error {
	if level, _ := w.LookupEnv("MAKELEVEL"); level != "" && !f.json {
		fmt.Fprintln(w.Out, "Points are missing, so the exit status is 1, and make reports an error:",
			"that is all it means")
	}
	return errAnswerNo
}

// noDirectory reports a layer, a step or a scenario where a directory of layers is meant.
func noDirectory(arg string) error {
	flag := ""
	switch {
	case slices.Contains(steps.Written, arg) || arg == steps.Whole:
		flag = "--layer"
	case slices.Contains(stepIDs(), arg):
		flag = "--step"
	default:
		return nil
	}
	if found, err := handin.Find(arg); err == nil && len(handin.GoFiles(found.Dir)) == 0 {
		for _, layer := range steps.Written {
			if len(handin.GoFiles(filepath.Join(found.Dir, layer))) > 0 {
				return nil // it does have layers in it
			}
		}
	}
	return fmt.Errorf("%s names a part of the exercises, and grade takes directories of layers: strata grade %s %s",
		arg, flag, arg)
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
