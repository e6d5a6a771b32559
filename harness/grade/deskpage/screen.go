package deskpage

import (
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/harness/grade/watch"
)

// Saved is watch.Screen's, as are the following.
func (d *Desk) Saved(layers []string) {
	d.change(func(s *state) { s.Saved, s.At, s.Changes = slices.Clone(layers), time.Now(), "" })
}

// Begins shows what is graded now.
func (d *Desk) Begins(job watch.Job) {
	d.change(func(s *state) {
		s.Phase, s.Doing, s.Early, s.Error = phaseGrading, slices.Concat(job.Layers, job.Steps), nil, ""
	})
}

// Early shows the first check that fails.
func (d *Desk) Early(f grade.Failed) {
	what, _, _ := strings.Cut(f.Text, "\n")
	d.change(func(s *state) { s.Early = &early{f.Step, f.Scenario, f.Seed, what} })
}

// Soon shows steps that pass so far. The job goes on.
func (d *Desk) Soon(r report.Report, _ time.Duration) {
	known := make(map[string]report.Step)
	for _, s := range r.Steps {
		known[s.ID] = s
	}
	d.change(func(s *state) { s.learn(known) })
}

// Broken shows why nothing was graded.
func (d *Desk) Broken(err error) {
	d.change(func(s *state) { s.Phase, s.Doing, s.Early, s.Error = phaseRest, nil, nil, err.Error() })
}

// Gone shows that there are no layers.
func (d *Desk) Gone() {
	d.change(func(s *state) { s.Phase, s.Doing, s.Early = phaseGone, nil, nil })
}

// Verdict shows what came of a job. What is known of steps that it was not about stays.
func (d *Desk) Verdict(v watch.Verdict) {
	d.change(func(s *state) {
		s.Phase, s.Doing, s.Early, s.Error = phaseRest, nil, nil, ""
		s.Changes, s.Took, s.Notes = watch.Changes(v.Changes), v.Took.Seconds(), v.Report.Notes
		s.Next = watch.Under(v.First, v.Known)
		s.learn(v.Known)
		s.failed(v.Report)
	})
}

// failed takes over what fails, of the steps that the report is about, in the order of the steps.
func (s *state) failed(r report.Report) {
	graded := func(id string) bool {
		return slices.ContainsFunc(r.Steps, func(one report.Step) bool { return one.ID == id })
	}
	s.Failures = slices.DeleteFunc(slices.Clone(s.Failures), func(f failure) bool { return graded(f.Step) })
	s.Problems = slices.DeleteFunc(slices.Clone(s.Problems), func(p problem) bool {
		return slices.ContainsFunc(r.Steps, func(one report.Step) bool { return one.Layer == p.Layer })
	})
	for _, f := range r.Failures {
		if f.Unwritten == "" {
			s.Failures = append(s.Failures, failureOf(f))
		}
	}
	for _, p := range r.Problems {
		shown := problem{Layer: p.Layer, Status: p.Status}
		for _, line := range p.Lines {
			shown.Lines = append(shown.Lines, placedOf(line))
		}
		s.Problems = append(s.Problems, shown)
	}
	slices.SortStableFunc(s.Failures, func(a, b failure) int { return rank(a.Step) - rank(b.Step) })
}

// rank is the place of a step in the order in which they are written.
func rank(id string) int {
	return slices.IndexFunc(steps.List, func(s steps.Step) bool { return s.ID == id })
}
