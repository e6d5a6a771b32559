package farm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Job is a pure function of its key.
type Job struct {
	Key  Key
	Name string // for people
	Do   func(context.Context) ([]byte, error)
}

// Options of Run. Zero values mean the defaults.
type Options struct {
	Workers  int            // jobs at once; 0 means one for each processor
	Progress func(Progress) // told, one call at a time, after each job; nil: off
	Total    int            // jobs there will be, for Progress; 0 means that nobody knows
}

// Progress is how far a farm has come.
type Progress struct {
	Done, Known, Failed int           // jobs done now, found in the store, failed
	Total               int           // of all; 0 if nobody knows
	Elapsed             time.Duration // since the start
	Name                string        // of the job that was last
}

// Left is about how long the rest takes, if all jobs are alike; 0 if that cannot be said.
func (p Progress) Left() time.Duration {
	if p.Done == 0 || p.Total == 0 {
		return 0
	}
	rest := p.Total - p.Done - p.Known - p.Failed
	return p.Elapsed / time.Duration(p.Done) * time.Duration(max(0, rest))
}

// Rate is jobs a second.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Done) / p.Elapsed.Seconds()
}

// Failure is a job that has no result.
type Failure struct {
	Key  Key
	Name string
	Err  error // a *PanicError if its code panicked
}

// PanicError is a job's panic.
type PanicError struct {
	Value any
	Stack []byte
}

// Error says what the panic was.
func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Report is what came of a farm.
type Report struct {
	Done, Known int
	Failed      []Failure // by name; one job's failure does not end the others
}

// Run does the jobs that have no result yet, and keeps what comes out. When ctx ends it begins no further job, waits for
// those under way, if they end, and returns its error: what is finished is kept. Errors beside that: the store's, such as
// for a full disk; ErrDiffers does not come up, for what has a result is not done.
func Run(ctx context.Context, store *Store, jobs iter.Seq[Job], opt Options) (Report, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &running{store: store, opt: opt, began: time.Now(), cancel: cancel}
	if r.opt.Workers == 0 {
		r.opt.Workers = runtime.GOMAXPROCS(0)
	}
	queue := make(chan Job)
	var workers sync.WaitGroup
	for range r.opt.Workers {
		workers.Go(func() {
			for job := range queue {
				r.do(ctx, job)
			}
		})
	}
	r.offer(ctx, jobs, queue)
	close(queue)
	workers.Wait()
	slices.SortFunc(
		r.report.Failed,
		func(a, b Failure) int { return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Key[:], b.Key[:])) },
	)
	return r.report, context.Cause(ctx)
}

// running is a farm at work.
type running struct {
	store  *Store
	opt    Options
	began  time.Time
	cancel context.CancelCauseFunc

	lock   sync.Mutex
	report Report
}

// offer hands out the jobs that are to be done, until there are no more or the farm ends.
func (r *running) offer(ctx context.Context, jobs iter.Seq[Job], queue chan<- Job) {
	for job := range jobs {
		_, known, err := r.store.Get(job.Key)
		switch {
		case err != nil:
			r.cancel(err)
			return
		case known:
			r.note(job, func() { r.report.Known++ })
			continue
		}
		select {
		case queue <- job:
		case <-ctx.Done():
			return
		}
	}
}

// do does one job.
func (r *running) do(ctx context.Context, job Job) {
	if ctx.Err() != nil {
		return
	}
	result, err := guarded(ctx, job)
	if err == nil {
		if err = r.store.Put(job.Key, result); err == nil {
			r.note(job, func() { r.report.Done++ })
			return
		}
		if !errors.Is(err, ErrDiffers) { // that is another process's, meanwhile
			r.cancel(err)
			return
		}
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return // it was told to stop
	}
	r.note(job, func() { r.report.Failed = append(r.report.Failed, Failure{job.Key, job.Name, err}) })
}

// guarded makes an error of a panic.
func guarded(ctx context.Context, job Job) (result []byte, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{value, debug.Stack()}
		}
	}()
	return job.Do(ctx)
}

// note counts, and tells how far things are.
func (r *running) note(job Job, count func()) {
	r.lock.Lock()
	defer r.lock.Unlock()
	count()
	if r.opt.Progress != nil {
		r.opt.Progress(
			Progress{Done: r.report.Done, Known: r.report.Known, Failed: len(r.report.Failed), Total: r.opt.Total,
				Elapsed: time.Since(r.began), Name: job.Name},
		)
	}
}
