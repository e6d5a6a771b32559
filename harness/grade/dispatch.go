package grade

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"strata/harness/course/steps"
	"strata/harness/explain/shrink"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/scenario"
)

// trial is one scenario and what has become of it.
type trial struct {
	scenario scenario.Scenario
	step     steps.Step
	student  []string // layers that are the student's
	seeds    int

	// Guarded by the dispatcher.
	left     int // batches without a verdict
	passed   int // seeds
	failed   *verdict
	injected map[string]int
	fired    map[string]int
	varies   bool
	varied   uint64 // the lowest seed that did
	spent    time.Duration
	covered  string // what an exploration that passed looked at
}

// verdict is why a trial failed.
type verdict struct {
	result    lab.Result
	output    string         // what the student's code printed
	shrunk    *shrink.Result // nil: not shrunk
	shrinking time.Duration  // real time that it took
	ended     *ended         // how it came to its end; nil: it ended well, or that is not known
}

// batch is a range of a trial's seeds.
type batch struct {
	trial *trial
	first uint64
	seeds int
}

// again is how many of the batch's seeds are run twice: more of a trial's first, so that a few runs
// are enough to notice.
func (b batch) again(first uint64) int {
	if b.first == first {
		return 3
	}
	return 1
}

// dispatcher hands batches to children.
type dispatcher struct {
	opt    Options
	binary string
	told   func(pipe.Message) // gets the events of traced jobs

	mu      sync.Mutex
	batches []batch
	done    int            // batches
	hangs   map[string]int // by layer
	lastJob int
}

// batchSize is the most seeds in one batch: small enough to keep all cores busy to the end.
const batchSize = 50

// dispatch runs every trial. The trials have all their verdicts afterwards, unless ctx ends.
func dispatch(ctx context.Context, opt Options, binary string, trials []*trial) error {
	d := &dispatcher{opt: opt, binary: binary, hangs: make(map[string]int)}
	for _, t := range trials {
		t.injected, t.fired = make(map[string]int), make(map[string]int)
		for done := 0; done < t.seeds; done += batchSize {
			d.batches = append(d.batches, batch{trial: t, first: opt.FirstSeed + uint64(done), seeds: min(batchSize, t.seeds-done)})
			t.left++
		}
	}
	total := len(d.batches)
	stop := d.progress(total)
	defer stop()
	var workers sync.WaitGroup
	for range min(opt.Jobs, total) {
		workers.Go(func() { d.work(ctx) })
	}
	workers.Wait()
	return ctx.Err()
}

// progress tells once a second how far we are.
func (d *dispatcher) progress(total int) (stop func()) {
	ended := make(chan struct{})
	var told sync.WaitGroup
	told.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				d.mu.Lock()
				fmt.Fprintf(d.opt.Progress, "graded %d %%\n", 100*d.done/total)
				d.mu.Unlock()
			case <-ended:
				return
			}
		}
	})
	return func() { close(ended); told.Wait() }
}

// work runs batches on one child after another until there are none left.
func (d *dispatcher) work(ctx context.Context) {
	var c *child
	defer func() {
		if c != nil {
			c.stop()
		}
	}()
	for ctx.Err() == nil {
		b, job, ok := d.next()
		if !ok {
			return
		}
		var gone *crash
		if c == nil {
			c, gone = start(d.binary, d.opt)
		}
		began := time.Now()
		if gone == nil {
			gone = d.run(ctx, c, b, job)
		} else {
			d.lost(b, b.first, gone)
		}
		if gone != nil {
			c = nil
		}
		d.finish(b, time.Since(began))
	}
}

// next takes the next batch that can still matter.
func (d *dispatcher) next() (batch, pipe.Job, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.batches) > 0 {
		b := d.batches[0]
		d.batches = d.batches[1:]
		if f := b.trial.failed; f != nil && f.result.Seed < b.first {
			d.done++
			b.trial.left--
			continue
		}
		d.lastJob++
		return b, pipe.Job{ID: d.lastJob, Scenario: b.trial.scenario.Name, Student: b.trial.student, First: b.first, Seeds: b.seeds,
			Timeout: d.timeout(b.trial), Again: b.again(d.opt.FirstSeed)}, true
	}
	return batch{}, pipe.Job{}, false
}

