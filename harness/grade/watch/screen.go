package watch

import (
	"fmt"
	"io"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/grade/report"
)

// Screen shows what is going on. Nothing that it showed is ever cleared.
type Screen interface {
	Saved(layers []string) // they are graded now
	Begins(Job)
	Early(grade.Failed) // the first check of a job that fails
	// Soon is how a job stands that passes so far, with the seeds that the report names: the others follow.
	Soon(r report.Report, took time.Duration)
	Verdict(Verdict)
	Broken(error) // a job could not be done
	Gone()        // there are no layers: it waits until they are back
}

// Verdict is what came of a job.
type Verdict struct {
	Report  report.Report
	First   *report.Failure // the one that is shown in full; nil: none failed
	Changes []report.Step   // that stand otherwise than before
	Took    time.Duration
	Known   map[string]report.Step // how all steps stand that were graded so far; the Watcher's
}

// Lines is a Screen of plain lines.
type Lines struct {
	Out io.Writer
	Dir string // of the layers, as the user knows it
}

// Saved is the Screen's.
func (l Lines) Saved(layers []string) {
	fmt.Fprintf(l.Out, "\n--- %s saved, %s\n", strings.Join(layers, ", "), time.Now().Format(time.TimeOnly))
}

// Begins is the Screen's. The verdict will say what was graded.
func (l Lines) Begins(Job) {}

// Early is the Screen's.
func (l Lines) Early(f grade.Failed) {
	what, _, _ := strings.Cut(f.Text, "\n")
	fmt.Fprintf(l.Out, "fails: %s %s, seed %d: %s\n", f.Step, f.Scenario, f.Seed, report.OneLine(what))
}

// Soon is the Screen's.
func (l Lines) Soon(r report.Report, took time.Duration) {
	fmt.Fprintf(l.Out, "so far: %s, with the first %d seeds; %.2f s\n", sums(r), r.Seeds, took.Seconds())
}

// sums are the points of each layer.
func sums(r report.Report) string {
	var all []string
	for _, sum := range r.Layers {
		all = append(all, fmt.Sprintf("%s %d/%d", sum.Layer, sum.Points, sum.Of))
	}
	return strings.Join(all, ", ")
}

// Verdict is the Screen's.
func (l Lines) Verdict(v Verdict) {
	_ = v.Report.Brief(l.Out) // nobody sees it
	if len(v.Changes) > 0 {
		fmt.Fprintf(l.Out, "since the last save: %s\n", Changes(v.Changes))
	}
	if next := Under(nil, v.Known); v.First == nil && len(v.Report.Problems) == 0 && next != "" {
		fmt.Fprintf(l.Out, "next: %s, %s: %s\n", next, v.Known[next].Title, v.Known[next].Status)
	}
	points := 0
	for _, s := range v.Known {
		points += s.Points
	}
	fmt.Fprintf(l.Out, "verdict: %s; %d points in all; %.2f s\n", sums(v.Report), points, v.Took.Seconds())
}

// Broken is the Screen's.
func (l Lines) Broken(err error) {
	fmt.Fprintf(l.Out, "not graded: %s\n", report.OneLine(err.Error()))
}

// Gone is the Screen's.
func (l Lines) Gone() {
	fmt.Fprintf(l.Out, "\n%s holds no layers now: waiting until they are back\n", l.Dir)
}

// Screens shows everything on each of several screens.
type Screens []Screen

// Saved is the Screen's.
func (all Screens) Saved(layers []string) { all.each(func(s Screen) { s.Saved(layers) }) }

// Begins is the Screen's.
func (all Screens) Begins(job Job) { all.each(func(s Screen) { s.Begins(job) }) }

// Early is the Screen's.
func (all Screens) Early(f grade.Failed) { all.each(func(s Screen) { s.Early(f) }) }

// Soon is the Screen's.
func (all Screens) Soon(r report.Report, took time.Duration) {
	all.each(func(s Screen) { s.Soon(r, took) })
}

// Verdict is the Screen's.
func (all Screens) Verdict(v Verdict) { all.each(func(s Screen) { s.Verdict(v) }) }

// Broken is the Screen's.
func (all Screens) Broken(err error) { all.each(func(s Screen) { s.Broken(err) }) }

// Gone is the Screen's.
func (all Screens) Gone() { all.each(Screen.Gone) }

func (all Screens) each(show func(Screen)) {
	for _, s := range all {
		show(s)
	}
}

// Changes says how steps stand, such as "gossip.2 passes now; gossip.3 fails".
func Changes(changed []report.Step) string {
	var all []string
	for _, s := range changed {
		text := s.ID + " is " + string(s.Status)
		switch s.Status {
		case report.Passed:
			text = s.ID + " passes now"
		case report.Failed:
			text = s.ID + " fails"
		case report.DoesNotCompile:
			text = s.Layer + " does not compile"
		case report.Refused, report.Absent:
			text = s.Layer + " is " + string(s.Status)
		case report.Blocked:
			text += " by " + s.Reason
		}
		if len(all) == 0 || all[len(all)-1] != text {
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

// Under is the step under work, as far as is known: that of the failure, or the first of the layers that has not
// passed. Empty: all have.
func Under(about *report.Failure, known map[string]report.Step) string {
	if about != nil {
		return about.Step
	}
	for _, s := range steps.List {
		if is, seen := known[s.ID]; seen && is.Status != report.Passed {
			return s.ID
		}
	}
	return ""
}
