package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/explain"
	"strata/harness/grade/extras"
	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/lab"
	"strata/scenario"
)

// scenarios lists every scenario that there is, with those that an instructor has added.
func (g *grading) scenarios() []scenario.Scenario { return append(Scenarios(), g.extra...) }

// isExtra says whether an instructor has added the scenario.
func (g *grading) isExtra(name string) bool {
	return slices.ContainsFunc(g.extra, func(s scenario.Scenario) bool { return s.Name == name })
}

// list asks the child which scenarios it has beyond the workshop's.
func (g *grading) list(ctx context.Context) (err error) {
	client := g.client()
	defer client.Close()
	listed, err := process.Do(ctx, client, pipe.List{}, process.Call{})
	var gone *process.Crash
	if errors.As(err, &gone) {
		return fmt.Errorf("%w: %s: Suite ends before it has listed any: %s", process.ErrScenarios,
			madeBy(g.opt.Scenarios, gone.Failure.Stack), gone.Failure.Text)
	}
	if err != nil {
		return err
	}
	if err := g.opt.Scenarios.Check(listed.Scenarios, Scenarios()); err != nil {
		return fmt.Errorf("%w:\n%w", process.ErrScenarios, err)
	}
	g.extra = listed.Scenarios
	return nil
}

// client talks to a child of the build.
func (g *grading) client() *process.Client {
	return &process.Client{Binary: g.explainer.Binary, Limits: g.explainer.Limits}
}

// madeBy is the line of the instructor's that a stack begins with; the directory, if it has none.
func madeBy(s *extras.Suite, stack string) string {
	for line := range strings.Lines(stack) {
		line = strings.TrimSpace(line)
		if own := s.Own(line); own != line {
			place, _, _ := strings.Cut(own, " ")
			return place
		}
	}
	return s.Dir
}

// Tried is how one of the scenarios that an instructor has added fares on the layers in Options.Dir.
type Tried struct {
	scenario.Scenario
	Failed *lab.Result // of the lowest seed that fails; nil: all pass
	Varies uint64      // the lowest seed whose runs differ; 0: none
}

// Try runs each of Options.Scenarios with each seed four times, in two processes, until one fails. Errors: ErrUsage, what
// wraps process.ErrScenarios, ErrUnusable for layers that cannot be run, what keeps a child from being built, or ctx's.
func Try(ctx context.Context, opt Options) ([]Tried, error) {
	g, err := newGrading(ctx, opt)
	if err != nil {
		return nil, err
	}
	temp, err := g.launch(ctx, nil)
	defer os.RemoveAll(temp)
	if err != nil {
		return nil, err
	}
	one, other := g.client(), g.client()
	defer one.Close()
	defer other.Close()
	var all []Tried
	for _, s := range g.extra {
		t := Tried{Scenario: s}
		step, _ := steps.Find(s.Step) // Check has seen that there is one
		c := caseOf(s, step)
		if err := g.runs(step); err != nil {
			return nil, err
		}
		for seed := g.opt.FirstSeed; seed < g.opt.FirstSeed+uint64(g.opt.Seeds) && t.Failed == nil && t.Varies == 0; seed++ {
			if err := g.twice(ctx, &t, c, seed, one, other); err != nil {
				return nil, err
			}
		}
		all = append(all, t)
	}
	return all, nil
}

// ErrUnusable reports layers that cannot be run at all.
var ErrUnusable = errors.New("cannot be run")

// runs says what keeps a step from being run; nil: nothing.
func (g *grading) runs(step steps.Step) error {
	status, _ := g.sub.Status(step)
	if status == "" {
		return nil
	}
	var lines []string
	for _, l := range g.sub.Layers {
		if l.Name == step.Layer {
			lines = l.Why
		}
	}
	return fmt.Errorf("%w: %s %s: %s", ErrUnusable, step.Layer, status, strings.Join(lines, "; "))
}

// twice runs one seed in two processes, and compares. A run that takes its process with it has no hash: its ending is
// compared.
func (g *grading) twice(ctx context.Context, t *Tried, c explain.Case, seed uint64, clients ...*process.Client) error {
	var results []lab.Result
	for _, client := range clients {
		again := c.Again()
		task := pipe.Grade{Run: again.Run(seed), Seeds: 1, Again: 1, Budget: g.opt.Timeout}
		verdict, err := process.Do(ctx, client, task, process.Call{Budget: g.opt.Timeout})
		switch {
		case err == nil:
			again.Result = verdict.Result
		case !again.Lose(err):
			return err
		}
		if verdict.Varies {
			t.Varies = seed
		}
		results = append(results, again.Result)
	}
	first, second := results[0], results[1]
	if first.Failed() {
		t.Failed = &first
	}
	if first.Hash != second.Hash || first.Failed() != second.Failed() ||
		first.Failed() && first.Failure.Ending != second.Failure.Ending {
		t.Varies = seed
	}
	return nil
}
