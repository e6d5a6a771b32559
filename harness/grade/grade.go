package grade

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade/explain"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/scenario"
)

// Grade grades a submission. Whatever the submission does is in the report; an error says that
// the grader could not do its work: options that make no sense (ErrUsage), no compiler, or the end
// of ctx.
func Grade(ctx context.Context, opt Options) (report.Report, error) {
	began := time.Now()
	opt.core = !slices.ContainsFunc(steps.List, func(s steps.Step) bool { return opt.selects(s) && !isCore(s.Layer) })
	g, err := newGrading(ctx, opt)
	if err != nil {
		return report.Report{}, err
	}
	changes := g.changes(ctx)
	for _, s := range steps.List {
		if g.opt.selects(s) {
			g.steps = append(g.steps, s)
		}
	}
	if slices.ContainsFunc(g.steps, g.ready) { // else there is nothing to run: no need to build
		if err := g.run(ctx); err != nil {
			return report.Report{}, err
		}
	}
	if g.opt.Sealed && g.seal == nil {
		g.seal = &report.Seal{Submission: g.sub.Digest(), Suite: process.Suite()}
	}
	r := g.report()
	r.Notes = append(r.Notes, <-changes...)
	r.Bound()
	r.Elapsed = time.Since(began)
	return r, nil
}

// changes will have notes on what was changed in the workshop. Git takes its time, and the runs need not wait for it.
func (g *grading) changes(ctx context.Context) <-chan []string {
	notes := make(chan []string, 1)
	if !g.opt.ofWorkshop() || g.opt.AsFound {
		notes <- nil
		return notes
	}
	go func() { notes <- changed(ctx, g.opt.Root) }()
	return notes
}

// grading is one grading under way.
type grading struct {
	opt    Options
	sub    *handin.Submission
	named  string // the directory as it was named, in which the submission's was found
	steps  []steps.Step
	trials []*trial
	build  time.Duration
	held   string // what held the children; empty: there were none
	seal   *report.Seal
	ledger ledger

	extra     []scenario.Scenario // that an instructor has added
	explainer *explain.Explainer
	findings  []report.Finding
}

// newGrading reads the submission.
func newGrading(ctx context.Context, opt Options) (*grading, error) {
	opt, err := opt.complete()
	if err != nil {
		return nil, err
	}
	if opt.Exec != nil {
		return opt.foreign()
	}
	found, err := handin.Find(opt.Dir)
	if err != nil {
		return nil, fmt.Errorf("grade: %s: %w", handin.Shown(opt.Dir), err)
	}
	sub, err := handin.Read(opt.Root, found.Dir)
	if err != nil {
		return nil, err
	}
	drop := opt.Warm.Ahead(ctx, opt.buildOf(sub))
	if err := sub.Check(ctx, opt.Root); err != nil {
		drop()
		return nil, err
	}
	if slices.ContainsFunc(sub.Layers, func(l *handin.Layer) bool { return l.Status == report.Refused }) {
		drop()
	}
	sub.Notes = append(found.Notes, sub.Notes...)
	g := &grading{opt: opt, sub: sub, named: opt.Dir}
	g.opt.Dir = found.Dir
	g.explainer = &explain.Explainer{Root: opt.Root, Sub: sub, Limits: opt.limits(), Jobs: opt.Jobs,
		Unhurried: opt.Unhurried, NoHints: opt.NoHints, Command: g.replayCommand}
	return g, nil
}

// foreign is the grading of what a command runs.
func (o Options) foreign() (*grading, error) {
	if _, err := exec.LookPath(o.Exec[0]); err != nil {
		return nil, fmt.Errorf("%w: --exec %s: %w", ErrUsage, strings.Join(o.Exec, " "), err)
	}
	o.Dir = strings.Join(o.Exec, " ")
	g := &grading{opt: o, sub: handin.Foreign(o.Dir), named: o.Dir}
	g.explainer = &explain.Explainer{Root: o.Root, Sub: g.sub, Limits: o.limits(), Jobs: o.Jobs, Command: g.replayCommand}
	return g, nil
}

// launch builds the child, and leaves to first the one that was seen to start; nil: none. The caller removes what is in
// the directory temp, and closes first.
func (g *grading) launch(ctx context.Context, first *process.Client) (temp string, err error) {
	temp, err = os.MkdirTemp("", "strata-grade-")
	if err != nil {
		return "", fmt.Errorf("grade: %w", err)
	}
	began := time.Now()
	fmt.Fprintf(g.opt.Progress, "building the grader with these layers; the first time takes up to a minute\n")
	b := g.opt.buildOf(g.sub)
	b.Temp, b.First = temp, first
	g.explainer.Binary, err = b.Child(ctx)
	g.explainer.Limits = b.Limits
	if g.opt.Sealed {
		g.seal = &report.Seal{Submission: g.sub.Digest(), Suite: process.Suite(), Engine: b.Engine, Binary: b.Module}
	}
	g.build, g.held = time.Since(began), b.Held.String()
	if err == nil && g.opt.Scenarios != nil {
		err = g.list(ctx)
	}
	return temp, err
}

