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
	nature
	said      *scenario.Fault
	index     int32
	at, until int64
	a, b      []int32 // sorted
	others    bool    // in the place of b: everybody who is not in a
	by, rate  int64   // as scenario.Fault has them
}

// nature is how a kind of fault is carried out.
type nature struct {
	begin effect                 // at each node that is struck, when the fault begins
	end   effect                 // and when it is over
	file  func(n *Net, f *fault) // puts it where it is looked up meanwhile; nil: nobody does
	late  bool                   // the nodes are not there before
	alone bool                   // it strikes nodes, not what is between nodes
}

// effect is what one end of a fault does to a node.
type effect struct {
	on     func(nd *node, f *fault) (called bool) // says whether the node's code was called; nil: nothing is done
	urgent bool                                   // it does not wait for the node's pause to end
}

// natures are those of all kinds. What a kind strikes and how it is said stands in the table of package
// scenario.
var natures = map[scenario.FaultKind]nature{
	scenario.Reset: {begin: effect{on: (*node).reset}},
	scenario.Stall: {file: func(n *Net, f *fault) { n.stalls.add(f) }},
	scenario.Partition: {begin: effect{on: (*node).split},
		file: func(n *Net, f *fault) { n.splits.add(f) }},
	scenario.Cut: {end: effect{on: (*node).mend},
		file: func(n *Net, f *fault) { n.cuts.add(f) }},
	scenario.Delay: {file: func(n *Net, f *fault) { n.delays.add(f) }},
	scenario.Slow:  {file: func(n *Net, f *fault) { n.slows.add(f) }},
	scenario.Pause: {end: effect{on: (*node).resume, urgent: true},
		file: func(n *Net, f *fault) { n.pauses.add(f) }},
	scenario.Skew: {file: (*Net).skew},
	// A machine that pauses can still lose its power, but does not boot in a pause.
	scenario.Crash: {begin: effect{on: (*node).crash, urgent: true}, end: effect{on: (*node).rise}},
	scenario.Leave: {begin: effect{on: (*node).leave, urgent: true}},
	scenario.Join:  {begin: effect{on: (*node).arrive}, late: true},

	scenario.DiskSlow: {file: (*Net).disk},
	scenario.DiskFull: {file: (*Net).disk},
	scenario.DiskFail: {file: (*Net).disk},
	scenario.DiskLie:  {file: (*Net).disk},
	scenario.DiskRot:  {begin: effect{on: (*node).rot, urgent: true}},
}

// The order of fault events at one node: boots at the start, then each fault's begin and end.
const orderBoot = 0

func orderBegin(fault int32) uint64 { return uint64(fault+1) << 1 }
func orderEnd(fault int32) uint64   { return uint64(fault+1)<<1 | 1 }

// Inject schedules faults, before the first Run. Addresses without a node are passed over. A
// fault between nodes whose B is empty strikes between A and everybody else.
func (n *Net) Inject(faults ...scenario.Fault) {
	if n.started {
		panic("sim: Inject after Run")
	}
	for _, f := range faults {
		n.add(f)
	}
}

// add makes a fault of what was said.
func (n *Net) add(f scenario.Fault) *fault {
	if err := f.Validate(); err != nil {
		panic(fmt.Sprintf("sim: %v", err))
	}
	at := max(0, f.At)
	until := at + f.For
	if until < at {
		until = math.MaxInt64 - scenario.MaxBy
	}
	own := natures[f.Kind]
	own.alone = f.Nature().Strikes == scenario.Nodes
	added := &fault{
		nature: own, said: &f, index: int32(len(n.faults)), at: int64(at), until: int64(until),
		a: n.indexes(f.A), b: n.indexes(f.B), others: len(f.B) == 0, by: int64(f.By), rate: f.Rate,
	}
	n.faults = append(n.faults, added)
	return added
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
	for _, k := range n.workers {
		k.fired = make([]uint64, len(n.faults))
	}
	for _, f := range n.faults {
		n.queueFault(f)
	}
	n.settleFaults()
}

