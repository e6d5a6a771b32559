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
}

// run is a job under way.
type run struct {
	job     Job
	saved   bool // because of a file that was saved
	began   time.Time
	cancel  context.CancelFunc
	dropped bool
	told    bool // a check that fails has been shown

	report report.Report
	err    error
}

// early is a check that fails in a job that is not done.
type early struct {
	run  *run
	what grade.Failed
}

// drop ends the job under way, if there is one; with wait it is gone afterwards.
func (w *Watcher) drop(wait bool) {
	if w.running == nil {
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
	w.Screen.Begins(job)
	job.Failed = func(f grade.Failed) {
		select {
		case w.early <- early{r, f}:
		case <-ctx.Done():
		}
	}
	go func() {
		r.report, r.err = w.Grade(ctx, job)
		cancel()
		w.done <- r
	}()
}

// show shows the first check that fails in a job.
func (w *Watcher) show(e early) {
	if e.run != w.running || e.run.told || e.run.dropped {
		return
	}
	e.run.told = true
	w.Screen.Early(e.what)
}
