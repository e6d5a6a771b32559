package sim

import (
	"math"
	"slices"
	"strata/harness/sim/splitmix"
	"time"

	"strata/harness/sim/pctcp"
)

// ordered is the queue of a network with an Order. It is sorted at all times: such networks are small.
type ordered struct {
	net      *Net
	order    Order
	queue    due
	born     []event // by the event under way
	chains   pctcp.Chains
	passages map[passage]*sent
	looks    uint64
	ready    []Ready
	nodes    []int32 // of ready
	ofNode   []int   // how many of these are of the node, while they are counted
}

// queued is an event under way.
type queued struct {
	event
	pctcp.Event
	name uint64
	on   *sent // the passage
}

// passage is what keeps its order: one direction of a connection, or the timers of a node.
type passage struct {
	node int32
	id   ident // 0: timers
}

// sent is what was sent on a passage.
type sent struct {
	count  uint64
	last   pctcp.Event
	looked uint64 // the look that has found its first event
}

func newOrdered(n *Net, o Order) *ordered {
	return &ordered{net: n, order: o, passages: make(map[passage]*sent)}
}

// emit keeps what the event under way leads to until it is over: in which order a callback sends to
// different peers is not to be seen.
func (o *ordered) emit(e *event) { o.born = append(o.born, *e) }

// settle queues what the event under way, or somebody outside, has led to.
func (o *ordered) settle() {
	slices.SortFunc(o.born, compare)
	for i := range o.born {
		o.push(&o.born[i])
	}
	o.born = o.born[:0]
}

// push queues an event.
func (o *ordered) push(e *event) {
	nd := o.net.nodes[e.node]
	p := passageOf(e)
	s := o.passages[p]
	if s == nil {
		s = &sent{}
		o.passages[p] = s
	}
	s.count++
	q := queued{event: *e, name: splitmix.Key(purposeOrder, nd.key^o.salt(), e.order, s.count), on: s}
	if p.id == 0 {
		s.last = pctcp.Event{} // timers run when they are due, whatever came before
	}
	q.Event = o.chains.Born(q.name, s.last)
	s.last = q.Event
	o.queue.insert(&q)
}

// salt is that of another future, see Rekey.
func (o *ordered) salt() uint64 {
	if o.net.now < o.net.rekeyAt {
		return 0
	}
	return o.net.rekeySalt
}

func passageOf(e *event) passage {
	if e.order&classMask == classStream {
		return passage{node: e.node, id: e.ident()}
	}
	return passage{node: e.node}
}

// gone says whether it is a timer that was cancelled.
func (q *queued) gone(n *Net) bool {
	if q.order&classMask != classTimer {
		return false
	}
	t := &n.nodes[q.node].timers
	return int(q.slot) >= len(t.places) || t.places[q.slot].number != q.order&^classMask
}

// look lists what may come next up to that time, what is due first being the first. With patience, all
// that can come before the next work or fault may, and timers may be late.
func (o *ordered) look(until int64, patience bool) []Ready {
	o.settle()
	o.looks++
	o.ready, o.nodes = o.ready[:0], o.nodes[:0]
	waiting := o.queue.waiting()
	for i := 0; i < len(waiting); i++ {
		q := &waiting[i]
		if q.gone(o.net) {
			o.queue.remove(i)
			waiting = o.queue.waiting()
			i--
			continue
		}
		class := q.order & classMask
		if q.at > until || i > 0 && class <= classWork {
			break
		}
		if class > classWork && q.on.looked == o.looks {
			continue
		}
		q.on.looked = o.looks
		name := pctcp.Ready{Chain: q.Chain, Name: q.name}
		o.ready = append(o.ready, Ready{Ready: name, Due: time.Duration(q.at), place: i})
		o.nodes = append(o.nodes, q.node)
		switch {
		case class <= classWork:
			until = q.at - 1 // alone
		case patience:
		case class == classTimer:
			until = min(until, q.at)
		case i == 0:
			until = min(until, q.at+int64(o.order.Slack))
		}
	}
	o.race()
	return o.ready
}

