package sim

import (
	"slices"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// node is one node's share of the network. Only the worker that runs the node touches it, apart
// from index, addr and key, which never change: everything between nodes travels in events.
type node struct {
	// What every event needs comes first, in one cache line.
	net     *Net
	worker  *worker   // that runs the node now
	streams []*stream // by slot; nil: free
	heard   uint64    // folded in order: what happened to the node
	said    uint64    // added up, for the order over streams is not to be seen: what it wrote
	index   int32
	born    uint32 // how often the node has booted

	soon    []network.TimerID // what runs right after the callback under way
	host    *host             // nil: the node is down
	addr    network.Addr
	key     uint64 // names the node in everything random
	boot    func(network.Host)
	supply  []stream  // not used yet
	slots   []uint32  // free slots of streams
	open    int       // streams that are open
	dialing int       // dials without an answer
	downBy  int32     // why, if the node is down: the fault's index, or one of the below
	dials   []dialled // how often it has dialled whom: names connections, survives crashes
	timers  timers
	ledger  *ledger
	odd     *odd    // nil: the node has nothing of it
	twin    *node   // of two under one identity the other
	wiped   bool    // by the last crash
	second  bool    // of the two
	mailing bool    // its pipe has something to send
	_       [5]byte // makes it whole cache lines
}

// Why a node is down, when no fault is to blame.
const (
	unborn      int32 = -1 // before the start
	bootAtStart int32 = -2
)

// dialled counts the dials to one peer.
type dialled struct{ peer, count uint32 }

// number is that of the next connection to the peer.
func (nd *node) number(peer uint32) uint32 {
	i, found := slices.BinarySearchFunc(nd.dials, peer, func(d dialled, peer uint32) int {
		return int(int64(d.peer) - int64(peer))
	})
	if !found {
		nd.dials = slices.Insert(nd.dials, i, dialled{peer: peer})
	}
	nd.dials[i].count++
	return nd.dials[i].count
}

// history is everything that has happened to the node and what it has written.
func (nd *node) history() uint64 { return splitmix.Fold(purposeHistory, nd.heard, nd.said) }

// emit hands an event to the engine, with its payload if it is a piece.
func (nd *node) emit(e *event, p *payload) {
	n := nd.net
	if n.windows != nil {
		n.windows.emit(nd.worker, e, p)
		return
	}
	if p != nil {
		e.ref = n.slab.store(*p)
	}
	if n.ordered != nil {
		n.ordered.emit(e)
		return
	}
	n.total.push(*e)
}

// payload is what a piece that has arrived carries. To be called once.
func (nd *node) payload(e *event) payload {
	if nd.net.windows != nil {
		return nd.worker.payloads[e.ref]
	}
	return nd.net.slab.load(e.ref)
}

// happen handles one event and says whether the node's code was called.
func (nd *node) happen(e *event) bool {
	nd.worker.now = e.at
	if nd.net.pauses.any() && nd.waits(e) || nd.net.piped && nd.download(e) {
		return false
	}
	if e.isPiece() {
		p := nd.payload(e)
		return nd.handle(e, &p)
	}
	return nd.handle(e, nil)
}

// handle handles one event, with what it carries if it is a piece.
func (nd *node) handle(e *event, p *payload) bool {
	nd.worker.written.first = nil
	if p != nil {
		return nd.pieceArrives(e, p)
	}
	switch e.order & classMask {
	case classStream:
		return nd.streamEvent(e)
	case classTimer:
		return nd.timerEvent(e)
	case classWork:
		return nd.workEvent(e)
	}
	return nd.faultEvent(e)
}

// fold adds to the history of the node that this event reached its code.
// what names it: nothing that counts over other faults, work or nodes.
func (nd *node) fold(what uint64, size int) {
	nd.heard = splitmix.Fold(nd.heard, uint64(nd.worker.now)^uint64(size)<<48, what)
}

// settle ends a callback: what it left for right afterwards is run, and what it sent goes off.
func (nd *node) settle() {
	nd.worker.stats.deliveries++
	if len(nd.soon) > 0 {
		nd.runSoon()
	}
	if nd.mailing {
		nd.mail()
	}
}

// runSoon runs what After(0) queued, in order, and what that queues in turn.
func (nd *node) runSoon() {
	for i := 0; i < len(nd.soon); i++ {
		if f := nd.timers.take(nd.soon[i]); f != nil {
			f()
		}
	}
	nd.soon = nd.soon[:0]
}

// workEvent does a work item, if the node is up.
func (nd *node) workEvent(e *event) bool {
	if nd.host == nil {
		return false
	}
	nd.fold(classWork, 0)
	work := &nd.net.work[e.ref]
	nd.traceText(TraceWork, work.text)
	work.do()
	nd.settle()
	return true
}

// timerEvent runs a timer, if it still is.
func (nd *node) timerEvent(e *event) bool {
	if e.order == orderPipe {
		return nd.downloaded()
	}
	f := nd.timers.take(timerID(e.slot, e.order&^classMask))
	if f == nil {
		return false
	}
	nd.worker.stats.timers++
	nd.fold(e.order, 0)
	nd.traceTimer(TraceTimer, e.order&^classMask)
	f()
	nd.settle()
	return true
}

// start boots the node.
func (nd *node) start() {
	nd.born++
	nd.host = newHost(nd)
	nd.fold(classFault, 1)
	nd.trace(TraceBoot, nil, 0)
	nd.boot(nd.host)
	nd.settle()
}

// stop takes everything from the node: its peers hear of it, its own code does not.
func (nd *node) stop(why int32) {
	nd.fold(classFault, 2)
	nd.trace(TraceCrash, nil, 0)
	for _, s := range nd.streams {
		if s != nil && s.state() == open {
			s.reset()
		}
		if s != nil {
			s.forget()
		}
	}
	if nd.mailing {
		nd.mail()
	}
	nd.host, nd.downBy = nil, why
	nd.supply, nd.streams, nd.slots, nd.soon = nil, nil, nil, nil
	nd.open, nd.dialing = 0, 0
	nd.timers.clear()
	nd.crashDisk()
	if nd.odd != nil {
		nd.odd.lines = nil // what waits is lost
		nd.pipe().drop()
	}
}
