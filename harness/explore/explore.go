package explore

import (
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/scenario"
)

// Options of one exploration.
type Options struct {
	Seed     uint64                   // of the nodes' randomness, and of what the scenario draws
	Budget   *scenario.Budget         // nil: the scenario's own
	Trace    func(sim.TraceEvent)     // told of the events of the order that broke a rule; nil: off
	Progress func(states, events int) // told after many states; nil: off
	Alive    func()                   // called after each aliveEvery callbacks into nodes; nil: off
}

// DefaultStates is the budget of a scenario that names none.
const DefaultStates = 20_000

func (o Options) budget(own scenario.Budget) scenario.Budget {
	if o.Budget != nil {
		own = *o.Budget
	}
	if own.States <= 0 {
		own.States = DefaultStates
	}
	return own
}

// Result is what came of an exploration.
type Result struct {
	lab.Result          // Hash is of all states; Events counts callbacks into nodes
	Coverage   Coverage // what was looked at
	Schedule   []int    // of the order that broke a rule: which of the possible events came, from 0
}

// Run explores the orders of a scenario until one breaks a rule, all are done, or the budget is. Of
// several that break one, it finds one with the fewest events.
func Run(s scenario.Scenario, opt Options) Result {
	result := Result{Result: lab.Result{Scenario: s.Name, Seed: opt.Seed}}
	e, err := newEngine(s, opt)
	if err != nil {
		result.Failure = lab.NewFailure(lab.Unsound, 0, err.Error())
		return result
	}
	x := &search{e: e, level: make(map[state]int32)}
	x.run()
	x.cover.Nodes, x.cover.Budget, x.cover.Harsh = e.nodes, e.budget, e.harsh
	result.Coverage = x.cover
	result.Hash, result.Events = x.hash, uint64(e.executed)
	if x.broken != nil {
		result.Schedule = e.schedule(x.path)
		if opt.Trace != nil {
			e.show(x.path)
		}
		result.Failure = x.broken
	}
	return result
}

// Replay runs one order again, as Result.Schedule has it; after its last event, or where an event
// is not possible, the first that is possible comes.
func Replay(s scenario.Scenario, schedule []int, opt Options) Result {
	result := Result{Result: lab.Result{Scenario: s.Name, Seed: opt.Seed}}
	d, err := NewSession(s, opt)
	if err != nil {
		result.Failure = lab.NewFailure(lab.Unsound, 0, err.Error())
		return result
	}
	for i := 0; d.Broken() == nil && len(d.moves) > 0; i++ {
		pick := 0
		if i < len(schedule) && schedule[i] < len(d.moves) {
			pick = schedule[i]
		}
		if d.Choose(pick); i > maxEvents {
			d.broken = endless()
		}
	}
	d.e.show(d.path)
	result.Failure = d.verdict()
	result.Schedule, result.Events = d.Schedule(), uint64(d.e.executed)
	return result
}
