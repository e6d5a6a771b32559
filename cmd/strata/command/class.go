package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/course/checkout"
	"strata/harness/course/steps"
	"strata/harness/farm"
	"strata/harness/grade/extras"
	"strata/harness/grade/handin"
	"strata/harness/grade/toolchain"
	"strata/harness/trace"
)

func newClass(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "class",
		Short: "Grade a whole class, and see how it stands",
		Long: `Takes in what a class has handed in, however it comes, grades it on all cores, and keeps the results in
a directory. What has been graded is not graded again: neither after an interrupt, nor for another
weight, nor when the same files come twice.`,
		Example: `  strata class grade submissions.zip --out results
  strata class show results
  strata class export results --as moodle --to grades.csv
  strata class similar results`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newClassGrade(w), newClassMerge(w), newClassShow(w), newClassPage(w), newClassExport(w),
		newClassSimilar(w), newClassVerify(w), newClassScenarios(w))
	return cmd
}

// classFlags are those of `strata class grade` that no file of settings says.
type classFlags struct {
	layers, steps     []string
	first             uint64
	out, names, rules string
	shard             string
	patience          time.Duration
	takeIn, quiet     bool
	scenarios         string
	sealed            bool
}

func newClassGrade(w World) *cobra.Command {
	var f classFlags
	cmd := &cobra.Command{
		Use:   "grade CLASS|PATHS...",
		Short: "Grade what a class has handed in",
		Long: `CLASS is a directory with a hand-in for each student, or what a platform packs: an export of Moodle,
Canvas, Gradescope or Classroom 50, unpacked or not. PATHS are hand-ins one by one. A hand-in is a
directory, a .zip, a .tar.gz or a git repository on disk. The command copies each one within limits,
and runs nothing of it before the checks of its sources are done. A hand-in that cannot be taken is told
with its name and what to do, and all others are graded.

A class is graded sealed: whatever the code of a hand-in reads or touches, there is nothing but its own node. With
--sealed=false it is graded in place, which is quicker; elective 9 can only be graded so.

With --scenarios the checks of your own in a directory count as the workshop's do. They are proved first, as
strata class check-scenarios does. A changed scenario is graded again.

The results are kept in --out. After Ctrl-C, a full disk or a power cut the same command goes on where it
was. With --shard i/n only a part is graded; strata class merge brings the parts together.

The exit status is 0 if every hand-in was graded, and 1 if one could not be.`,
		Example: `  strata class grade students --out results
  strata class grade submissions.zip --names names.csv --rules course.toml --out results
  strata class grade students --first-seed 30000 --shard 2/8 --out part2`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s wants the class: a directory, an archive, or the hand-ins", named(cmd))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return w.classGrade(cmd, args, f) },
	}
	addFlags(cmd, gradeTable)
	flags := cmd.Flags()
	flags.StringVar(&f.out, "out", "results", "`DIR` of the results")
	flags.StringVar(&f.names, "names", "", "a table (CSV) that says whose each hand-in is: `FILE`")
	flags.StringVar(&f.rules, "rules", "", "what is graded and what it is worth: a TOML `FILE`")
	flags.StringVar(&f.shard, "shard", "", "grade part `I/N` of the class only")
	flags.DurationVar(&f.patience, "patience", time.Hour, "real `TIME` that one hand-in may take; 0s means no end")
	flags.StringSliceVar(&f.layers, "layer", nil, "grade this `LAYER` only; may be repeated")
	flags.StringSliceVar(&f.steps, "step", nil, "grade this `STEP` only, such as gossip.2; may be repeated")
	flags.Uint64Var(&f.first, "first-seed", 1, "the `SEED` where the seeds count from")
	flags.StringVar(&f.scenarios, "scenarios", "", "grade by the scenarios in this `DIR`, too; see strata class check-scenarios")
	flags.BoolVar(&f.takeIn, "take-in", false, "take the class in, and grade nothing yet")
	flags.BoolVar(&f.sealed, "sealed", true, "run the layers behind glass, as WebAssembly; --sealed=false runs them in place")
	flags.BoolVar(&f.quiet, "quiet", false, "show no progress")
	complete(cmd, "layer", append([]string{steps.Whole}, steps.Written...)...)
	complete(cmd, "step", stepIDs()...)
	for _, name := range []string{"names", "rules"} {
		must(cmd.MarkFlagFilename(name))
	}
	must(cmd.RegisterFlagCompletionFunc("scenarios", directories))
	return cmd
}

