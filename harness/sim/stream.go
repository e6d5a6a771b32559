package sim

import (
	"strata/network"
)

// stream is one end of a connection, and belongs to its node alone: the other end is a stream of
// the other node, known by its slot there.
type stream struct {
	nd     *node
	in     ident            // of what arrives here
	to     network.Receiver // while dialling: a dialDone
	key    uint64           // of all that is random about what is sent from here
	base   int64            // latency
	last   int64            // when what was sent last arrives
	sent   uint32           // pieces sent, and other events
	remote uint32           // slot of the other end at its node
	slot   uint32           // slot of this end
	got    uint32           // pieces that arrived, counted under Fragment only
	rare   *rare            // nil until needed
	state  state
}

// dialDone is what a dial calls when it is over.
type dialDone func(network.Stream, error)

// Receive is not called: nothing arrives before the dial is over.
func (dialDone) Receive([]byte) { panic("sim: bytes for a stream that is not open") }

// Ended is network.Receiver's.
func (done dialDone) Ended(reason error) { done(nil, reason) }

// newStream makes an end from the node's supply, so that those of one node lie together.
func (nd *node) newStream(in ident, to network.Receiver, state state) *stream {
	if len(nd.supply) == 0 {
		nd.supply = make([]stream, supplySize)
	}
	s := &nd.supply[0]
	nd.supply = nd.supply[1:]
	*s = stream{nd: nd, in: in, to: to, state: state}
	return s
}

// supplySize is how many ends are made at once: what a node with eight links needs takes two.
const supplySize = 4

// out names the direction that is sent from here.
func (s *stream) out() ident { return direction(s.nd.index, !s.in.answer(), s.in.number()) }

// rare is what few streams need.
type rare struct {
	nowhere network.Addr // dialled, but no node is there
	waiting int          // bytes that a Stall holds back,
	until   int64        // until then
	held    []byte       // bytes to be joined with the next ones,
	room    int          // of so many pieces
}

type state uint8

const (
	closed state = iota
	dialing
	open
)

// openStream gives a new end of a connection its place at the node.
func (nd *node) openStream(s *stream, peer uint64, lat int64) {
	s.base = lat
	s.key = mix(purposeLink, nd.key, peer, uint64(s.out())&(1<<33-1))
	if last := len(nd.slots) - 1; last >= 0 {
		s.slot, nd.slots = nd.slots[last], nd.slots[:last]
		nd.streams[s.slot] = s
	} else {
		s.slot = uint32(len(nd.streams))
		nd.streams = append(nd.streams, s)
	}
	if s.state == open {
		nd.open++
	} else {
		nd.dialing++
	}
}

// forget takes the end out of the node: nothing reaches it or leaves it any more.
func (s *stream) forget() {
	nd := s.nd
	if s.state == open {
		nd.open--
	} else {
		nd.dialing--
	}
	nd.streams[s.slot] = nil
	nd.slots = append(nd.slots, s.slot)
	s.state, s.to, s.rare = closed, nil, nil
}

// Deliver is network.Stream's.
func (s *stream) Deliver(to network.Receiver) {
	if s.state == open {
		s.to = to
	}
}

// Write is network.Stream's.
func (s *stream) Write(head, body []byte) {
	size := len(head) + len(body)
	if s.state != open || size == 0 {
		return
	}
	nd := s.nd
	var headSum uint64
	if len(head) > 0 {
		headSum = sum(head)
	}
	bodySum := nd.lane.sumOfBody(body)
	nd.said += fold(s.key^uint64(nd.lane.now), headSum^uint64(s.sent), bodySum)
	nd.traceBytes(TraceWrite, s, head, body)
	if nd.net.cfg.CheckPayloads {
		nd.watch(head, body, wrote, s)
	}
	if nd.net.cfg.Fragment {
		s.sendSplit(head, body)
		return
	}
	s.sendPiece(head, body)
}

// sumOfBody is sum, but works only once for a body that is written to many streams in a row.
func (l *lane) sumOfBody(body []byte) uint64 {
	if len(body) == 0 {
		return 0
	}
	w := &l.written
	if w.first != &body[0] || w.size != len(body) {
		*w = written{&body[0], len(body), sum(body)}
	}
	return w.sum
}

// sendPiece sends the bytes on their way as one piece.
func (s *stream) sendPiece(head, body []byte) {
	l := s.nd.lane
	l.stats.pieces++
	p := payloadOf(head, body)
	s.send(kindPiece, len(head)+len(body), 0, &p)
}

// send emits an event that happens to the other end, after all that were sent before.
func (s *stream) send(kind uint64, size int, ref uint32, p *payload) {
	nd := s.nd
	at := nd.lane.now
	if len(nd.net.stalls) > 0 {
		at = s.released(size)
	}
	at += s.base + s.jitter()
	if at <= s.last {
		at = s.last + 1
	}
	s.last = at
	nd.emit(&event{at: at, order: s.out().order(kind), node: s.in.source(), slot: s.remote, ref: ref}, p)
}

// jitter draws how much longer than the latency the next event takes.
func (s *stream) jitter() int64 {
	s.sent++
	most := uint64(s.nd.net.cfg.Jitter)
	if most == 0 {
		return 0
	}
	return int64(below(drawn(s.key, uint64(s.sent)), most+1))
}

// released says when something that is sent now leaves this node: later than now if a Stall holds
// it back. Its bytes are then counted as waiting.
func (s *stream) released(size int) int64 {
	now := s.nd.lane.now
	until := s.nd.stalledUntil(s.in.source(), now)
	if until == now {
		return now
	}
	r := s.ensureRare()
	if r.until <= now {
		r.waiting = 0
	}
	r.waiting += size
	r.until = until
	return until
}

func (s *stream) ensureRare() *rare {
	if s.rare == nil {
		s.rare = &rare{}
	}
	return s.rare
}

// Queued is network.Stream's: bytes wait only while a Stall holds them back.
func (s *stream) Queued() int {
	if s.rare == nil || s.rare.until <= s.nd.lane.now {
		return 0
	}
	return s.rare.waiting
}

// Close is network.Stream's.
func (s *stream) Close() {
	if s.state != open {
		return
	}
	s.nd.said += fold(s.key^uint64(s.nd.lane.now), uint64(s.sent), kindEnd)
	s.nd.trace(TraceClose, s, 0)
	s.send(kindEnd, 0, 0, nil)
	s.forget()
}

// reset tells the other end that this one is gone. What waits behind a Stall is lost.
func (s *stream) reset() {
	nd := s.nd
	if until := nd.stalledUntil(s.in.source(), nd.lane.now); until > nd.lane.now {
		at := until + s.base - 1 // before everything that waits
		nd.emit(&event{at: at, order: s.out().order(kindReset), node: s.in.source(), slot: s.remote}, nil)
		return
	}
	s.send(kindReset, 0, 0, nil)
}

// peerAddr is where the other end is.
func (s *stream) peerAddr() network.Addr {
	if s.rare != nil && s.rare.nowhere != "" {
		return s.rare.nowhere
	}
	return s.nd.net.nodes[s.in.source()].addr
}
