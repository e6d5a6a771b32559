package runner

import (
	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/grade/pipe"
)

// started has the watchdog look at each run of a task about that seed.
func (r *runner) started(run pipe.Run) func() {
	return func() {
		r.forget()
		r.watch.begin(run.Seed)
	}
}

// shrink finds the smallest run that fails in the same way.
func (r *runner) shrink(t pipe.Shrink) (answer pipe.Shrunk) {
	ours := t.Run
	ours.Student = nil
	reference := r.scenario(ours)
	shown := r.watched(t.Run).Watched
	opt := shrink.Options{Time: t.Budget, Started: r.started(t.Run), Reference: &reference, Shown: &shown}
	if small, ok := shrink.Best(r.scenario(t.Run), t.Seed, max(1, t.Seeds), opt); ok {
		answer.Smallest = &small
		r.observe(&answer, t.Run)
	}
	return answer
}

// why finds out when the run was doomed.
func (r *runner) why(t pipe.Why) (answer pipe.Doom) {
	opt := shrink.WhyOptions{Time: t.Budget, Started: r.started(t.Run)}
	if why, ok := shrink.Ask(r.scenario(t.Run), t.Seed, opt); ok {
		answer.Why = &why
	}
	return answer
}

// differ finds out where two runs of the seed part.
func (r *runner) differ(t pipe.Differ) (answer pipe.Differs) {
	opt := vary.Options{Seed: t.Seed, Others: t.Others, Time: t.Budget, Started: r.started(t.Run)}
	if d, ok := vary.Find(r.scenario(t.Run), opt); ok {
		answer.Difference = &d
	}
	return answer
}
