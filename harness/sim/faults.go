package sim

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"strata/network"
	"strata/network/networktest"
)

// fault is a networktest.Fault with nodes in the place of addresses. It acts either by events at
// the nodes that it strikes, or as a function of the time that senders look up: never on two
// nodes at once. So both engines see the same.
type fault struct {
	index     int32
	kind      networktest.FaultKind
	at, until int64
	a, b      []int32 // sorted
	others    bool    // in the place of b: everybody who is not in a
}

// The order of fault events at one node: boots at the start, then each fault's begin and end.
const orderBoot = 0

func orderBegin(fault int) uint64 { return uint64(fault+1) << 1 }
func orderEnd(fault int) uint64   { return uint64(fault+1)<<1 | 1 }

// Inject schedules faults, before the first Run. Addresses without a node are passed over. A
// Reset, Stall or Partition whose B is empty strikes between A and everybody else.
func (n *Net) Inject(faults ...networktest.Fault) {
	if n.started {
		panic("sim: Inject after Run")
	}
	for _, f := range faults {
		switch f.Kind {
		case networktest.Reset, networktest.Stall, networktest.Partition:
		case networktest.Crash, networktest.Leave, networktest.Join:
		default:
			panic(fmt.Sprintf("sim: fault of unknown kind %q", f.Kind))
		}
		at := max(0, f.At)
		until := at + max(0, f.For)
		if until < at {
			until = math.MaxInt64 - maxDelay
		}
		n.faults = append(n.faults, &fault{
			index: int32(len(n.faults)), kind: f.Kind, at: int64(at), until: int64(until),
			a: n.indexes(f.A), b: n.indexes(f.B), others: len(f.B) == 0,
		})
	}
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
		switch f.kind {
		case networktest.Stall:
			n.stalls = append(n.stalls, f)
			continue
		case networktest.Partition:
			n.splits = append(n.splits, f)
		}
		for _, nd := range n.nodes {
			if !has(f.a, nd.index) && (f.solitary() || len(f.a) == 0 || !f.inB(nd.index)) {
				continue
			}
			if f.kind == networktest.Join {
				nd.downBy = f.index
			}
			n.queue(event{at: f.at, order: classFault | orderBegin(i), node: nd.index, ref: uint32(i)})
			if f.kind == networktest.Crash {
				n.queue(event{at: f.until, order: classFault | orderEnd(i), node: nd.index, ref: uint32(i)})
			}
		}
	}
}

func has(set []int32, index int32) bool {
	_, found := slices.BinarySearch(set, index)
	return found
}

// solitary faults strike nodes, the others strike what is between nodes.
func (f *fault) solitary() bool {
	return f.kind == networktest.Crash || f.kind == networktest.Leave || f.kind == networktest.Join
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
	case order == orderEnd(int(f.index)):
		return nd.wake(f.index)
	case f.kind == networktest.Join:
		woken := nd.wake(f.index)
		if woken {
			nd.fire(f)
		}
		return woken
	case f.kind == networktest.Crash || f.kind == networktest.Leave:
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
		nd.stop(f.index)
	} else if f.kind == networktest.Leave {
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
	slices.SortFunc(struck, func(a, b *stream) int { return cmp.Compare(a.in, b.in) })
	called := false
	for _, s := range struck {
		if s.state() == closed {
			continue // by the node's code, on hearing of another
		}
		nd.fire(f)
		reason := network.ErrReset
		if s.state() == dialing && f.kind == networktest.Partition {
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

// stalledUntil says when what the node sends to the peer at t leaves it: at t, or when the last of
// the stalls that follow one another is over.
func (nd *node) stalledUntil(peer int32, t int64) int64 {
	for again := true; again; {
		again = false
		for _, f := range nd.net.stalls {
			if f.during(t) && f.from(nd.index, peer) {
				nd.fire(f)
				t, again = f.until, true
			}
		}
	}
	return t
}
