package p2ptest

import (
	"cmp"
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// paused: while the node stands still one peer closes, and another closes and comes back. What happened
// meanwhile waits, and comes at once afterwards: two losses, then one arrival. Nothing of it may be
// forgotten, or told twice.
func (s suite) paused(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	returns, leaves, stays := s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	for _, r := range []*raw{returns, leaves, stays} {
		w.At(0, r.Addr, "says hello", func() { r.visit(node.addr, nil) })
	}
	w.Inject(scenario.Fault{Kind: scenario.Pause, At: 2 * second, For: 3 * second, A: []network.Addr{node.addr}})
	// Both close while the node sleeps; one of them dials again, still in that time.
	for _, r := range []*raw{returns, leaves} {
		w.At(5*second/2, r.Addr, "closes", r.closeAll)
	}
	w.At(7*second/2, returns.Addr, "says hello again", func() { returns.visit(node.addr, nil) })
	atOnce := w.Sometimes("two losses came at once when the pause was over, and then a peer that had dialled meanwhile")
	var lost []time.Duration
	node.onLost = func(network.Addr) { lost = append(lost, w.Now()) }
	node.onArrived = func(network.Addr) { atOnce(len(lost) == 2 && lost[0] == lost[1] && w.Now() < 6*second) }
	w.Ends(node.addr, P2P10Lost, func() error { return cmp.Or(node.lists(returns.Addr, stays.Addr), node.told(4, 2)) })
}

// helloFlood: M is 2. Forty connections claim one address each, all from one host. Four get in, and the
// others are told that there is no room; when all are gone the table is empty, no connection is left,
// and an honest peer gets in at once.
func (s suite) helloFlood(w scenario.World) {
	const flood = 40
	node := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 2, Interval: never}})
	flooder, honest := s.raw(w, 1), s.raw(w, 2)
	// Four are let in, for M is 2.
	accepted, rejected := 0, 0
	full := w.Sometimes("a hello met a full table")
	for i := range flood {
		w.At(second/2, flooder.Addr, "says hello under another address", func() {
			flooder.claim(node.addr, fmt.Sprintf("made.up:%d", i+1), func(verdict bool) {
				if verdict {
					accepted++
					return
				}
				rejected++
				full(len(node.listed) == 4)
			})
		})
	}
	node.neverOver(w, 4)
	w.At(2*second, flooder.Addr, "closes everything", func() {
		if accepted != 4 || rejected != flood-4 {
			w.Fail(p2p7Room, "expected 4 hellos, 2M, to be accepted and %d rejected, got %d and %d",
				flood-4, accepted, rejected)
		}
		flooder.closeAll()
	})
	s.welcomed(w, node, honest)
}

// welcomed has an honest peer say hello after a flood, and checks that it finds the node empty, and is all
// that is there in the end.
func (s suite) welcomed(w scenario.World, node *node, honest *raw) {
	var answered []byte
	w.At(3*second, honest.Addr, "says hello", func() {
		honest.visit(node.addr, func(_ *link, answer []byte) { answered = answer })
	})
	w.Ends(node.addr, P2P10Lost, func() error {
		if u := w.Usage(node.addr); u.Streams != 1 {
			return fmt.Errorf("expected 1 connection when the flood is over, got %d", u.Streams)
		}
		return node.lists(honest.Addr)
	})
	w.AtEnd(P2P10Lost, func() error {
		if string(answered) != "\x01" {
			return fmt.Errorf("expected 01 in answer to a hello when the flood is over, for nobody is left, got %x",
				answered)
		}
		return nil
	})
}

// oneWay: the peer gets the hello and accepts it, but nothing that it says arrives until 14 s. The node
// must close after 10 s and not list whoever it did not hear; it dials again by itself, as often as it
// takes, and once the way is free the two are peers.
func (s suite) oneWay(w scenario.World) {
	peer, answered := s.raw(w, 0), 0
	peer.answer = func(conn *link, hello messaging.Message) []byte {
		peer.Host.After(second, func() {
			answered++
			conn.respond(hello, reply(1))
		})
		return nil
	}
	node := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr}, Interval: second / 4}})
	// From 0.8 s to 14 s: the hello gets through, the acceptance does not.
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: 4 * second / 5, For: 66 * second / 5, A: []network.Addr{peer.Addr},
		B: []network.Addr{node.addr}})
	lost := w.Sometimes("an acceptance was sent and lost, and a later one was heard")
	node.onArrived = func(network.Addr) { lost(answered > 1 && len(peer.ended) > 0) }
	w.By(12*second, p2p14Hello, func() error {
		if len(peer.ended) == 0 || peer.ended[0] < 10*second {
			return fmt.Errorf("expected the connection to be closed 10 s after its hello was not answered, got %v",
				peer.ended)
		}
		return nil
	})
	w.Always(p2p3Before, func() error {
		if w.Now() < 14*second && node.listed[peer.Addr] {
			return fmt.Errorf("expected %s not to be listed before its acceptance came, got it listed", peer.Addr)
		}
		return nil
	})
	w.By(29*second, p2p8Bootstrap, func() error { return node.lists(peer.Addr) })
}

// weather has the nodes of a mesh talk, so that there is something to lose and to wait for, while links
// and clocks do their worst for 20 s. Then the mesh has to be whole again.
func (s suite) weather(w scenario.World) {
	nodes := s.mesh(w, 6, 21*second, 59*second)
	s.healing(w, nodes)
	for _, node := range nodes {
		// What is sent into a cut or a thin link is what makes one of them matter.
		for at := second; at < 20*second; at += second / 2 {
			w.At(at, node.addr, "broadcasts", func() {
				scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, make([]byte, 100)))
			})
		}
	}
}