// race notes of all that may come next whether something else may come first at its node.
func (o *ordered) race() {
	if len(o.ofNode) < len(o.net.nodes) {
		o.ofNode = make([]int, len(o.net.nodes))
	}
	for _, node := range o.nodes {
		o.ofNode[node]++
	}
	for i, node := range o.nodes {
		o.ready[i].Races = o.ofNode[node] > 1
	}
	for _, node := range o.nodes {
		o.ofNode[node] = 0
	}
}

// take has the event happen, at once if it is late. It says whether the node's code was called.
func (o *ordered) take(r *Ready) bool {
	q := o.queue.remove(r.place)
	q.at = max(q.at, o.net.now)
	o.net.now = q.at
	o.chains.Handle(q.Event)
	called := o.net.nodes[q.node].happen(&q.event)
	o.settle()
	return called
}

// run lets events happen up to and including that time.
func (o *ordered) run(until int64) {
	n := o.net
	for !n.halted.Load() {
		ready := o.look(until, false)
		if len(ready) == 0 {
			return
		}
		if o.take(&ready[o.pick(ready)]) && n.cfg.AfterEvent != nil {
			n.cfg.AfterEvent()
		}
	}
}

func (o *ordered) pick(ready []Ready) int {
	if len(ready) == 1 || o.order.Pick == nil {
		return 0
	}
	return o.order.Pick(ready)
}

// Next lists what may come next up to and including that time: first what comes by itself, then what else
// may come before the next work or fault, as it is due. Before anything has happened it boots nothing. Only
// with an Order; the slice is good until the next call.
func (n *Net) Next(until time.Duration) []Ready {
	n.start()
	o := n.ordered
	ready := o.look(int64(until), false)
	if len(ready) == 0 {
		return nil
	}
	first := ready[o.pick(ready)].place
	ready = o.look(int64(until), true)
	i := slices.IndexFunc(ready, func(r Ready) bool { return r.place == first })
	head := ready[i]
	ready = slices.Insert(slices.Delete(ready, i, i+1), 0, head)
	for i := range ready {
		o.describe(&ready[i])
	}
	return ready
}

// Take has one of what Next has listed happen. It says whether a node's code was called.
func (n *Net) Take(r Ready) bool {
	n.running = true
	defer func() { n.running = false }()
	called := n.ordered.take(&r)
	n.workers[0].now = n.now
	if called && n.cfg.AfterEvent != nil {
		n.cfg.AfterEvent()
	}
	return called
}

// Pass lets time go on to t, if nothing is due before.
func (n *Net) Pass(t time.Duration) {
	n.now = max(n.now, int64(t))
	n.workers[0].now = n.now
}

// Forever is a time that no run lives to see.
const Forever time.Duration = math.MaxInt64

// describe fills in what people want to know.
func (o *ordered) describe(r *Ready) {
	q := &o.queue.waiting()[r.place]
	nd := o.net.nodes[q.node]
	r.Node = nd.addr
	switch q.order & classMask {
	case classFault:
		r.Kind = ReadyFault
		if q.order == orderChurn {
			r.Kind, r.Text = ReadyWork, "comes or goes"
			return
		}
		if q.order&^classMask != orderBoot {
			f := o.net.faults[q.ref]
			r.Fault, r.Over = f.said, q.order&^classMask == orderEnd(f.index)
		}
		return
	case classWork:
		r.Kind, r.Text = ReadyWork, o.net.work[q.ref].text
		return
	case classTimer:
		r.Kind, r.Timer = ReadyTimer, q.order&^classMask
		return
	}
	kinds := [...]ReadyKind{kindOpen: ReadyDial, kindAccepted: ReadyAccept, kindRefused: ReadyRefuse,
		kindPiece: ReadyPiece, kindFlush: ReadyFlush, kindEnd: ReadyEnd, kindReset: ReadyReset}
	id := q.ident()
	r.Kind, r.Conn, r.Incoming = kinds[q.order&kindMask], id.number(), !id.answer()
	if s := nd.find(&q.event); s != nil {
		r.Peer = s.peerAddr()
	} else if source := id.source(); int(source) < len(o.net.nodes) {
		r.Peer = o.net.nodes[source].addr
	}
	if q.isPiece() {
		r.Head, r.Body = o.net.slab.places[q.ref].parts()
	}
}
