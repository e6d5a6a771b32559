package runner

import (
	"fmt"

	"strata/harness/course/steps"
	"strata/harness/explain/vary"
	"strata/harness/explain/witness"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/harness/sim"
)

// watched is a run with a witness. It is run once.
type watched struct {
	lab.Watched
	witness *witness.Witness
}

// watched is the run's scenario, on layers between which a witness stands.
func (r *runner) watched(run pipe.Run) watched {
	mix := r.mix(run)
	if mix.Verifier == nil {
		mix.Verifier = lab.Verdicts
	}
	w := witness.New(steps.LayerOf(r.scenario(run).Step), r.parts.Ours.Stack)
	mix.Stack = w.Stack(mix.Stack)
	mix.NewLeader = w.Leader(mix.NewLeader)
	all := r.parts.all(mix)
	if r.apart != nil {
		bound(all, r.apart.Kept)
	}
	scenario := find(all, run.Scenario)
	return watched{lab.Watched{Scenario: scenario, Hear: func(tell func(sim.TraceEvent)) { w.Tell = tell }}, w}
}

// run runs it, with the watchdog looking, and tells all that happens.
func (w watched) run(by *watch, opt lab.Options, tell func(sim.TraceEvent)) lab.Result {
	by.begin(opt.Seed)
	defer by.rest()
	return w.Run(opt, lab.Theirs, tell)
}

// seen is what there is to say of the run, which ended so.
func (w watched) seen(result lab.Result) witness.Seen {
	why := "It passed."
	if result.Failed() {
		why = result.Failure.String()
	}
	seen := w.witness.Seen(fmt.Sprintf("what failed in %s, seed %d.", result.Scenario, result.Seed), why)
	if !result.Failed() {
		seen.Case = nil
	}
	return seen
}

// beside is where a run that failed parts from ours; nil if it passed, or nowhere.
func (r *runner) beside(run pipe.Run, opt lab.Options, result lab.Result) *vary.Beside {
	if !result.Failed() || !result.Failure.Ending.Shrinks() {
		return nil
	}
	ours := run
	ours.Student = nil
	r.watch.begin(run.Seed)
	defer r.watch.rest()
	if b, ok := vary.BesideOurs(r.watched(run).Watched, r.watched(ours).Watched, opt); ok {
		return &b
	}
	return nil
}

// observe looks once more at a run that was made small.
func (r *runner) observe(answer *pipe.Shrunk, run pipe.Run) {
	small := answer.Smallest
	run.Seed = small.Run.Seed
	opt := lab.Options{Seed: run.Seed, Without: lab.Without(nil).With(small.Without...)}
	w := r.watched(run)
	result := w.run(r.watch, opt, func(sim.TraceEvent) {})
	answer.Seen = w.seen(result)
	answer.Beside = r.beside(run, opt, result)
}
