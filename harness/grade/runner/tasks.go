package runner

import (
	"fmt"
	"strings"

	"strata/harness/explain/debugger"
	"strata/harness/explore"
	"strata/harness/grade/cputime"
	"strata/harness/grade/handles"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/ledgers/electives"
	"strata/scenario"
)

// runner does tasks.
type runner struct {
	watch   *watch
	parts   Parts
	theirs  electives.Stack                // behind handles, or apart
	apart   *Apart                         // where the student's layers are; nil: they are built in
	mixes   map[string][]scenario.Scenario // by the layers that are the student's
	console *debugger.Console              // of the debug session; nil: none
	shown   bool                           // its answers say how the run stands
}

// newRunner finds the student's layers. The error says what is wrong with those that are apart.
func newRunner(w *watch, parts Parts) (*runner, error) {
	r := &runner{watch: w, parts: parts, mixes: make(map[string][]scenario.Scenario)}
	if parts.Apart != nil {
		found, err := parts.Apart(w.hello)
		if err != nil {
			return nil, err
		}
		r.apart = found
	}
	if r.apart == nil {
		r.theirs = handles.Stack(parts.Theirs)
		return r, nil
	}
	r.theirs, w.order, w.process = r.apart.Stack, r.apart.Order, r.apart.Process
	return r, nil
}

// forget ends the run before.
func (r *runner) forget() {
	if r.apart != nil {
		r.apart.Reset()
	}
}

// do does a task and returns its answer.
func (r *runner) do(task any) (answer any) {
	switch t := task.(type) {
	case pipe.Grade:
		return r.grade(t)
	case pipe.Trace:
		return r.trace(t)
	case pipe.Shrink:
		return r.shrink(t)
	case pipe.Why:
		return r.why(t)
	case pipe.Differ:
		return r.differ(t)
	case pipe.Explore:
		return r.explore(t)
	case pipe.Begin:
		return r.beginSession(t)
	case pipe.Line:
		return r.line(t)
	case pipe.List:
		return pipe.Listed{Scenarios: extras(r.parts.Ours)}
	}
	panic(fmt.Sprintf("runner: %T is no task", task))
}

// scenario finds a run's scenario on its mix of layers.
func (r *runner) scenario(run pipe.Run) scenario.Scenario {
	mix := strings.Join(run.Student, "+")
	if r.mixes[mix] == nil {
		r.mixes[mix] = r.parts.all(r.mix(run))
		if r.apart != nil {
			bound(r.mixes[mix], r.apart.Kept)
		}
	}
	return find(r.mixes[mix], run.Scenario)
}

// mix has the layers of a run.
func (r *runner) mix(run pipe.Run) electives.Stack {
	return lab.Mix(r.parts.Ours, r.theirs, run.Student...)
}

// mostForeign is how many states of a scenario are explored whose layers are apart.
const mostForeign = 300

// bound keeps explorations short, and of each at most so many nodes. The report says how much of each was covered.
func bound(all []scenario.Scenario, kept int) {
	for i := range all {
		all[i].Explore.States = min(all[i].Explore.States, mostForeign)
		all[i].Explore.Kept = kept
	}
}

// find is the scenario of that name. The grader asks for none that its own list does not have.
func find(all []scenario.Scenario, name string) scenario.Scenario {
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	panic("runner: there is no scenario " + name)
}

// grade runs the seeds until one fails.
func (r *runner) grade(t pipe.Grade) pipe.Verdict {
	s := r.scenario(t.Run)
	verdict := pipe.Verdict{Injected: make(map[string]int), Fired: make(map[string]int)}
	var ran []lab.Result // those that are run again
	began := cputime.Own()
	for seed := t.Seed; seed < t.Seed+uint64(t.Seeds); seed++ {
		if seed > t.Seed && cputime.Own()-began > t.Budget {
			verdict.Cut = true
			return verdict
		}
		result := r.run(s, lab.Options{Seed: seed})
		add(verdict.Injected, result.Injected)
		add(verdict.Fired, result.Fired)
		verdict.Result = result
		if result.Failed() {
			break
		}
		if len(ran) < t.Again {
			ran = append(ran, result)
		}
	}
	if t.Again > 0 {
		verdict.Varied, verdict.Varies = r.again(s, ran, verdict.Result)
	}
	return verdict
}

// again runs seeds once more, after all others of the task, so that what a run leaves behind shows
// as well as the order of a map: the first ones, and that of the run that failed.
func (r *runner) again(s scenario.Scenario, ran []lab.Result, last lab.Result) (seed uint64, varies bool) {
	if last.Failed() {
		ran = append(ran, last)
	}
	for _, one := range ran {
		if other := r.run(s, lab.Options{Seed: one.Seed}); other.Hash != one.Hash || other.Failed() != one.Failed() {
			return one.Seed, true
		}
	}
	return 0, false
}

func add(sum, counts map[string]int) {
	for kind, n := range counts {
		sum[kind] += n
	}
}

// run does one run, with the watchdog looking.
func (r *runner) run(s scenario.Scenario, opt lab.Options) lab.Result {
	r.watch.begin(opt.Seed)
	defer r.watch.rest()
	defer r.forget()
	if s.Explore.States > 0 && len(opt.Picks) == 0 {
		// The watchdog counts from each sign of life.
		return explore.Judge(s, opt, r.watch.alive)
	}
	return lab.Run(s, opt)
}

// trace runs one seed and tells all that happens.
func (r *runner) trace(t pipe.Trace) pipe.Traced {
	picks, err := lab.ParsePicks(t.Picks)
	if err != nil {
		return pipe.Traced{Result: lab.Result{Scenario: t.Scenario, Seed: t.Seed, Failure: lab.NewFailure(lab.Unsound,
			0, err.Error())}}
	}
	if s := r.scenario(t.Run); s.Explore.States > 0 && len(picks) == 0 {
		return pipe.Traced{Result: r.run(s, lab.Options{Seed: t.Seed, Trace: r.news()})}
	}
	opt := lab.Options{Seed: t.Seed, Without: lab.Without(nil).With(t.Without...), Picks: picks}
	with := opt
	with.Injected = func(faults []scenario.Fault) { r.watch.tell(pipe.Faults(faults)) }
	seen := r.watched(t.Run)
	answer := pipe.Traced{Result: seen.run(r.watch, with, r.news())}
	answer.Seen = seen.seen(answer.Result)
	if len(picks) == 0 {
		answer.Beside = r.beside(t.Run, opt, answer.Result)
	}
	return answer
}

// news tells what happens in a run.
func (r *runner) news() func(sim.TraceEvent) {
	return bounded(func(e sim.TraceEvent) { r.watch.tell(pipe.Event(e)) })
}

// mostTold is how many bytes of what nodes log and write are told of one run: what a run says beyond that,
// nobody reads.
const mostTold = 16 << 20

// bounded leaves texts and bytes out of events once there were too many.
func bounded(tell func(sim.TraceEvent)) func(sim.TraceEvent) {
	told := 0
	return func(e sim.TraceEvent) {
		if told += len(e.Data) + len(e.Text); told > mostTold {
			e.Data, e.Text = nil, ""
		}
		tell(e)
	}
}

// short is the beginning of a text that may be too long.
func short(text string) string {
	if len(text) <= mostTold {
		return text
	}
	return strings.ToValidUTF8(text[:mostTold], "") + " .."
}
