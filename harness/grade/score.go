package grade

import (
	"fmt"
	"maps"
	"slices"

	"strata/harness/course/steps"
	"strata/harness/grade/report"
	"strata/harness/lab"
)

// report turns the verdicts into points and explanations.
func (g *grading) report() report.Report {
	r := report.Report{Dir: g.named, Seeds: g.opt.Seeds, FirstSeed: g.opt.FirstSeed, Notes: g.sub.Notes, Held: g.held,
		Build: g.build, Sealed: g.seal, Asked: g.opt.Layers, AskedSteps: g.opt.Steps}
	if g.opt.Dir != g.named {
		r.Taken = g.opt.Dir
	}
	for _, s := range g.steps {
		step, failures := g.score(s)
		r.Steps = append(r.Steps, step)
		r.Failures = append(r.Failures, failures...)
		add(&r, step)
	}
	order(&r)
	for i, l := range r.Layers {
		if a := g.ledger[l.Layer]; a != nil {
			r.Layers[i].Spent, r.Layers[i].Budget = a.spent, a.budget
		}
	}
	for _, l := range g.sub.Layers {
		graded := slices.ContainsFunc(g.steps, func(s steps.Step) bool {
			return s.Layer == l.Name || s.Layer == steps.Whole && isCore(l.Name)
		})
		if !l.Usable() && graded && !g.sub.Foreign {
			r.Problems = append(r.Problems, report.Problem{Layer: l.Name, Status: l.Status, Lines: l.Why})
		}
	}
	r.Findings = g.findings
	for _, t := range g.trials {
		r.Notes = append(r.Notes, t.idleFaults()...)
		if t.covered != "" && t.failed == nil {
			r.Explored = append(r.Explored, t.Scenario.Name+": "+t.covered)
		}
	}
	return r
}

// order says of the failures of a step whether one before it in the layer failed as well.
func order(r *report.Report) {
	first := make(map[string]string) // the first failed step of each layer
	for _, s := range r.Steps {
		if s.Status == report.Failed && first[s.Layer] == "" {
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
func add(r *report.Report, s report.Step) {
	r.Points += s.Points
	r.Of += s.Of
	if n := len(r.Layers); n == 0 || r.Layers[n-1].Layer != s.Layer {
		r.Layers = append(r.Layers, report.LayerSum{Layer: s.Layer})
	}
	l := &r.Layers[len(r.Layers)-1]
	l.Points += s.Points
	l.Of += s.Of
}

// score says how one step stands. It passes if it was run and all of its scenarios passed.
func (g *grading) score(s steps.Step) (report.Step, []report.Failure) {
	step := report.Step{ID: s.ID, Layer: s.Layer, Title: s.Title, Of: s.Points}
	if step.Status, step.Reason = g.sub.Status(s); step.Status != "" {
		return step, nil
	}
	var failures []report.Failure
	for _, t := range g.trials {
		if t.Step.ID != s.ID {
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
		failures = []report.Failure{{Step: s.ID, Title: s.Title,
			Text: "no scenario grades this step: a fault of the workshop, not of yours", Hint: s.Hints[0]}}
	}
	judge(&step, failures)
	return step, failures
}

// judge sets the status, from the failures alone.
func judge(s *report.Step, failures []report.Failure) {
	if len(failures) == 0 {
		s.Status, s.Points = report.Passed, s.Of
		return
	}
	s.Status = report.Failed
	for _, f := range failures {
		switch f.Unwritten {
		case "":
			s.Status, s.Reason = report.Failed, ""
			return
		case s.ID:
			s.Status, s.Reason = report.NotWritten, ""
		default:
			s.Status, s.Reason = report.Blocked, f.Unwritten
		}
	}
}

// failure explains why a trial did not pass. Seeds without a verdict fail it as well.
func (g *grading) failure(t *trial) (report.Failure, bool) {
	switch {
	case t.failed != nil:
	case t.passed != t.seeds:
		t.failed = t.Again()
		text := fmt.Sprintf("%d of %d runs gave no verdict", t.seeds-t.passed, t.seeds)
		t.failed.Result = lab.Result{Seed: g.opt.FirstSeed, Failure: &lab.Failure{Ending: lab.Died, Text: text}}
	default:
		return report.Failure{}, false
	}
	return g.explainer.Failure(t.failed), true
}

// idleFaults notes the kinds of faults that a passed trial was never struck by.
func (t *trial) idleFaults() []string {
	if t.failed != nil || t.seeds < batchSize {
		return nil
	}
	var notes []string
	for _, kind := range slices.Sorted(maps.Keys(t.injected)) {
		if t.fired[kind] == 0 {
			notes = append(notes, fmt.Sprintf("%s: no %s ever struck in %d runs: it proves less than it says",
				t.Scenario.Name, kind, t.seeds))
		}
	}
	return notes
}
