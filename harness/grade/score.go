package grade

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/explain/shrink"
)

// report turns the verdicts into points and explanations.
func (g *grading) report() Report {
	r := Report{Dir: g.opt.Dir, Seeds: g.opt.Seeds, FirstSeed: g.opt.FirstSeed, Notes: g.sub.notes, Build: g.build}
	for _, s := range g.steps {
		step, failures := g.score(s)
		r.Steps = append(r.Steps, step)
		r.Failures = append(r.Failures, failures...)
		r.add(step)
	}
	r.order()
	for _, l := range g.sub.layers {
		graded := slices.ContainsFunc(g.steps, func(s steps.Step) bool { return s.Layer == l.name || s.Layer == steps.Whole })
		if !l.usable() && graded {
			r.Problems = append(r.Problems, Problem{Layer: l.name, Status: l.status, Lines: l.why})
		}
	}
	r.Findings = g.findings
	for _, t := range g.trials {
		r.Notes = append(r.Notes, t.idleFaults()...)
		if t.covered != "" && t.failed == nil {
			r.Explored = append(r.Explored, t.scenario.Name+": "+t.covered)
		}
	}
	return r
}

// order says of the failures of a step whether one before it in the layer failed as well.
func (r *Report) order() {
	first := make(map[string]string) // the first failed step of each layer
	for _, s := range r.Steps {
		if s.Status == Failed && first[s.Layer] == "" {
			first[s.Layer] = s.ID
		}
	}
	for i := range r.Failures {
		f := &r.Failures[i]
		if before := first[steps.LayerOf(f.Step)]; before != f.Step {
			f.Before = before
		}
	}
}

// add counts a step's points for its layer and for the whole.
func (r *Report) add(s StepReport) {
	r.Points += s.Points
	r.Of += s.Of
	if n := len(r.Layers); n == 0 || r.Layers[n-1].Layer != s.Layer {
		r.Layers = append(r.Layers, LayerReport{Layer: s.Layer})
	}
	l := &r.Layers[len(r.Layers)-1]
	l.Points += s.Points
	l.Of += s.Of
}

// score says how one step stands. It passes if it was run and all of its scenarios passed.
func (g *grading) score(s steps.Step) (StepReport, []Failure) {
	step := StepReport{ID: s.ID, Layer: s.Layer, Title: s.Title, Of: s.Points}
	if step.Status, step.Reason = g.sub.status(s); step.Status != "" {
		return step, nil
	}
	var failures []Failure
	for _, t := range g.trials {
		if t.step.ID != s.ID {
			continue
		}
		step.Scenarios++
		if f, failed := g.failure(t); failed {
			failures = append(failures, f)
		} else {
			step.ScenariosPassed++
		}
	}
	if step.Scenarios == 0 {
		failures = []Failure{{Step: s.ID, Title: s.Title, Text: "no scenario grades this step: a fault of the workshop, not of yours", Hint: s.Hints[0]}}
	}
	step.judge(failures)
	return step, failures
}

// judge sets the status, from the failures alone.
func (s *StepReport) judge(failures []Failure) {
	if len(failures) == 0 {
		s.Status, s.Points = Passed, s.Of
		return
	}
	s.Status = Failed
	for _, f := range failures {
		switch f.blocker {
		case "":
			s.Status, s.Reason = Failed, ""
			return
		case s.ID:
			s.Status, s.Reason = NotWritten, ""
		default:
			s.Status, s.Reason = Blocked, f.blocker
		}
	}
}

// failure explains why a trial did not pass. Seeds without a verdict fail it as well.
func (g *grading) failure(t *trial) (Failure, bool) {
	f := Failure{Step: t.step.ID, Scenario: t.scenario.Name, Title: t.scenario.Title, Hint: t.step.Hints[0]}
	switch {
	case t.failed != nil:
		r, v := t.failed.result, t.failed.result.Failure
		f.Seed, f.Rule, f.Text, f.At, f.Faults = r.Seed, v.Rule, v.Text, v.At, r.Faults
		f.File, f.blocker, f.Output = g.sub.located(v), v.Step, t.failed.output
		f.ended = t.failed.ended
		f.shrink(g, t.failed.shrunk)
		f.Shrinking = t.failed.shrinking
	case t.passed != t.seeds:
		f.Seed, f.Text = g.opt.FirstSeed, fmt.Sprintf("%d of %d runs gave no verdict", t.seeds-t.passed, t.seeds)
	default:
		return f, false
	}
	if f.File == "" && f.blocker == "" {
		f.File = g.sub.entry(g.opt.Root, t.step, f.Rule)
	}
	f.Hint = t.step.Nudge(f.Rule, f.Text)
	if rule, ok := rules.Find(f.Rule); ok {
		f.RuleText = rule.Text
	}
	f.Replay = g.replayCommand(f.Scenario, f.Seed)
	if f.Shrunk != nil || f.ended != nil {
		f.Replay += " --shrink"
	}
	return f, true
}

// shrink tells the failure by its small run.
func (f *Failure) shrink(g *grading, s *shrink.Result) {
	if s == nil {
		return
	}
	f.Seed = s.Run.Seed
	f.Shrunk, f.Text, f.At, f.Faults = s, s.Run.Failure.Text, s.Run.Failure.At, s.Run.Faults
	f.File = cmp.Or(g.sub.ours(s.Frame), f.File)
}

// idleFaults notes the kinds of faults that a passed trial was never struck by.
func (t *trial) idleFaults() []string {
	if t.failed != nil || t.seeds < batchSize {
		return nil
	}
	var notes []string
	for _, kind := range slices.Sorted(maps.Keys(t.injected)) {
		if t.fired[kind] == 0 {
			notes = append(notes, fmt.Sprintf("%s: no %s ever struck in %d runs: it proves less than it says", t.scenario.Name, kind, t.seeds))
		}
	}
	return notes
}