// run builds the child, has it run every trial, and explains what failed.
func (g *grading) run(ctx context.Context) error {
	var first process.Client
	defer first.Close()
	temp, err := g.launch(ctx, &first)
	if g.opt.KeepTemp {
		fmt.Fprintf(g.opt.Progress, "the child and its overlay are kept in %s\n", temp)
	} else {
		defer g.opt.Warm.Later(func() { os.RemoveAll(temp) })
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(g.opt.Progress, "built in %.1f s\n", g.build.Seconds())
	g.plan()
	defer fmt.Fprintf(g.opt.Progress, "\n") // what comes next begins on a line of its own
	if g.ledger, err = dispatch(ctx, g.opt, &first, g.trials, g.soon); err != nil {
		return err
	}
	if g.opt.OneFails && slices.ContainsFunc(g.trials, func(t *trial) bool { return t.failed != nil }) {
		g.leaveOut()
	}
	if g.opt.AsFound {
		return nil
	}
	shown := g.shown()
	if len(shown) > 0 {
		fmt.Fprintf(g.opt.Progress, "looking for the smallest runs that fail\n")
	}
	if err := g.explainer.Explain(ctx, shown); err != nil {
		return err
	}
	return g.differ(ctx)
}

// soon tells how the layers stand after the seeds that come soon, when all trials have passed these.
func (g *grading) soon(passed []*trial) {
	early := *g
	early.trials, early.opt.Seeds = passed, g.opt.Soon
	r := early.report()
	r.Bound()
	g.opt.Passes(r)
}

// leaveOut takes out what another's failure kept from running, and the steps of which that is all.
func (g *grading) leaveOut() {
	g.trials = slices.DeleteFunc(g.trials, func(t *trial) bool { return !t.ran() })
	g.steps = slices.DeleteFunc(g.steps, func(s steps.Step) bool {
		return !slices.ContainsFunc(g.trials, func(t *trial) bool { return t.Step.ID == s.ID })
	})
}

// shown are the failures that the report shows in full.
func (g *grading) shown() (cases []*explain.Case) {
	full := make(map[string]int)
	for _, t := range g.trials {
		if t.failed == nil || t.failed.Result.Failure.Ending == lab.Unwritten || t.Scenario.Explore.States > 0 {
			continue
		}
		if full[t.Step.ID]++; full[t.Step.ID] <= report.InFull {
			cases = append(cases, t.failed)
		}
	}
	return cases
}

// differ makes a finding of each layer of which two runs of one seed were not the same.
func (g *grading) differ(ctx context.Context) error {
	byLayer := make(map[string][]*trial)
	var order []string
	for _, t := range g.trials {
		if t.varies {
			if byLayer[t.Step.Layer] == nil {
				order = append(order, t.Step.Layer)
			}
			byLayer[t.Step.Layer] = append(byLayer[t.Step.Layer], t)
		}
	}
	for _, name := range order {
		trials := byLayer[name]
		first := trials[0]
		f := g.explainer.Differ(ctx, first.Again(), first.varied, len(trials), min(batchSize, first.seeds))
		g.findings = append(g.findings, f)
	}
	return ctx.Err()
}

// ready says whether the step can be run.
func (g *grading) ready(s steps.Step) bool {
	status, _ := g.sub.Status(s)
	return status == ""
}

// plan lists the scenarios to run: those of the steps that are ready, each with the student's
// layer among those of the reference, the whole stack with all of the student's. What proves the
// provided parts is left out, unless some of those are replaced, or it is asked for.
func (g *grading) plan() {
	for _, s := range g.scenarios() {
		i := slices.IndexFunc(g.steps, func(step steps.Step) bool { return step.ID == s.Step })
		if i < 0 || !g.ready(g.steps[i]) || s.Provided && len(g.opt.Provided) == 0 && !g.opt.Given {
			continue
		}
		t := &trial{Case: caseOf(s, g.steps[i]), seeds: g.opt.Seeds}
		if s.Explore.States > 0 {
			t.seeds = 1 // which looks at every order
		}
		g.trials = append(g.trials, t)
	}
	slices.SortStableFunc(g.trials, func(a, b *trial) int { return g.turn(a) - g.turn(b) })
}

// turn is when a trial has its turn: those that the options name, and then all others.
func (g *grading) turn(t *trial) int {
	if i := slices.Index(g.opt.First, t.Scenario.Name); i >= 0 {
		return i
	}
	return len(g.opt.First)
}

// replayCommand is what the student types to see a failure again.
func (g *grading) replayCommand(scenario string, seed uint64) string {
	command := fmt.Sprintf("strata replay %s/%d", scenario, seed)
	if g.isExtra(scenario) {
		command += " --scenarios DIR"
	}
	switch {
	case g.opt.Exec != nil:
		command += " --exec " + report.ShellWord(g.opt.Dir) + " --trust"
	case !g.opt.own():
		command += " --dir " + report.ShellWord(g.opt.Dir)
	}
	return command
}
