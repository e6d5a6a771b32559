package sim

import (
	"unsafe"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// stream is one end of a connection, and belongs to its node alone: the other end is a stream of
// the other node, known by its slot there. It fills a cache line, for a large network has
// millions, and what they do is mostly to wait for them to come from memory.
type stream struct {
	nd     *node
	in     ident            // of what arrives here
	to     network.Receiver // while dialling a dialDone; a *rare if there is one
	key    uint64           // of all that is random about what is sent from here
	last   int64            // when what was sent last arrives
	base   uint32           // latency in nanoseconds, or in units of 256, see latency
	sent   uint32           // pieces sent, and other events
	remote uint32           // slot of the other end at its node
	place  uint32           // slot of this end, and its state in the top bits
}

var _ [64 - unsafe.Sizeof(stream{})]byte // does not compile if a stream is larger

// state of a stream.
type state uint32

const (
	closed state = iota
	dialing
	open

	slotBits = 30
)

func (s *stream) state() state         { return state(s.place >> slotBits) }
func (s *stream) slot() uint32         { return s.place & (1<<slotBits - 1) }
func (s *stream) setState(state state) { s.place = s.slot() | uint32(state)<<slotBits }

// dialDone is what a dial calls when it is over.
type dialDone func(network.Stream, error)

// Receive is not called: nothing arrives before the dial is over.
func (dialDone) Receive([]byte) { panic("sim: bytes for a stream that is not open") }

// Ended is network.Receiver's.
func (done dialDone) Ended(reason error) { done(nil, reason) }

// rare is what few streams need. It stands between such a stream and its receiver.
type rare struct {
	to      network.Receiver
	nowhere network.Addr // dialled, but no node is there
	waiting int          // bytes that were sent since something began to hold them back,
	until   int64        // until then
	line    int64        // a slow link is busy until then
	empty   int64        // would be, if the link stayed as slow
	rate    int64        // of the slow link: bytes a second
	lostBy  int32        // the cut's index + 1: everything sent is lost; 0: none
	got     uint32       // pieces that have arrived, counted under Fragment only
	room    int          // of so many more pieces
	held    []byte       // bytes are to be joined to these
}

// Receive is network.Receiver's.
func (r *rare) Receive(piece []byte) { r.to.Receive(piece) }

// Ended is network.Receiver's.
func (r *rare) Ended(reason error) { r.to.Ended(reason) }

// rare is the stream's, or nil.
func (s *stream) rare() *rare {
	r, _ := s.to.(*rare)
	return r
}

// ensureRare is the stream's rare, new if need be.
func (s *stream) ensureRare() *rare {
	r := s.rare()
	if r == nil {
		r = &rare{to: s.to}
		s.to = r
	}
	return r
}

// receiver is who is told what happens: nil before Deliver.
func (s *stream) receiver() network.Receiver {
	if r := s.rare(); r != nil {
		return r.to
	}
	return s.to
}

func (s *stream) setReceiver(to network.Receiver) {
	if r := s.rare(); r != nil {
		r.to = to
	} else {
		s.to = to
	}
}

// newStream gives a new end of a connection, to the node that peer is the key of, its place. It
// comes from the node's supply, so that the ends of one node lie together.
func (nd *node) newStream(in ident, to network.Receiver, state state, peer uint64) *stream {
	if len(nd.supply) == 0 {
		nd.supply = make([]stream, supplySize)
	}
	s := &nd.supply[0]
	nd.supply = nd.supply[1:]
	*s = stream{nd: nd, in: in, to: to, base: nd.net.shorten(nd.linkLatency(nd.numberOf(in.source(), peer), peer))}
	s.key = splitmix.Key(purposeLink, nd.key, peer, uint64(s.out())&(1<<33-1))
	if last := len(nd.slots) - 1; last >= 0 {
		s.place, nd.slots = nd.slots[last], nd.slots[:last]
		nd.streams[s.place] = s
	} else {
		s.place = uint32(len(nd.streams))
		nd.streams = append(nd.streams, s)
	}
	s.setState(state)
	if state == open {
		nd.open++
	} else {
		nd.dialing++
	}
	return s
}

// supplySize is how many ends are made at once: a node with eight links needs two supplies.
const supplySize = 4

// out names the direction that is sent from here.
func (s *stream) out() ident { return direction(s.nd.index, !s.in.answer(), s.in.number()) }

// forget takes the end out of the node: nothing reaches it or leaves it any longer.
func (s *stream) forget() {
	nd := s.nd
	if s.state() == open {
		nd.open--
	} else {
		nd.dialing--
	}
	nd.streams[s.slot()] = nil
	nd.slots = append(nd.slots, s.slot())
	s.setState(closed)
	s.to = nil
}