// classGrade takes in and grades.
func (w World) classGrade(cmd *cobra.Command, paths []string, f classFlags) error {
	s, err := w.settings(cmd, gradeTable)
	if err != nil {
		return err
	}
	if err := s.Grade.validate(); err != nil {
		return err
	}
	layers := append(slices.Clone(steps.Written), steps.Whole)
	if err := errors.Join(known("layer", f.layers, layers), known("step", f.steps, stepIDs())); err != nil {
		return err
	}
	var shard farm.Shard
	if f.shard != "" {
		if shard, err = farm.ParseShard(f.shard); err != nil {
			return err
		}
	}
	rules, err := readRules(f.rules)
	if err != nil {
		return err
	}
	at, err := w.classPlace(cmd)
	if err != nil {
		return err
	}
	settings, err := classSettings(s.Grade, f, rules.Grade)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(cmd.Context())
	graders := class.NewGraders(at.root)
	defer graders.Close()
	defer end() // what is being found out nobody needs then
	if !f.takeIn && f.scenarios == "" {
		graders.Ahead(ctx)
	}
	folder, scenarios, err := w.classBegun(ctx, at.root, paths, f, settings)
	if err != nil {
		return err
	}
	if f.takeIn {
		return w.classTable(folder, rules)
	}
	opt := class.Options{Grader: graders.Of(folder.List.Settings, scenarios), Shard: shard, Workers: int(s.Grade.Jobs),
		Patience: f.patience}
	view := w.newProgress("hand-ins")
	if !f.quiet {
		opt.Progress = view.show
	}
	done, err := folder.Grade(ctx, opt)
	view.end()
	return w.classFinish(folder, done, rules, f.shard, err)
}

// classBegun takes in the class while it looks at the workshop and at the scenarios that are added. What is wrong with these is
// told first.
func (w World) classBegun(ctx context.Context, root string, paths []string, f classFlags, s class.Settings) (folder *class.Folder,
	scenarios *extras.Suite, err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var taken intake.Class
	var untaken error
	var taking sync.WaitGroup
	taking.Go(func() { taken, untaken = classTaken(ctx, paths, f) })
	if s.Suite, err = class.SuiteOf(root); err == nil {
		err = toolchain.Cause(ctx, root)
	}
	if err == nil {
		scenarios, err = w.ownScenarios(ctx, root, f, &s)
	}
	if err != nil {
		end()
	}
	taking.Wait()
	if err := cmp.Or(err, untaken); err != nil {
		return nil, nil, err
	}
	if taken.Layout != "" && !f.quiet {
		fmt.Fprintf(w.Err, "an export of %s, with %d hand-ins\n", taken.Layout, len(taken.Handins))
	}
	for _, h := range taken.Handins {
		if h.Problem != "" {
			fmt.Fprintf(w.Err, "strata: %s: %s\n", handin.Shown(h.Name), h.Problem)
		}
	}
	folder, err = class.Begin(f.out, class.List{Settings: s, Layout: taken.Layout, Handins: taken.Handins})
	return folder, scenarios, err
}

// classTaken takes in the class.
func classTaken(ctx context.Context, paths []string, f classFlags) (intake.Class, error) {
	opt := intake.Options{Into: class.Handins(f.out)}
	if f.names != "" {
		names, err := intake.ReadNames(f.names)
		if err != nil {
			return intake.Class{}, err
		}
		opt.Names = names
	}
	return intake.Take(ctx, slices.Clone(paths), opt)
}

// classPlace is the workshop that is meant, as anywhere; outside of any it is the one that this strata carries: classes lie
// where their instructors want them.
func (w World) classPlace(cmd *cobra.Command) (place, error) {
	at, err := w.place(cmd)
	if !errors.Is(err, checkout.ErrNone) || w.rootGiven(cmd) != "" {
		return at, err
	}
	_, root, errOwn := w.unpacked()
	if errOwn != nil {
		return at, err
	}
	return place{root: root, home: root}, nil
}

// classSettings are what the flags say, and above them the file of rules.
func classSettings(g GradeSettings, f classFlags, rules class.GradeRules) (class.Settings, error) {
	s := class.Settings{
		Seeds: int(g.Seeds), First: f.first, Layers: f.layers, Steps: f.steps, Timeout: g.Timeout.Duration,
		Budget: g.Budget.Duration, Sealed: f.sealed,
	}
	if rules.Seeds > 0 {
		s.Seeds = rules.Seeds
	}
	if rules.First > 0 {
		s.First = rules.First
	}
	if len(rules.Layers)+len(rules.Steps) > 0 {
		s.Layers, s.Steps = rules.Layers, rules.Steps
	}
	for _, l := range append(slices.Clone(s.Layers), steps.LayersOf(s.Steps)...) {
		if why := handin.NotSealed(l); s.Sealed && why != "" {
			return s, fmt.Errorf("%s; say --sealed=false, or leave it out", why)
		}
	}
	return s, nil
}

func readRules(path string) (class.Rules, error) {
	if path == "" {
		return class.Rules{}, nil
	}
	rules, err := class.ReadRules(path)
	return rules, inLines(err)
}

// classFinish says how it went.
func (w World) classFinish(f *class.Folder, done farm.Report, rules class.Rules, shard string, failed error) error {
	for _, failure := range done.Failed {
		fmt.Fprintf(w.Err, "strata: %s: %s\n", handin.Shown(failure.Name), oneLine(failure.Err.Error()))
	}
	if errors.Is(failed, context.Canceled) {
		return fmt.Errorf("interrupted after %s; the same command goes on from here",
			trace.CountOf(done.Done+done.Known, "hand-in"))
	}
	if failed != nil {
		return failed
	}
	if shard != "" {
		fmt.Fprintf(w.Out, "%s: part %s is done: %d hand-ins graded, %d known\n", f.Dir, shard, done.Done, done.Known)
		return answer(len(done.Failed) == 0)
	}
	return w.classTable(f, rules)
}

// answer is how a command ends that was asked whether something is so.
func answer(yes bool) error {
	if !yes {
		return errAnswerNo
	}
	return nil
}
