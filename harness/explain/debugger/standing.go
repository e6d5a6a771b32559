package debugger

import (
	"time"

	"strata/harness/sim"
	"strata/scenario"
)

// Standing is how a run stands, for whoever shows it otherwise than line by line.
type Standing struct {
	Done   int           // events that have come
	Due    time.Duration // when the next one comes
	Next   []string      // what may come next, first what comes by itself; mostListed at most
	More   int           // that may come as well
	Past   []string      // the events that have come, numbered: the last mostListed
	Nodes  string        // what the nodes have
	Broken string        // the rule that is broken; empty: none
	Again  string        // the command that comes to this point

	Events []sim.TraceEvent // everything that has happened; nil: the run does not say
	Faults []scenario.Fault
}

// recorded is a run that can tell all that has happened in it.
type recorded interface {
	Recorded() ([]sim.TraceEvent, []scenario.Fault)
}

// Stands says how the run stands.
func (c *Console) Stands() Standing {
	next := c.run.Next()
	s := Standing{Done: c.run.Done(), Due: c.run.Due(), Nodes: c.run.Inspect(""), Again: c.run.Again(c.flags),
		More: max(0, len(next)-mostListed), Past: c.past[max(0, len(c.past)-mostListed):]}
	for _, n := range next[:min(len(next), mostListed)] {
		s.Next = append(s.Next, n.String())
	}
	if err := c.run.Broken(); err != nil {
		s.Broken = err.Error()
	}
	if r, ok := c.run.(recorded); ok {
		s.Events, s.Faults = r.Recorded()
	}
	return s
}

// mostRecorded is how many events a standing has: the last of them.
const mostRecorded = 20_000

// Recorded runs everything again, as Timeline does.
func (r *simulated) Recorded() (events []sim.TraceEvent, faults []scenario.Fault) {
	opt := r.opt
	opt.Picks, opt.Trace = r.session.Picks(), func(e sim.TraceEvent) { events = append(events, e) }
	opt.Injected = func(all []scenario.Fault) { faults = all }
	if r.again(opt) != nil {
		return nil, nil
	}
	return events[max(0, len(events)-mostRecorded):], faults
}
