package watch

import (
	"context"
	"time"

	"strata/harness/grade"
	"strata/harness/grade/report"
)

// Job is what is graded at once.
type Job struct {
	Layers []string
	Steps  []string // if there are any: these only
	First  []string // scenarios that are run before all others
	Failed func(grade.Failed)
	Passes func(report.Report) // told of a job that passes so far, before it is done
}

// run is a job under way.
type run struct {
	job     Job
	saved   bool // because of a file that was saved
	began   time.Time
	cancel  context.CancelFunc
	dropped bool
	early   *grade.Failed  // the first check that fails; nil: none yet
	told    bool           // it has been shown
	soon    *report.Report // how it stands before it is done, if it passes so far
	said    bool           // that has been shown
	begun   bool           // the screen knows of the job
	over    bool           // report and err are there

	report report.Report
	err    error
}

// early is what is known of a job that is not done: a check that fails, or that all is well so far.
type early struct {
	run  *run
	what *grade.Failed
	soon *report.Report
}

// drop ends the job under way, if there is one; with wait it is gone afterwards.
func (w *Watcher) drop(wait bool) {
	if w.running == nil {
		return
	}
	if w.running.over {
		w.running = nil
		return
	}
	w.running.dropped = true
	w.running.cancel()
	for wait && w.running != nil {
		select {
		case <-w.early:
		case <-w.done:
			w.running = nil
		}
	}
}

// start begins a job, with the check first that failed last.
func (w *Watcher) start(ctx context.Context, job Job, saved bool) {
	if w.about != nil {
		job.First = []string{w.about.Scenario}
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &run{job: job, saved: saved, began: time.Now(), cancel: cancel}
	w.running = r
	w.burst.starts++
	tell := func(e early) {
		select {
		case w.early <- e:
		case <-ctx.Done():
		}
	}
	job.Failed = func(f grade.Failed) { tell(early{run: r, what: &f}) }
	job.Passes = func(soon report.Report) { tell(early{run: r, soon: &soon}) }
	go func() {
		r.report, r.err = w.Grade(ctx, job)
		cancel()
		w.done <- r
	}()
	w.show(ctx)
}

// show shows what the job under way has found so far, unless events are being joined.
func (w *Watcher) show(ctx context.Context) {
	r := w.running
	if r == nil || w.burst.joining() && !r.dropped {
		return
	}
	if !r.begun && !r.dropped {
		r.begun = true
		w.Screen.Begins(r.job)
	}
	if r.early != nil && !r.told && !r.dropped {
		r.told = true
		w.Screen.Early(*r.early)
	}
	if r.soon != nil && !r.said && !r.over && !r.dropped {
		r.said = true
		w.Screen.Soon(*r.soon, time.Since(r.began))
	}
	if r.over {
		w.finish(ctx, r)
	}
}