// queueFault queues what one fault does at the nodes that it strikes.
func (n *Net) queueFault(f *fault) {
	if f.file != nil {
		f.file(n, f)
	}
	for _, i := range n.struck(f) {
		if f.late {
			n.nodes[i].downBy = f.index
		}
		if f.begin.on != nil {
			n.queue(event{at: f.at, order: classFault | orderBegin(f.index), node: i, ref: uint32(f.index)})
		}
		n.queueEnd(f, i)
	}
}

// queueEnd queues what the end of a fault does at a node.
func (n *Net) queueEnd(f *fault, node int32) {
	if f.end.on != nil {
		n.queue(event{at: f.until, order: classFault | orderEnd(f.index), node: node, ref: uint32(f.index)})
	}
}

// settleFaults prepares what is looked up of faults.
func (n *Net) settleFaults() {
	for _, s := range []*spans{&n.stalls, &n.splits, &n.cuts, &n.delays, &n.slows, &n.pauses, &n.disks} {
		s.settle()
	}
	n.uneven = n.piped || n.stalls.any() || n.cuts.any() || n.delays.any() || n.slows.any()
}

// struck lists the nodes at which a fault has something to do.
func (n *Net) struck(f *fault) []int32 {
	switch {
	case f.begin.on == nil && f.end.on == nil || len(f.a) == 0:
		return nil
	case f.alone:
		return f.a
	case !f.others:
		all := slices.Concat(f.a, f.b)
		slices.Sort(all)
		return slices.Compact(all)
	}
	all := make([]int32, len(n.nodes))
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

func has(set []int32, index int32) bool {
	_, found := slices.BinarySearch(set, index)
	return found
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

// fire counts that a fault made a difference.
func (nd *node) fire(f *fault) { nd.worker.fired[f.index]++ }

// faultEvent handles a boot, or the begin or end of a fault.
func (nd *node) faultEvent(e *event) bool {
	switch e.order {
	case classFault | orderBoot:
		return nd.wake(bootAtStart)
	case orderChurn:
		return nd.turns()
	}
	f := nd.net.faults[e.ref]
	return f.effect(e).on(nd, f)
}

// effect is that of the end of the fault that the event is.
func (f *fault) effect(e *event) *effect {
	if e.order&^classMask == orderEnd(f.index) {
		return &f.end
	}
	return &f.begin
}

// wake boots the node if that is what it is down for.
func (nd *node) wake(why int32) bool {
	if nd.host != nil || nd.downBy != why {
		return false
	}
	nd.start()
	return true
}

// rise is wake at the end of a crash.
func (nd *node) rise(f *fault) bool { return nd.wake(f.index) }

// arrive is wake at the time of a node that comes late.
func (nd *node) arrive(f *fault) bool {
	woken := nd.wake(f.index)
	if woken {
		nd.fire(f)
	}
	return woken
}

// crash takes the node down.
func (nd *node) crash(f *fault) bool {
	if nd.host != nil {
		nd.fire(f)
		nd.wiped = f.said.Wipe
		nd.stop(f.index)
	}
	return false
}

// leave is crash, and keeps a node that is down from waking by an older fault's end.
func (nd *node) leave(f *fault) bool {
	if nd.host == nil {
		nd.downBy = f.index
	}
	return nd.crash(f)
}

// reset fails the node's connections and dials that the fault strikes.
func (nd *node) reset(f *fault) bool { return nd.sever(f, network.ErrReset) }

// split is reset, but that dials are refused.
func (nd *node) split(f *fault) bool { return nd.sever(f, network.ErrRefused) }

// sever ends the node's connections and dials that the fault strikes, in an order that does not
// depend on when they were made. dials is the reason of those that are under way.
func (nd *node) sever(f *fault, dials error) bool {
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
		if s.state() == dialing {
			reason = dials
		}
		called = nd.fail(s, kindReset, reason) || called
	}
	return called
}

// blocked says whether a partition lies between the node and the peer now.
func (nd *node) blocked(peer int32) bool {
	for f := range nd.net.splits.during(nd.worker.now) {
		if f.between(nd.index, peer) {
			nd.fire(f)
			return true
		}
	}
	return false
}

// byIdent orders the ends of a node, whenever they were made.
func byIdent(a, b *stream) int { return cmp.Compare(a.in, b.in) }
