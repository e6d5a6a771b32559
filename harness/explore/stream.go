package explore

import (
	"slices"

	"strata/harness/sim"
	"strata/network"
)

// stream is an end of a connection of a node that runs.
type stream struct {
	end
	n       *node
	to      network.Receiver
	done    func(network.Stream, error) // of a dial that is under way
	nowhere network.Addr                // dialled
}

// send adds to what the other end will get.
func (s *stream) send(i item) {
	i.at = s.n.clock
	s.log = append(s.log, s.n.w.e.items.id(i))
}

// forget ends this end.
func (s *stream) forget() { s.state, s.to, s.done = ended, nil, nil }

// fail ends this end and tells the node's code.
func (s *stream) fail(kind sim.TraceKind, reason error) {
	s.trace(kind, 0, nil)
	to, done := s.to, s.done
	s.forget()
	switch {
	case done != nil:
		done(nil, reason)
	case to != nil:
		to.Ended(reason)
	}
}

// Deliver is network.Stream's.
func (s *stream) Deliver(to network.Receiver) {
	if s.state == open {
		s.to = to
	}
}

// Write is network.Stream's.
func (s *stream) Write(head, body []byte) {
	if s.state != open || len(head)+len(body) == 0 {
		return
	}
	it := item{kind: itemPiece, head: string(head), body: string(body)}
	s.send(it)
	s.watch(head, it.head, true)
	s.watch(body, it.body, true)
	s.trace(sim.TraceWrite, len(head)+len(body), func() []byte { return slices.Concat(head, body) })
}

// Queued is network.Stream's: nothing waits at the sender.
func (s *stream) Queued() int { return 0 }

// Remote is network.Stream's: one that is open leads to a node.
func (s *stream) Remote() network.Addr { return s.n.w.nodes[s.key.peer()].addr }

// Close is network.Stream's.
func (s *stream) Close() {
	if s.state == open {
		s.trace(sim.TraceClose, 0, nil)
		s.send(item{kind: itemEnd})
		s.forget()
	}
}

// arrive has the next item of a connection arrive.
func (n *node) arrive(e event) bool {
	it := n.w.e.items.all[e.ref]
	n.clock = max(n.clock, it.at)
	s := n.stream(e.end)
	if it.kind == itemOpen {
		if s != nil {
			return false
		}
		n.opened(e.end)
		return true
	}
	if s == nil || s.state == ended {
		return false
	}
	s.got++
	switch it.kind {
	case itemAccepted:
		s.state = open
		done := s.done
		s.done = nil
		s.trace(sim.TraceConnect, 0, nil)
		done(s, nil)
	case itemRefused:
		s.fail(sim.TraceRefuse, network.ErrRefused)
	case itemPiece:
		s.receive(it)
	case itemEnd:
		s.fail(sim.TraceEnd, nil)
	case itemReset:
		s.fail(sim.TraceReset, network.ErrReset)
	}
	n.settle()
	return true
}

// opened handles a dial that arrives.
func (n *node) opened(key endKey) {
	s := n.add(key, open)
	s.got = 1
	if n.host.accept == nil {
		s.send(item{kind: itemRefused})
		s.forget()
		return
	}
	s.trace(sim.TraceAccept, 0, nil)
	s.send(item{kind: itemAccepted})
	n.host.accept(s)
	n.settle()
}

// receive hands over a piece: each time a copy, so that nobody can change what others will get.
func (s *stream) receive(it item) {
	s.trace(sim.TraceReceive, len(it.head)+len(it.body), func() []byte { return []byte(it.head + it.body) })
	for _, part := range [2]string{it.head, it.body} {
		if part != "" && s.to != nil && s.state == open {
			bytes := []byte(part)
			s.watch(bytes, part, false)
			s.to.Receive(bytes)
			s.n.settle()
		}
	}
}

// trace tells of an event of this end. data is asked for only if somebody listens.
func (s *stream) trace(kind sim.TraceKind, size int, data func() []byte) {
	if s.n.w.trace == nil {
		return
	}
	t := sim.TraceEvent{Kind: kind, Peer: s.nowhere, Conn: s.key.number(), Incoming: s.key.answers(), Bytes: size}
	if p := s.key.peer(); p != nowhere {
		t.Peer = s.n.w.nodes[p].addr
	}
	if data != nil {
		t.Data = data()
	}
	s.n.trace(t)
}

func (n *node) trace(t sim.TraceEvent) {
	if n.w.trace != nil {
		t.At, t.Node = n.now(), n.addr
		n.w.trace(t)
	}
}

// Key is network.Stream's: nothing is proved.
func (s *stream) Key() (network.PublicKey, bool) { return network.PublicKey{}, false }
