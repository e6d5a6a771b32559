package grade

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
)

// Grade grades a submission. Whatever the submission does is in the report; an error says that
// the grader could not do its work: options that make no sense (ErrUsage), no compiler, or the end
// of ctx.
func Grade(ctx context.Context, opt Options) (Report, error) {
	began := time.Now()
	opt, err := opt.complete()
	if err != nil {
		return Report{}, err
	}
	g := &grading{opt: opt}
	if g.sub, err = inspect(opt.Dir); err != nil {
		return Report{}, err
	}
	if err := g.run(ctx); err != nil {
		return Report{}, err
	}
	r := g.report()
	r.Elapsed = time.Since(began)
	return r, nil
}

// grading is one grading under way.
type grading struct {
	opt    Options
	sub    *submission
	steps  []steps.Step
	trials []*trial
	build  time.Duration

	findings []Finding
}

func (g *grading) run(ctx context.Context) error {
	for _, s := range steps.List {
		if g.opt.selects(s) {
			g.steps = append(g.steps, s)
		}
	}
	if !slices.ContainsFunc(g.steps, g.ready) {
		return nil // nothing to run: no need to build
	}
	temp, err := os.MkdirTemp("", "strata-grade-")
	if err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	if g.opt.KeepTemp {
		fmt.Fprintf(g.opt.Progress, "the child and its overlay are kept in %s\n", temp)
	} else {
		defer os.RemoveAll(temp)
	}
	began := time.Now()
	binary, err := launch(ctx, &builder{opt: g.opt, sub: g.sub, temp: temp})
	if err != nil {
		return err
	}
	g.build = time.Since(began)
	fmt.Fprintf(g.opt.Progress, "built in %.1f s\n", g.build.Seconds())
	g.plan()
	if err := dispatch(ctx, g.opt, binary, g.trials); err != nil {
		return err
	}
	if g.opt.AsFound {
		return nil
	}
	if err := g.explain(ctx, binary); err != nil {
		return err
	}
	return g.differ(ctx, binary)
}

// launch builds the child and sees that it starts. A layer that keeps it from starting, by what it
// does before there is a node, is replaced by the reference as one that does not compile is.
func launch(ctx context.Context, b *builder) (binary string, err error) {
	for {
		if binary, err = b.build(ctx); err != nil {
			return "", err
		}
		c, gone := start(binary, b.opt)
		if gone == nil {
			c.stop()
			return binary, nil
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(gone.frame(), "exercises/"), "/")
		l := b.sub.layer(name)
		if l == nil {
			if l, gone, err = b.culprit(ctx, gone); err != nil {
				return "", err
			}
		}
		if l == nil || !l.usable() {
			return "", fmt.Errorf("grade: the child does not start: %s\n%s", gone.reason, gone.stack)
		}
		l.status = Failed
		where := cmp.Or(b.sub.ours(gone.frame()), l.dir)
		l.why = []string{fmt.Sprintf("%s: before there is a node: %s; have package variables set in New", where, gone.reason)}
	}
}

// ready says whether the step can be run.
func (g *grading) ready(s steps.Step) bool {
	status, _ := g.sub.status(s)
	return status == ""
}

// plan lists the scenarios to run: those of the steps that are ready, each with the student's
// layer among those of the reference, the whole stack with all of the student's. What proves the
// provided parts is left out, unless some of those are replaced.
func (g *grading) plan() {
	for _, scenario := range Scenarios() {
		i := slices.IndexFunc(g.steps, func(s steps.Step) bool { return s.ID == scenario.Step })
		if i < 0 || !g.ready(g.steps[i]) || scenario.Provided && len(g.opt.Provided) == 0 {
			continue
		}
		t := &trial{scenario: scenario, step: g.steps[i], seeds: g.opt.Seeds, student: []string{g.steps[i].Layer}}
		if t.step.Layer == steps.Whole {
			t.student = steps.Layers
		}
		if scenario.Explore.States > 0 {
			t.seeds = 1 // which looks at every order
		}
		g.trials = append(g.trials, t)
	}
}

// replayCommand is what the student types to see a failure again.
func (g *grading) replayCommand(scenario string, seed uint64) string {
	command := fmt.Sprintf("strata replay %s/%d", scenario, seed)
	if !g.opt.ofWorkshop() {
		command += " --dir " + ShellWord(g.opt.Dir)
	}
	return command
}
