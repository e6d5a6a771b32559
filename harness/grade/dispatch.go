package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade/explain"
	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/lab"
	"strata/scenario"
)

// trial is one scenario and what has become of it.
type trial struct {
	explain.Case
	seeds int

	// Guarded by the dispatcher.
	passed   int // seeds
	failed   *explain.Case
	injected map[string]int
	fired    map[string]int
	varies   bool
	varied   uint64        // the lowest seed that did
	covered  string        // what an exploration that passed looked at
	told     bool          // that it fails
	cost     time.Duration // processor time of a seed, as far as it is known
}

// caseOf is a scenario that grades a step: the student's layer among those of the reference, the whole
// stack with all of the student's.
func caseOf(s scenario.Scenario, step steps.Step) explain.Case {
	c := explain.Case{Scenario: s, Step: step, Student: []string{step.Layer}}
	if step.Layer == steps.Whole {
		c.Student = steps.Layers
	}
	return c
}

// dispatcher hands batches to children.
type dispatcher struct {
	opt    Options
	trials []*trial

	mu      sync.Mutex
	pending pending
	done    int            // batches
	soons   int            // batches that come soon, and are not done
	soon    func([]*trial) // told how trials stand after these, if all passed; nil: nobody is, or is not any longer
	hangs   map[string]int // by layer
	ledger  ledger
	fault   error // of the machine; nil: none
}

// dispatch runs every trial with first and others of its kind, and returns what that cost. The trials have all their
// verdicts afterwards, unless ctx ends. On the way soon is told how all stand, if the options want that.
func dispatch(ctx context.Context, opt Options, first *process.Client, trials []*trial,
	soon func([]*trial)) (ledger, error) {
	d := &dispatcher{opt: opt, trials: trials, hangs: make(map[string]int),
		ledger: newLedger(opt, trials)}
	for _, t := range trials {
		t.injected, t.fired = make(map[string]int), make(map[string]int)
	}
	d.pending = inTurn(opt, trials)
	total := d.pending.size()
	if d.soons = d.pending.soons(); d.soons > 0 {
		d.soon = soon
	}
	stop := d.progress(total)
	defer stop()
	var workers sync.WaitGroup
	for i := range min(opt.Jobs, total) {
		client := first
		if i > 0 {
			client = first.Like()
		}
		workers.Go(func() { d.work(ctx, client) })
	}
	workers.Wait()
	return d.ledger, cmp.Or(ctx.Err(), d.fault)
}

