package sim

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"strata/network"
	"strata/scenario"
)

// fault is a scenario.Fault with nodes in the place of addresses. It acts either by events at
// the nodes that it strikes, or as a function of the time that senders look up: never on two
// nodes at once. So both engines see the same.
type fault struct {
	index     int32
	kind      scenario.FaultKind
	at, until int64
	a, b      []int32 // sorted
	others    bool    // in the place of b: everybody who is not in a
	by, rate  int64   // as scenario.Fault has them
	wipe      bool
}

// The order of fault events at one node: boots at the start, then each fault's begin and end.
const orderBoot = 0

func orderBegin(fault int) uint64 { return uint64(fault+1) << 1 }
func orderEnd(fault int) uint64   { return uint64(fault+1)<<1 | 1 }

// Inject schedules faults, before the first Run. Addresses without a node are passed over. A
// fault between nodes whose B is empty strikes between A and everybody else.
func (n *Net) Inject(faults ...scenario.Fault) {
	if n.started {
		panic("sim: Inject after Run")
	}
	for _, f := range faults {
		if err := check(f); err != nil {
			panic(err.Error())
		}
		at := max(0, f.At)
		until := at + max(0, f.For)
		if until < at {
			until = math.MaxInt64 - maxDelay
		}
		n.faults = append(n.faults, &fault{
			index: int32(len(n.faults)), kind: f.Kind, at: int64(at), until: int64(until),
			a: n.indexes(f.A), b: n.indexes(f.B), others: len(f.B) == 0,
			by: int64(f.By), rate: f.Rate, wipe: f.Wipe,
		})
	}
}

// check says what is wrong with a fault.
func check(f scenario.Fault) error {
	switch f.Kind {
	case scenario.Reset, scenario.Stall, scenario.Partition, scenario.Cut, scenario.Pause:
	case scenario.Crash, scenario.Leave, scenario.Join:
	case scenario.Slow:
		if f.Rate <= 0 {
			return fmt.Errorf("sim: a slow link of %d bytes a second, want more than 0", f.Rate)
		}
	case scenario.Skew:
		if f.Rate <= -million || f.Rate > million {
			return fmt.Errorf("sim: a clock %d millionths too fast, want more than -%d and at most %d", f.Rate, million, million)
		}
	case scenario.Delay:
	default:
		return fmt.Errorf("sim: fault of unknown kind %q", f.Kind)
	}
	if f.By < 0 || f.By > maxDelay {
		return fmt.Errorf("sim: a %s by %v, want 0 to %v", f.Kind, f.By, maxDelay)
	}
	return nil
}

// indexes are the nodes at the addresses, sorted.
func (n *Net) indexes(addrs []network.Addr) []int32 {
	var indexes []int32
	for _, addr := range addrs {
		if nd := n.byAddr[addr]; nd != nil {
			indexes = append(indexes, nd.index)
		}
	}
	slices.Sort(indexes)
	return slices.Compact(indexes)
}

// queueFaults queues what the faults do at the nodes that they strike.
func (n *Net) queueFaults() {
	for _, l := range n.lanes {
		l.fired = make([]uint64, len(n.faults))
	}
	for i, f := range n.faults {
		n.file(f)
		for _, nd := range n.nodes {
			if !has(f.a, nd.index) && (f.solitary() || len(f.a) == 0 || !f.inB(nd.index)) {
				continue
			}
			if f.kind == scenario.Join {
				nd.downBy = f.index
			}
			if f.begins() {
				n.queue(event{at: f.at, order: classFault | orderBegin(i), node: nd.index, ref: uint32(i)})
			}
			if f.ends() {
				n.queue(event{at: f.until, order: classFault | orderEnd(i), node: nd.index, ref: uint32(i)})
			}
		}
	}
}

// file puts a fault that acts as a function of the time where it is looked up.
func (n *Net) file(f *fault) {
	switch f.kind {
	case scenario.Partition:
		n.splits = append(n.splits, f)
	case scenario.Stall:
		n.stalls = append(n.stalls, f)
	case scenario.Cut:
		n.cuts = append(n.cuts, f)
	case scenario.Delay:
		n.delays = append(n.delays, f)
	case scenario.Slow:
		n.slows = append(n.slows, f)
	case scenario.Pause:
		n.pauses = append(n.pauses, f)
	case scenario.Skew:
		n.skew(f)
	}
	n.uneven = len(n.stalls)+len(n.cuts)+len(n.delays)+len(n.slows) > 0
}

