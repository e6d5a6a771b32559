package shrink

import (
	"math"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
)

// recorded is a run with its trace.
type recorded struct {
	trace.Run
	result lab.Result
	unmet  bool          // it failed because something did not come true in time
	end    time.Duration // when it failed
}

// record runs once more with everything noted.
func record(w lab.Watched, seed uint64, without []string, opt Options) recorded {
	rec := trace.Recorder{Tells: true}
	if opt.Started != nil {
		opt.Started()
	}
	var out recorded
	with := lab.Options{Seed: seed, Without: lab.Without(nil).With(without...), Injected: rec.Faults}
	out.result = w.Run(with, opt.Own, rec.Event)
	if f := out.result.Failure; f != nil {
		out.unmet, out.end = f.Ending == lab.Unmet, f.At
	}
	out.Run = rec.Finish(trace.Header{Failure: trace.FailureOf(out.result.Failure)})
	return out
}

// acts says whether the node's code did it.
func acts(kind sim.TraceKind) bool {
	return kind == sim.TraceWrite || kind == sim.TraceDial || kind == sim.TraceClose
}

// cone selects the events that can have led to the violation: those before it at its node, and
// before each of these what was at the other end of what arrived (Lamport's happened-before). What
// never came has no node: then everything can have.
func (r recorded) cone() []trace.Event {
	events := r.Events
	if n := len(events); n > 0 && events[n-1].Kind == sim.TraceFailure {
		events = events[:n-1]
	}
	if len(events) == 0 {
		return nil
	}
	until := make(map[network.Addr]int) // the latest event of each node that is in the cone
	last := events[len(events)-1]
	for _, e := range events {
		if r.unmet {
			until[e.Node] = math.MaxInt
		}
	}
	until[last.Node] = math.MaxInt
	first := events[0].Index
	in := make([]bool, len(events))
	n := 0
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		if e.Index > until[e.Node] {
			continue
		}
		in[i] = true
		n++
		if c := e.Cause - first; c >= 0 && c < i {
			until[events[c].Node] = max(until[events[c].Node], e.Cause)
		}
	}
	cone := make([]trace.Event, 0, n)
	for i, e := range events {
		if in[i] {
			cone = append(cone, e)
		}
	}
	return cone
}

// chain is the events that led straight to the violation: what came last, what caused that (a message
// that was sent, a timer that was set), and so on. Of timers that set each other the last one tells enough.
// Nothing led to what never came.
func (r recorded) chain(cone []trace.Event) map[int]bool {
	chain := make(map[int]bool)
	if len(cone) == 0 || r.unmet {
		return chain
	}
	first, timer := r.Events[0].Index, false
	for at := cone[len(cone)-1].Index; at >= first; at = r.Events[at-first].Cause {
		again := timer
		timer = r.Events[at-first].Kind == sim.TraceTimer
		chain[at] = !timer || !again
	}
	return chain
}

// frame is where the student's code acted last.
func (r recorded) frame(cone []trace.Event) string {
	for i := len(cone) - 1; i >= 0; i-- {
		if f := cone[i].Frame; f != "" && acts(cone[i].Kind) {
			return f
		}
	}
	return ""
}
