package watch

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade/report"
)

// Watcher grades layers whenever they are saved. Source, Read, Grade and Screen are required.
type Watcher struct {
	Source Source
	Read   func() Tree // what the layers hold now
	Grade  func(ctx context.Context, job Job) (report.Report, error)
	Screen Screen
	Layers []string // watch these only; empty: the six, and the electives that are saved

	Keys <-chan rune // what the user presses; nil: nothing
	// Press does what a key that is none of ours stands for: about the step under work, and the failure that was
	// shown last. Both may be missing.
	Press func(ctx context.Context, key rune, step string, about *report.Failure)

	now     Tree     // that the job under way is about
	settled Tree     // as it was when no more events came
	gone    bool     // there were layers, and now there are none
	urgent  []string // layers that were saved and have no verdict yet
	rest    []string // others that have none
	burst   burst
	known   map[string]report.Step
	about   *report.Failure
	running *run
	done    chan *run
	early   chan early
	quiet   *time.Timer
}

// The keys that the watcher knows itself.
const (
	KeyAll  = 'a' // grade everything
	KeyStep = 's' // grade the step of the failure again
	KeyQuit = 'q'
)

// Run watches until the user quits or ctx ends; neither is an error. What goes wrong meanwhile is shown, and it
// goes on.
func (w *Watcher) Run(ctx context.Context) {
	w.begin()
	defer w.quiet.Stop()
	defer w.drop(true)
	w.next(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.Source.Changes():
			w.join(ctx)
		case <-w.quiet.C:
			w.settle(ctx)
		case e := <-w.early:
			e.run.early, e.run.soon = cmp.Or(e.run.early, e.what), cmp.Or(e.run.soon, e.soon)
			w.show(ctx)
		case r := <-w.done:
			r.over = true
			w.show(ctx)
		case key := <-w.Keys:
			if key == KeyQuit {
				return
			}
			w.press(ctx, key)
		}
	}
}

// begin makes everything due.
func (w *Watcher) begin() {
	w.known = make(map[string]report.Step)
	w.done, w.early = make(chan *run), make(chan early)
	w.quiet = time.NewTimer(time.Hour)
	w.quiet.Stop()
	w.now = w.Read()
	w.settled = w.now
	w.all()
}

// all makes everything due.
func (w *Watcher) all() {
	w.rest = slices.Clone(w.Layers)
	if len(w.rest) == 0 {
		w.rest = append(slices.Clone(steps.Layers), steps.Whole)
	}
}

// watched says whether a layer, or the whole stack, is graded at all.
func (w *Watcher) watched(layer string) bool {
	return len(w.Layers) == 0 || slices.Contains(w.Layers, layer)
}

// union has what is in either, without order of its own.
func union(a, b []string) []string {
	for _, one := range b {
		if !slices.Contains(a, one) {
			a = append(slices.Clone(a), one)
		}
	}
	return a
}

// without has what is in a and not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(one string) bool { return slices.Contains(b, one) })
}

// next begins the next job, unless one is under way or nothing is due.
func (w *Watcher) next(ctx context.Context) {
	if w.running != nil || w.gone || !w.burst.begins() {
		return
	}
	urgent, rest := w.due()
	switch {
	case len(urgent) > 0:
		w.start(ctx, Job{Layers: urgent}, true)
	case len(rest) > 0 && w.ready(rest):
		w.start(ctx, Job{Layers: rest}, false)
	}
}

// ready says whether what is left makes sense now: the whole stack does when each of its layers that is watched
// passes, and is left for later otherwise.
func (w *Watcher) ready(rest []string) bool {
	if !slices.Equal(rest, []string{steps.Whole}) {
		return true
	}
	for _, s := range steps.List {
		if slices.Contains(steps.Layers, s.Layer) && w.watched(s.Layer) && w.known[s.ID].Status != report.Passed {
			return false
		}
	}
	return true
}

// finish takes the verdict of a job, shows it, and goes on with what is due.
func (w *Watcher) finish(ctx context.Context, r *run) {
	w.running = nil
	switch {
	case r.dropped:
		w.next(ctx)
		return
	case r.err != nil:
		if !errors.Is(r.err, context.Canceled) {
			w.Screen.Broken(r.err)
		}
		return // the next save tries again
	}
	w.urgent, w.rest = without(w.urgent, r.job.Layers), without(w.rest, r.job.Layers)
	changes := w.learn(r.report)
	w.about = First(r.report)
	w.Screen.Verdict(Verdict{
		Report: r.report, First: w.about, Changes: changes, Took: time.Since(r.began), Known: w.known,
	})
	if w.about == nil || !r.saved || len(w.urgent) > 0 {
		w.next(ctx)
	}
}

// learn remembers how steps stand, and lists those that stand otherwise than before.
func (w *Watcher) learn(r report.Report) (changes []report.Step) {
	before := maps.Clone(w.known)
	for _, s := range r.Steps {
		w.known[s.ID] = s
		if old, seen := before[s.ID]; seen && old.Status != s.Status {
			changes = append(changes, s)
		}
	}
	return changes
}

// First is the failure that a report shows in full: the first that is none for want of a step. nil: there is none.
func First(r report.Report) *report.Failure {
	for i, f := range r.Failures {
		if f.Unwritten == "" {
			return &r.Failures[i]
		}
	}
	return nil
}

// press does what a key stands for.
func (w *Watcher) press(ctx context.Context, key rune) {
	switch {
	case key == KeyAll:
		w.urgent = nil
		w.all()
		w.drop(false)
		w.next(ctx)
	case key == KeyStep && w.about != nil:
		w.drop(true)
		w.start(ctx, Job{Steps: []string{w.about.Step}}, true)
	case w.Press != nil:
		w.Press(ctx, key, Under(w.about, w.known), w.about)
	}
}