// begins says whether nodes have something to do when the fault begins.
func (f *fault) begins() bool {
	switch f.kind {
	case scenario.Reset, scenario.Partition, scenario.Crash, scenario.Leave, scenario.Join:
		return true
	}
	return false
}

// ends says whether nodes have something to do when the fault is over.
func (f *fault) ends() bool {
	return f.kind == scenario.Crash || f.kind == scenario.Pause || f.kind == scenario.Cut
}

func has(set []int32, index int32) bool {
	_, found := slices.BinarySearch(set, index)
	return found
}

// solitary faults strike nodes, the others strike what is between nodes.
func (f *fault) solitary() bool {
	switch f.kind {
	case scenario.Crash, scenario.Leave, scenario.Join, scenario.Pause, scenario.Skew:
		return true
	}
	return false
}

func (f *fault) inB(index int32) bool {
	if f.others {
		return !has(f.a, index)
	}
	return has(f.b, index)
}

// from says whether the fault strikes the way from x to y.
func (f *fault) from(x, y int32) bool { return has(f.a, x) && f.inB(y) }

// between says whether the fault strikes a connection of x and y.
func (f *fault) between(x, y int32) bool { return f.from(x, y) || f.from(y, x) }

// during says whether a fault with a length is on.
func (f *fault) during(t int64) bool { return f.at <= t && t < f.until }

// fire counts that a fault made a difference.
func (nd *node) fire(f *fault) { nd.lane.fired[f.index]++ }

// faultEvent handles a boot, or the begin or end of a fault.
func (nd *node) faultEvent(e *event) bool {
	order := e.order &^ classMask
	if order == orderBoot {
		return nd.wake(bootAtStart)
	}
	f := nd.net.faults[e.ref]
	switch {
	case f.kind == scenario.Pause:
		return nd.resume()
	case f.kind == scenario.Cut:
		return nd.mend(f)
	case order == orderEnd(int(f.index)):
		return nd.wake(f.index)
	case f.kind == scenario.Join:
		woken := nd.wake(f.index)
		if woken {
			nd.fire(f)
		}
		return woken
	case f.kind == scenario.Crash || f.kind == scenario.Leave:
		return nd.fall(f)
	}
	return nd.sever(f)
}

// wake boots the node if that is what it is down for.
func (nd *node) wake(why int32) bool {
	if nd.host != nil || nd.downBy != why {
		return false
	}
	nd.start()
	return true
}

// fall takes the node down, or keeps one that is down from waking by an older fault's end.
func (nd *node) fall(f *fault) bool {
	if nd.host != nil {
		nd.fire(f)
		nd.wiped = f.wipe
		nd.stop(f.index)
	} else if f.kind == scenario.Leave {
		nd.downBy = f.index
	}
	return false
}

// sever ends the node's connections and dials that the fault strikes, in an order that does not
// depend on when they were made.
func (nd *node) sever(f *fault) bool {
	var struck []*stream
	for _, s := range nd.streams {
		if s != nil && !s.toNowhere() && f.between(nd.index, s.in.source()) {
			struck = append(struck, s)
		}
	}
	slices.SortFunc(struck, byIdent)
	called := false
	for _, s := range struck {
		if s.state() == closed {
			continue // by the node's code, on hearing of another
		}
		nd.fire(f)
		reason := network.ErrReset
		if s.state() == dialing && f.kind == scenario.Partition {
			reason = network.ErrRefused
		}
		called = nd.fail(s, kindReset, reason) || called
	}
	return called
}

// blocked says whether a partition lies between the node and the peer now.
func (nd *node) blocked(peer int32) bool {
	for _, f := range nd.net.splits {
		if f.during(nd.lane.now) && f.between(nd.index, peer) {
			nd.fire(f)
			return true
		}
	}
	return false
}

// byIdent orders the ends of a node, whenever they were made.
func byIdent(a, b *stream) int { return cmp.Compare(a.in, b.in) }