// timeout is shorter in a layer that has hung before: its other scenarios likely do as well.
func (d *dispatcher) timeout(t *trial) time.Duration {
	if d.hangs[t.step.Layer] < 2 {
		return d.opt.Timeout
	}
	return min(d.opt.Timeout, max(time.Second, d.opt.Timeout/4))
}

// run has one batch run by the child. A crash means that the child is gone; the verdict is noted
// in any case.
func (d *dispatcher) run(ctx context.Context, c *child, b batch, job pipe.Job) *crash {
	c.printed.reset()
	_ = c.jobs.Encode(job) // an error shows as a child that is gone
	seed := b.first
	for {
		m, gone := c.next(job.Timeout + grace)
		if gone == nil && ctx.Err() != nil {
			gone = c.kill(lab.Died, "interrupted")
		}
		if gone != nil {
			d.lost(b, seed, gone)
			return gone
		}
		if m.Job != job.ID {
			continue
		}
		switch m.Kind {
		case pipe.Run:
			seed = m.Seed
		case pipe.Traced:
			d.told(m)
		case pipe.Passed, pipe.Failed:
			d.note(b, m, c.printed.String())
			return nil
		case pipe.Hang, pipe.Memory:
			gone := c.kill(endingOf(m.Kind), reasonOf(m.Kind, job.Timeout, d.opt.MemoryLimit))
			gone.stack = m.Stack
			d.lost(b, m.Seed, gone)
			return gone
		}
	}
}

func endingOf(kind pipe.Kind) lab.Ending {
	if kind == pipe.Memory {
		return lab.OutOfMemory
	}
	return lab.Hung
}

func reasonOf(kind pipe.Kind, timeout time.Duration, memory int64) string {
	if kind == pipe.Memory {
		return fmt.Sprintf("out of memory: more than %d MiB in one run", memory>>20)
	}
	return fmt.Sprintf("no end: a callback, or callbacks that call each other at once, went on for more than %v of real time", timeout)
}

// note keeps a batch's verdict.
func (d *dispatcher) note(b batch, m pipe.Message, printed string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := b.trial
	if m.Varies && (!t.varies || m.Varied < t.varied) {
		t.varies, t.varied = true, m.Varied
	}
	for kind, n := range m.Fired {
		t.fired[kind] += n
	}
	for kind, n := range m.Injected {
		t.injected[kind] += n
	}
	if m.Kind == pipe.Passed {
		t.passed += b.seeds
		if m.Result != nil {
			t.covered = m.Result.Covered
		}
		return
	}
	if m.Result == nil {
		m.Result = &lab.Result{Seed: b.first}
	}
	if m.Result.Failure == nil {
		m.Result.Failure = &lab.Failure{Ending: lab.Died, Text: "the child gave no reason"}
	}
	t.passed += int(m.Result.Seed - b.first)
	t.fail(*m.Result, printed)
}

// lost notes a run that took its child with it.
func (d *dispatcher) lost(b batch, seed uint64, gone *crash) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if gone.ending == lab.Hung {
		d.hangs[b.trial.step.Layer]++
	}
	b.trial.fail(lab.Result{Seed: seed, Failure: gone.failure()}, "")
}

// fail keeps the failure of the lowest seed, so that it does not depend on who was faster.
func (t *trial) fail(r lab.Result, printed string) {
	if t.failed == nil || r.Seed < t.failed.result.Seed {
		t.failed = &verdict{result: r, output: strings.TrimSpace(printed)}
	}
}

func (d *dispatcher) finish(b batch, spent time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done++
	b.trial.left--
	b.trial.spent += spent
}