// give ends the work: the machine cannot go on with it.
func (d *dispatcher) give(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pending, d.fault = pending{}, err
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

// work has a child run batches until there are none left.
func (d *dispatcher) work(ctx context.Context, client *process.Client) {
	defer client.Leave(d.opt.Warm)
	for ctx.Err() == nil {
		b, call, ok := d.next()
		if !ok {
			return
		}
		task := pipe.Grade{Run: b.trial.Run(b.first), Seeds: b.seeds, Again: b.again(d.opt.FirstSeed),
			Budget: call.Most}
		call.Most += call.Timeout
		verdict, err := process.Do(ctx, client, task, call)
		switch {
		case err == nil:
			d.note(b, verdict, client.Printed())
			d.tell(b.trial)
		case errors.Is(err, process.ErrStart):
			d.give(err)
			return
		case ctx.Err() == nil:
			d.lost(b, err, client.Printed())
			d.tell(b.trial)
		}
		d.finish(b, client.Spent())
		d.passes()
	}
}

// passes tells how all trials stand once those seeds have passed that come soon.
func (d *dispatcher) passes() {
	d.mu.Lock()
	if d.soon == nil || d.soons > 0 {
		d.mu.Unlock()
		return
	}
	tell, passed := d.soon, make([]*trial, 0, len(d.trials))
	d.soon = nil
	for _, t := range d.trials {
		seeds := min(t.seeds, d.opt.Soon)
		if t.failed != nil || t.passed < seeds {
			d.mu.Unlock()
			return // the report says it
		}
		passed = append(passed, &trial{Case: t.Case, seeds: seeds, passed: seeds, covered: t.covered})
	}
	d.mu.Unlock()
	tell(passed)
}

// next takes the next batch that can still matter.
func (d *dispatcher) next() (b batch, call process.Call, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for b, more := d.pending.take(); more; b, more = d.pending.take() {
		if f := b.trial.failed; f != nil && f.Result.Seed < b.first {
			d.done += b.parts
			continue
		}
		if d.ledger.over(b.trial.Step.Layer) {
			d.done += b.parts
			d.cut(b, b.first)
			continue
		}
		return b, process.Call{Timeout: d.timeout(b.trial), Most: d.ledger.left(b.trial.Step.Layer)}, true
	}
	return batch{}, process.Call{}, false
}

// timeout is shorter in a layer that has hung before: its other scenarios likely do as well. A right run takes a few
// milliseconds.
func (d *dispatcher) timeout(t *trial) time.Duration {
	switch n := d.hangs[t.Step.Layer]; {
	case n == 0:
		return d.opt.Timeout
	case n < 3:
		return min(d.opt.Timeout, max(time.Second, d.opt.Timeout/4))
	}
	return min(d.opt.Timeout, max(leastTimeout, d.opt.Timeout/8))
}

// leastTimeout is what a run may take in any case, if the options do not say less.
const leastTimeout = 400 * time.Millisecond

// cut notes that a batch is not run from that seed on: its layer has had its time.
func (d *dispatcher) cut(b batch, from uint64) {
	failed := b.trial.Again()
	text := fmt.Sprintf("not run from seed %d on: before it the checks of %s used up the %v of processor time that "+
		"they have together",
		from, failed.Step.Layer, d.ledger[failed.Step.Layer].budget)
	failed.Result = lab.Result{Scenario: failed.Scenario.Name, Seed: from,
		Failure: &lab.Failure{Ending: lab.Unrun, Text: text}}
	b.trial.fail(failed)
}

// note keeps a batch's verdict.
func (d *dispatcher) note(b batch, v pipe.Verdict, printed string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := b.trial
	if v.Varies && (!t.varies || v.Varied < t.varied) {
		t.varies, t.varied = true, v.Varied
	}
	for kind, n := range v.Fired {
		t.fired[kind] += n
	}
	for kind, n := range v.Injected {
		t.injected[kind] += n
	}
	if v.Cut {
		t.passed += int(v.Result.Seed + 1 - b.first)
		d.cut(b, v.Result.Seed+1)
		return
	}
	if !v.Result.Failed() {
		t.passed += b.seeds
		t.covered = v.Result.Covered
		return
	}
	t.passed += int(v.Result.Seed - b.first)
	failed := t.Again()
	failed.Result, failed.Output = v.Result, printed
	t.fail(failed)
}

// lost notes a run that took its child with it.
func (d *dispatcher) lost(b batch, err error, printed string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	failed := b.trial.Again()
	if !failed.Lose(err) {
		failed.Result = lab.Result{Scenario: failed.Scenario.Name, Seed: b.first,
			Failure: &lab.Failure{Ending: lab.Died, Text: err.Error()}}
	}
	if s := &failed.Result.Seed; *s < b.first || *s >= b.first+uint64(b.seeds) { // it was lost before its first run
		*s = b.first
	}
	failed.Output = printed
	if failed.Result.Failure.Ending == lab.Hung {
		d.hangs[b.trial.Step.Layer]++
	}
	b.trial.fail(failed)
}

// tell tells once that a trial fails; not if it stops at what is not written yet.
func (d *dispatcher) tell(t *trial) {
	d.mu.Lock()
	c, told := t.failed, t.told
	t.told = told || c != nil
	d.mu.Unlock()
	if c == nil || told || d.opt.Failed == nil || c.Result.Failure.Ending == lab.Unwritten {
		return
	}
	d.opt.Failed(Failed{Step: t.Step.ID, Scenario: t.Scenario.Name, Seed: c.Result.Seed, Text: c.Result.Failure.Text})
}

// fail keeps the failure of the lowest seed, so that it does not depend on who was faster.
func (t *trial) fail(c *explain.Case) {
	if t.failed == nil || c.Result.Seed < t.failed.Result.Seed {
		t.failed = c
	}
}

// ran says whether the trial has a verdict: it has not if another failed before, and that was enough.
func (t *trial) ran() bool { return t.failed != nil || t.passed == t.seeds }

func (d *dispatcher) finish(b batch, spent time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done += b.parts
	if b.soon {
		d.soons--
	}
	b.trial.cost = max(b.trial.cost, spent/time.Duration(b.seeds))
	d.ledger.spend(b.trial.Step.Layer, spent)
	if d.opt.OneFails && b.trial.failed != nil {
		d.pending = pending{}
	}
}
