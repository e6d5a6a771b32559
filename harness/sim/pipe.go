package sim

import (
	"cmp"
	"fmt"
	"slices"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// pipe is a node's connection to the rest of the world. It belongs to the node alone: what the node sends
// waits for the uplink at the node, what reaches it waits there for the downlink.
type pipe struct {
	up, down int64 // bytes a second; 0: no bound
	sent     int64 // when what was sent so far has left
	got      int64 // when what arrived so far is through

	outgoing []parcel // of the callback under way
	incoming []held   // what waits for the downlink, in the order of its arrival; next is incoming[done]
	done     int
}

// parcel is something that a callback sends.
type parcel struct {
	s    *stream
	kind uint64
	ref  uint32
	size int
	p    payload
}

// Pipe bounds what the node at the address can send and receive, in bytes a second; 0 is no bound. Before the
// first Run only, and not with Config.Order. Connections are shared out by what is sent, not by who: what one
// callback sends to several peers leaves one after the other, in an order that is drawn for the instant.
func (n *Net) Pipe(at network.Addr, up, down int64) {
	nd := n.byAddr[at]
	if n.started || nd == nil || up < 0 || down < 0 || n.ordered != nil {
		panic(fmt.Sprintf("sim: no pipe of %d and %d bytes a second for %s", up, down, at))
	}
	if up > 0 || down > 0 {
		nd.ensureOdd().pipe = &pipe{up: up, down: down}
		n.piped = true
	}
}

// pipe is the node's, or nil.
func (nd *node) pipe() *pipe {
	if nd.odd == nil {
		return nil
	}
	return nd.odd.pipe
}

// collect keeps what is sent until the callback is over, if the node has an uplink.
func (s *stream) collect(kind uint64, size int, ref uint32, p *payload) bool {
	pipe := s.nd.pipe()
	if pipe == nil || pipe.up == 0 {
		return false
	}
	o := parcel{s: s, kind: kind, ref: ref, size: size}
	if p != nil {
		o.p = *p
	}
	pipe.outgoing = append(pipe.outgoing, o)
	s.nd.mailing = true
	return true
}

// mail sends what the callback has collected. The order of streams is drawn for this instant, for that in which the
// callback wrote to them is not to be seen; what goes on one stream stays in its order.
func (nd *node) mail() {
	nd.mailing = false
	pipe := nd.odd.pipe
	slices.SortStableFunc(pipe.outgoing, func(a, b parcel) int {
		return cmp.Or(cmp.Compare(nd.turn(a.s), nd.turn(b.s)), cmp.Compare(a.s.in, b.s.in))
	})
	for i := range pipe.outgoing {
		o := &pipe.outgoing[i]
		var p *payload
		if o.kind == kindPiece {
			p = &o.p
		}
		o.s.post(o.kind, o.size, o.ref, p)
	}
	clear(pipe.outgoing)
	pipe.outgoing = pipe.outgoing[:0]
}

// turn is when a stream's turn comes among those that are written to at this instant.
func (nd *node) turn(s *stream) uint64 {
	return splitmix.Key(purposePipe, s.key, uint64(nd.worker.now))
}

// upload says when bytes that could leave at that time have left.
func (s *stream) upload(at int64, size int) int64 {
	pipe := s.nd.pipe()
	if pipe == nil || pipe.up == 0 || size == 0 || at > s.nd.worker.now { // a stalled way does not hold up the others
		return at
	}
	takes := scaled(int64(size), perSecond, pipe.up)
	s.nd.worker.stats.busyUp += uint64(takes)
	pipe.sent = max(pipe.sent, at) + takes
	r := s.ensureRare()
	r.rate, r.empty = pipe.up, pipe.sent
	return pipe.sent
}

// download keeps what arrives until it is through the downlink. What a peer did after it waits with it.
func (nd *node) download(e *event) bool {
	pipe := nd.pipe()
	if pipe == nil || pipe.down == 0 || e.order&classMask != classStream || e.order&kindMask == kindFlush {
		return false
	}
	size := int64(0)
	h := held{event: *e}
	if e.isPiece() {
		size = nd.sizeOf(e)
	} else if pipe.done == len(pipe.incoming) {
		return false
	}
	takes := scaled(size, perSecond, pipe.down)
	nd.worker.stats.busyDown += uint64(takes)
	pipe.got = max(pipe.got, e.at) + takes
	if pipe.got == e.at && pipe.done == len(pipe.incoming) {
		return false
	}
	if e.isPiece() {
		h.payload = nd.payload(e)
	}
	h.event.at = pipe.got
	pipe.incoming = append(pipe.incoming, h)
	if len(pipe.incoming)-pipe.done == 1 {
		nd.expect(pipe.got)
	}
	return true
}

// orderPipe is the order of the event that something is through the downlink: after the node's timers.
const orderPipe = classTimer | 1<<61

// expect has the node look into its downlink then.
func (nd *node) expect(at int64) { nd.emit(&event{at: at, order: orderPipe, node: nd.index}, nil) }

// downloaded handles what is through the downlink now.
func (nd *node) downloaded() bool {
	pipe := nd.pipe()
	if pipe == nil || pipe.done == len(pipe.incoming) || pipe.incoming[pipe.done].event.at > nd.worker.now {
		return false // the node has crashed meanwhile
	}
	h := pipe.incoming[pipe.done]
	pipe.incoming[pipe.done] = held{}
	if pipe.done++; pipe.done == len(pipe.incoming) {
		pipe.incoming, pipe.done = pipe.incoming[:0], 0
	} else {
		nd.expect(pipe.incoming[pipe.done].event.at)
	}
	if h.event.isPiece() {
		return nd.handle(&h.event, &h.payload)
	}
	return nd.handle(&h.event, nil)
}

// sizeOf is how many bytes a piece has that has not been looked at yet.
func (nd *node) sizeOf(e *event) int64 {
	p := &nd.net.slab.places
	if nd.net.windows != nil {
		p = &nd.worker.payloads
	}
	one := &(*p)[e.ref]
	return int64(one.headSize) + int64(one.bodySize)
}

// drop forgets what waits: the node has crashed.
func (p *pipe) drop() {
	if p != nil {
		p.outgoing, p.incoming, p.done, p.sent, p.got = nil, nil, 0, 0, 0
	}
}
