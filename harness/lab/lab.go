// Package lab runs scenarios: on the simulated network to grade (Run), in real time to prove
// that the same code works there (RunReal).
//
// A run is a pure function of the scenario, its stack and the seed. It never panics: what the
// nodes' code throws is a result like any other.
package lab

import (
	"fmt"

	"strata/harness/sim"
	"strata/scenario"
)

// Options of one run on the simulated network.
type Options struct {
	Seed      uint64
	Engine    sim.Engine             // the zero value checks after every event; Windows between events only
	Workers   int                    // as sim.Config
	MaxEvents int                    // callbacks after which a run counts as one without end; 0 means 2,000,000
	Trace     func(sim.TraceEvent)   // told of all that happens and is logged; nil: off
	Injected  func([]scenario.Fault) // told once, before the run, of the faults that there will be; nil: off
	Without   Without                // choices that are left out, see Choices
	Picks     Picks                  // events that come before others that were due, see Session; nil: none
	Rekey     sim.Rekey              // another future; the zero value: this one
}

// Result is what came of one run.
type Result struct {
	Scenario string
	Seed     uint64
	Failure  *Failure        // nil: the run passed
	Faults   []string        // what this seed did to the nodes, in order of time; set if the run failed
	Injected map[string]int  // faults of this run, by kind
	Fired    map[string]int  // how often those of a kind made a difference
	Met      map[string]bool // whether the run got to each state that the scenario is for, see scenario.World
	Hash     uint64          // of the trace
	Events   uint64          // callbacks into nodes
	Covered  string          // what an exploration that passed looked at; empty: it was one run
}

// Failed says whether the run did not pass.
func (r Result) Failed() bool { return r.Failure != nil }

// String is one line for a test's output.
func (r Result) String() string {
	f := r.Failure
	if f == nil {
		return fmt.Sprintf("%s/%d: passed", r.Scenario, r.Seed)
	}
	s := fmt.Sprintf("%s/%d: at %v: %v", r.Scenario, r.Seed, f.At, f)
	if f.Frame != "" {
		s += " (" + f.Frame + ")"
	}
	for _, fault := range r.Faults {
		s += "\n    " + fault
	}
	if f.Stack != "" {
		s += "\n" + f.Stack
	}
	return s
}

// Run runs the scenario on the simulated network.
func Run(s scenario.Scenario, opt Options) Result {
	if opt.MaxEvents == 0 {
		opt.MaxEvents = 2_000_000
	}
	if len(opt.Picks) > 0 {
		return runPicks(s, opt)
	}
	w := &simWorld{scenario: s, opt: opt}
	w.run()
	result := w.result()
	if w.net != nil {
		w.net.Leave()
	}
	return result
}

// Watched is a scenario whose layers tell what they tell each other, as harness/explain/witness has it.
type Watched struct {
	Scenario scenario.Scenario
	Hear     func(tell func(sim.TraceEvent)) // says who is told from now on; nil: nobody is
}

// Run runs the scenario and tells all that happens and is told, to trace. Of what a layer's code under own did, or set
// a timer for, the event has the line.
func (w Watched) Run(opt Options, own string, trace func(sim.TraceEvent)) Result {
	opt.Trace = func(e sim.TraceEvent) {
		switch e.Kind {
		case sim.TraceWrite, sim.TraceDial, sim.TraceClose, sim.TraceSet:
			e.Frame = Caller(own)
		}
		trace(e)
	}
	if w.Hear != nil {
		w.Hear(opt.Trace)
		defer w.Hear(nil)
	}
	return Run(w.Scenario, opt)
}
