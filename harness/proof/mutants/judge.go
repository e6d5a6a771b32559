package mutants

import (
	"fmt"
	"slices"
	"strings"

	"strata/harness/grade/report"
)

// judge reads the verdict off the report.
func (r *run) judge(k *Kill, m Mutant, graded report.Report) {
	if len(graded.Problems) > 0 {
		p := graded.Problems[0]
		if k.Verdict, k.Text = Broken, fmt.Sprintf("%s: %s", p.Status, strings.Join(p.Lines, "; ")); m.Mechanical {
			k.Verdict = Stillborn
		}
		return
	}
	if len(graded.Failures) == 0 {
		if k.Verdict = Survived; m.Right() {
			k.Verdict = Scored
		}
		return
	}
	for _, f := range graded.Failures {
		if !m.Right() {
			k.Scenarios = append(k.Scenarios, f.Scenario)
		}
	}
	f, meant := r.best(m, graded.Failures)
	k.By, k.Seed, k.Reported, k.Text = f.Scenario, f.Seed, f.Rule, f.Text
	if f.Shrunk != nil {
		k.Shrunk = &Shrunk{Seconds: f.Shrinking.Seconds(), Events: len(f.Shrunk.Trace), Minimal: f.Shrunk.Minimal}
	}
	switch {
	case m.Right():
		k.Verdict = Refused
	case meant || m.Mechanical:
		k.Verdict = Killed
	default:
		k.Verdict = Otherwise
	}
}

// best is the failure that says most clearly which rule is broken: one in the mutant's step that
// reports the rule; else one there whose run crashed, or did not end, in a scenario about the rule.
func (r *run) best(m Mutant, failures []report.Failure) (f report.Failure, meant bool) {
	for _, f := range failures {
		if f.Step == m.Step && f.Rule == m.Rule {
			return f, true
		}
	}
	for _, f := range failures {
		if f.Step == m.Step && f.Rule == "" && slices.Contains(r.proves[f.Scenario].Rules, m.Rule) {
			return f, true
		}
	}
	return failures[0], false
}
