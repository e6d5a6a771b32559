// Package explain works a failure up until it teaches: the smallest run that fails in this way, what led to a run
// that never ended, where two runs of one seed part, and the student's line that it is about.
package explain

import (
	"errors"
	"slices"
	"strings"
	"time"

	"strata/harness/course/hints"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/explain/witness"
	"strata/harness/grade/handin"
	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/scenario"
)

// Explainer explains the failures of one submission.
type Explainer struct {
	Root   string // directory of the workshop's module
	Sub    *handin.Submission
	Binary string // of the child
	Limits process.Limits
	Jobs   int // children at once

	// Unhurried has explanations take the time that they need, so that they depend on no machine.
	Unhurried bool
	NoHints   bool // the course gives none

	Command func(scenario string, seed uint64) string // that replays a run
}

// Case is a scenario on a mix of layers that failed, and what it was worked up to.
type Case struct {
	Scenario scenario.Scenario
	Step     steps.Step
	Student  []string // layers that are the student's
	Result   lab.Result
	Output   string // what the student's code printed

	Shrunk    *shrink.Result // nil: not shrunk
	Shrinking time.Duration  // real time that it took
	Trail     *report.Trail  // nil: the run ended well, or nothing is known of its end
	Seen      witness.Seen   // of the run that is shown
	Beside    *vary.Beside   // where it parts from ours; nil: unknown, or nowhere
}

// Lose makes the case one of a run that took its process with it. It returns whether the error is of that
// kind.
func (c *Case) Lose(err error) bool {
	var gone *process.Crash
	if !errors.As(err, &gone) {
		return false
	}
	c.Result = lab.Result{Scenario: c.Scenario.Name, Seed: gone.Seed, Failure: gone.Failure}
	return true
}

// Again is the same run, before anything is known of it.
func (c *Case) Again() *Case { return &Case{Scenario: c.Scenario, Step: c.Step, Student: c.Student} }

// Run names the run with that seed.
func (c *Case) Run(seed uint64) pipe.Run {
	return pipe.Run{Scenario: c.Scenario.Name, Student: c.Student, Seed: seed}
}

// Lost says whether the run took its process with it.
func (c *Case) Lost() bool { return c.Result.Failed() && c.Result.Failure.Ending.Lost() }

// shrinks says whether a smaller run can be looked for.
func (c *Case) shrinks() bool {
	return c.Scenario.Explore.States == 0 && c.Result.Failure.Ending.Shrinks()
}

// Failure tells the case, which failed, as far as it is worked up.
func (e *Explainer) Failure(c *Case) report.Failure {
	r, why := c.Result, c.Result.Failure
	f := report.Failure{Step: c.Step.ID, Scenario: c.Scenario.Name, Title: c.Scenario.Title,
		Seed: r.Seed, Ending: why.Ending, Rule: why.Rule, Clause: why.Clause, Text: why.Text, At: why.At,
		Faults:    r.Faults,
		Unwritten: why.Step, Output: printed(c.Output, why.Ending), Trail: e.placedTrail(c.Trail),
		Shrinking: c.Shrinking, Settings: c.Seen.Settings}
	if s := c.Shrunk; s != nil {
		f.Seed = s.Run.Seed
		f.Shrunk, f.Text, f.At, f.Faults = e.placed(s), s.Run.Failure.Text, s.Run.Failure.At, s.Run.Faults
		f.Clause = s.Run.Failure.Clause
	}
	if f.Unwritten == "" {
		at := e.where(c, f.Rule)
		f.File, f.Around, f.Guess = at.file, at.around, at.guess
	}
	f.Case, f.Beside = e.told(c)
	if f.Case == nil && c.Beside != nil && c.Beside.Timers != nil {
		f.Timers = c.Beside.Timers.Lines()
		if calls := e.ownCalls(c.Beside.Timers.By); len(calls) > 0 {
			f.Timers = append(f.Timers, "(yours was set by "+calls[0]+")")
		}
	}
	if !e.NoHints {
		f.Hint = hints.Nudge(c.Step, why)
	}
	if rule, ok := rules.Find(f.Rule); ok {
		f.RuleText = rule.Text
	}
	f.Replay = e.Command(f.Scenario, f.Seed)
	if f.Shrunk != nil || f.Trail != nil {
		f.Replay += " --shrink"
	}
	return f
}

// told is what ours does instead: the call that it answers otherwise, or else where its run goes another way.
func (e *Explainer) told(c *Case) (*witness.Case, []string) {
	if c.Seen.Case != nil {
		told := *c.Seen.Case
		told.Test = ""
		return &told, nil
	}
	if c.Beside == nil {
		return nil, nil
	}
	return nil, c.Beside.Lines()
}

// printed is what the student's code printed: not what Go's runtime says when a process is ended from outside.
func printed(output string, how lab.Ending) string {
	if how.Lost() {
		output, _, _ = strings.Cut(output, "SIGQUIT: quit\n")
	}
	return strings.TrimSpace(output)
}

// placedTrail is placed of a run that took its process with it.
func (e *Explainer) placedTrail(t *report.Trail) *report.Trail {
	if t == nil {
		return nil
	}
	placed := *t
	placed.Trace = e.placedLines(t.Trace)
	return &placed
}

// placed is a small run whose lines name the places of the student's files.
func (e *Explainer) placed(s *shrink.Result) *shrink.Result {
	placed := *s
	placed.Trace = e.placedLines(s.Trace)
	return &placed
}

func (e *Explainer) placedLines(lines []shrink.Line) []shrink.Line {
	placed := slices.Clone(lines)
	for i := range placed {
		placed[i].Frame = e.Sub.Ours(placed[i].Frame)
	}
	return placed
}
