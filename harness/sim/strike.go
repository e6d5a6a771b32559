package sim

import (
	"time"

	"strata/network"
	"strata/scenario"
)

// Strike is Inject between two Runs. The run is the same as if the fault had been injected before the first. It begins
// after Now, and is no Join. number is what Lift calls it. ok is false, and nothing is done, if something that is on its
// way would have met the fault already: then only a run from the start has the same history.
func (n *Net) Strike(f scenario.Fault) (number int, ok bool) {
	if !n.started || n.running || int64(f.At) <= n.now || f.Kind == scenario.Join {
		panic("sim: Strike wants a later fault, between two Runs: " + f.String())
	}
	if n.foreseen(f.Kind) {
		return 0, false
	}
	added := n.add(f)
	for _, k := range n.workers {
		k.fired = append(k.fired, 0)
	}
	n.queueFault(added)
	n.settleFaults()
	return int(added.index), true
}

// foreseen says whether faults of the kind are looked up for a time that is yet to come: what waits for a stall, a slow
// link, a cut or an uplink leaves later, and how it fares then is decided when it is sent.
func (n *Net) foreseen(kind scenario.FaultKind) bool {
	switch kind {
	case scenario.Delay, scenario.Slow, scenario.Cut, scenario.Stall:
	default:
		return false
	}
	return n.piped || n.stalls.open(n.now) || n.slows.open(n.now) || n.cuts.open(n.now)
}

// open says whether one of the faults is not over at t.
func (s *spans) open(t int64) bool { return s.any() && s.latest[len(s.latest)-1] > t }

// Lift ends a fault at a time after Now, between two Runs, as if it had been injected so. ok is false, and nothing is
// done, if it is over by then, or if its end is known already to what is on its way.
func (n *Net) Lift(number int, at time.Duration) (ok bool) {
	if n.running || int64(at) <= n.now || number < 0 || number >= len(n.faults) {
		panic("sim: Lift wants a fault and a later time, between two Runs")
	}
	f := n.faults[number]
	switch f.said.Kind {
	case scenario.Partition, scenario.Pause, scenario.Crash:
	default:
		return false
	}
	if f.until <= int64(at) || f.at >= int64(at) {
		return false
	}
	f.until = int64(at)
	f.said.For = at - f.said.At
	for _, i := range n.struck(f) {
		n.queueEnd(f, i)
	}
	n.settleFaults()
	return true
}

// Backlog is how long what the node at the address has sent still waits for its uplink, as far as that is known now.
func (n *Net) Backlog(node int) time.Duration {
	pipe := n.nodes[node].pipe()
	if pipe == nil {
		return 0
	}
	return time.Duration(max(0, pipe.sent-n.now))
}

// Up says whether the node at the address is there, between two Runs.
func (n *Net) Up(addr network.Addr) bool {
	nd := n.byAddr[addr]
	return nd != nil && nd.host != nil
}
