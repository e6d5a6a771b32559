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

// neverItself names the node's own address wherever a name can come from: as a bootstrap node, in the
// list of a rejection, twice, and in the hello of a stranger. It must never dial it and has to reject
// that hello; and the bootstrap node that is listed twice is dialled once.
func (s suite) neverItself(w scenario.World) {
	peer, liar := s.raw(w, 0), s.raw(w, 1)
	self := w.Addr(2)
	peer.answer = rejects(self, liar.Addr, self)
	liar.answer = accepts(self)
	node := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{self, peer.Addr, peer.Addr}, Interval: never}})
	w.At(second, liar.Addr, "says hello with the node's own address", func() {
		liar.dial(node.addr, func(conn *link) {
			conn.request(p2p.KindHello, []byte(node.addr), func(answer []byte) {
				if len(answer) == 0 || answer[0] != 0 {
					w.Fail(p2p5Itself, "expected 0x00 in answer to the node's own address, got %x", answer)
				}
			})
		})
	})
	w.Always(p2p5Itself, func() error {
		if node.host == nil {
			return nil
		}
		for _, to := range node.host.dialled {
			if to == self {
				return fmt.Errorf("expected %s never to dial itself, got a dial of its own address", self)
			}
		}
		return nil
	})
	w.Ends(node.addr, p2p5Once, func() error { return node.lists(liar.Addr) })
	w.AtEnd(p2p5Once, func() error {
		if peer.met != 1 {
			return fmt.Errorf("expected one dial of an address that is listed twice, got %d", peer.met)
		}
		return nil
	})
}

// twoAtOnce has two nodes of the implementation bootstrap from each other, so that both dial at once.
// Whatever comes first, each ends with the other on its list, over one and the same connection, and
// with one arrival and no loss.
func (s suite) twoAtOnce(w scenario.World) {
	// Which of the two addresses is smaller is not the scenario's choice on a real host.
	cfg := func(other int) setup {
		return setup{p2p: p2p.Config{Bootstrap: []network.Addr{w.Addr(other)}, Interval: never}}
	}
	left, right := s.node(w, 0, cfg(1)), s.node(w, 1, cfg(0))
	if right.addr < left.addr {
		left, right = right, left
	}
	w.By(6500*time.Millisecond, p2p6Within, func() error { return oneBetween(left, right) })
	w.AtEnd(P2P6One, func() error { return cmp.Or(oneBetween(left, right), left.told(1, 0), right.told(1, 0)) })
}

// oneBetween returns nil if both nodes list each other, over one connection. On real hosts one of them
// may have been too late to dial; if both did, the smaller one's stays.
func oneBetween(small, large *node) error {
	if err := small.lists(large.addr); err != nil {
		return err
	}
	if err := large.lists(small.addr); err != nil {
		return err
	}
	for _, n := range []*node{small, large} {
		if got := len(n.net.open); got != 1 {
			return fmt.Errorf("expected one connection at %s, got %d", n.addr, got)
		}
	}
	// Only where both have dialled is there a rule for which one stays.
	for _, dialled := range small.net.open {
		if dialled == network.Theirs && len(small.host.dialled) > 0 && len(large.host.dialled) > 0 {
			return fmt.Errorf("expected the connection that %s dialled to stay, got the one of %s",
				small.addr, large.addr)
		}
	}
	return nil
}

// crossing has the node dial a peer, and the peer dial the node before it answers. When it answers is
// drawn: soon, late, or as soon as its own connection is accepted. On each connection the peer talks
// while it would be right to, for all that it knows. In the end the connection that the smaller address
// dialled is left, the peer arrived once, and all that it said was heard.
func (s suite) crossing(w scenario.World, nodeIsSmaller bool) {
	// Which of the two has the smaller address is the scenario's parameter. Of 10.0.0.9 and 10.0.0.10 it is the second
	// one: addresses are compared as bytes, not as numbers.
	nodeAt := 8 * w.Rand().IntN(2)
	peerAt := nodeAt + 1
	if (w.Addr(nodeAt) < w.Addr(peerAt)) != nodeIsSmaller {
		nodeAt, peerAt = peerAt, nodeAt
	}
	peer := s.raw(w, peerAt)
	node := s.node(w, nodeAt, setup{handle: true,
		p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr}, Interval: never}})
	state := &crossing{w: w, n: node, r: peer, nodeIsSmaller: nodeIsSmaller}
	state.both = w.Sometimes("both connections were open, and neither answered")
	state.talked = w.Sometimes("the peer talked on the connection that had to go")
	// never stands for the moment in which the peer's own connection is accepted: the closest race.
	state.answerAfter = []time.Duration{time.Duration(w.Rand().IntN(200)) * time.Millisecond, 2 * second,
		never}[w.Rand().IntN(3)]
	peer.answer = state.greeted
	w.At(second/10, peer.Addr, "dials the node", func() { peer.visit(node.addr, state.accepted) })
	w.AtEnd(P2P6One, state.oneStays)
	w.Ends(node.addr, P2P11Heard, func() error { return node.hears(state.said...) })
}

// crossing is the state of that scenario. Ours is the connection that the raw peer dialled, theirs the one that
// the node dialled.
type crossing struct {
	w             scenario.World
	n             *node
	r             *raw
	nodeIsSmaller bool
	answerAfter   time.Duration // never: as soon as ours is made
	answer        func()        // to the node's hello

	both, talked func(bool) // see scenario.World

	theirs, ours             *link // dialled by the node, by the peer
	theirsIsMade, oursIsMade bool  // as the peer knows
	said                     []string
}

// greeted: the node said hello on its connection. The answer is kept for later, and the peer talks
// there once it has accepted, unless it knows that its own connection stays.
func (c *crossing) greeted(theirs *link, hello messaging.Message) []byte {
	c.theirs = theirs
	c.both(len(c.r.open) == 2 && !c.oursIsMade)
	c.answer = func() {
		theirs.respond(hello, reply(1))
		c.theirsIsMade = true
		if c.nodeIsSmaller || !c.oursIsMade {
			c.talk(theirs, "on the node's")
		}
	}
	if c.answerAfter == never && c.oursIsMade {
		c.answer()
	} else {
		c.r.Host.After(c.answerAfter, c.answer)
	}
	return nil
}

// accepted: the node accepted our connection. The peer talks on it, unless it knows that the node's
// stays.
func (c *crossing) accepted(ours *link, _ []byte) {
	c.ours, c.oursIsMade = ours, true
	if !c.nodeIsSmaller || !c.theirsIsMade {
		c.talk(ours, "on the peer's")
	}
	if c.answerAfter == never && c.theirs != nil {
		c.answer()
	}
}

// talk says something on a connection, and notes what: all of it has to be heard.
func (c *crossing) talk(on *link, text string) {
	c.said = append(c.said, text)
	c.talked((on == c.ours) == c.nodeIsSmaller)
	on.say(kind, []byte(text))
}

// oneStays returns nil if the right one of the two connections is left, and the peer arrived once.
func (c *crossing) oneStays() error {
	// Theirs was dialled by the node: it stays if the node has the smaller address.
	stays, goes := c.theirs, c.ours
	if !c.nodeIsSmaller {
		stays, goes = goes, stays
	}
	if stays == nil || !stays.Open() || goes != nil && goes.Open() {
		return fmt.Errorf("expected only the connection dialled by the smaller address to stay, got %d open of %d",
			len(c.r.open), c.r.met)
	}
	return cmp.Or(c.n.lists(c.r.Addr), c.n.told(1, 0))
}

// dialledAgain has one peer dial twice, and so from the same side: the newer connection stays. The
// answer to the second hello must not name the asker, who is listed by then; the layer above hears of
// one arrival, and gets what is said on the newer one.
func (s suite) dialledAgain(w scenario.World) {
	// The rule for two connections of one side does not look at addresses.
	first := w.Rand().IntN(2) // which address is the smaller one must not matter
	node := s.node(w, first, setup{handle: true, p2p: p2p.Config{Interval: never}})
	peer := s.raw(w, 1-first)
	// The one that has to stay.
	var newer *link
	w.At(0, peer.Addr, "says hello", func() { peer.visit(node.addr, nil) })
	w.At(second, peer.Addr, "says hello on a new connection", func() {
		peer.visit(node.addr, func(conn *link, answer []byte) {
			newer = conn
			if len(answer) == 0 || answer[0] != 1 {
				w.Fail(P2P6One, "expected the newer connection of a peer to be accepted, got %x", answer)
			}
			if len(answer) > 1 {
				w.Fail(p2p2Answer, "expected 01, without the asker, in answer to the second hello, got %x", answer)
			}
			conn.say(kind, []byte("new"))
		})
	})
	w.Ends(node.addr, P2P6Listed, func() error { return cmp.Or(node.lists(peer.Addr), node.told(1, 0)) })
	w.Ends(peer.Addr, P2P6One, func() error {
		if newer == nil || len(peer.open) != 1 || !newer.Open() {
			return fmt.Errorf("expected only the newer connection to stay, got %d open of %d", len(peer.open), peer.met)
		}
		return nil
	})
	w.Ends(node.addr, P2P11Heard, func() error { return node.hears("new") })
}

// lost takes three peers away in three ways: one closes, one breaks the rules by a second hello, the
// link to one fails. Never may there be more peers than connections, after whatever event; and each
// loss is told once.
func (s suite) lost(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	closer, rude, failing := s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	for _, r := range []*raw{closer, rude, failing} {
		w.At(0, r.Addr, "says hello", func() { r.visit(node.addr, nil) })
	}
	w.At(2*second, node.addr, "looks at its peers", func() {
		scenario.Expect(w, p2p3Both, node.lists(closer.Addr, rude.Addr, failing.Addr))
	})
	w.At(2*second, closer.Addr, "closes", closer.closeAll)
	w.At(2*second, rude.Addr, "says hello a second time", func() {
		for _, conn := range rude.open {
			conn.request(p2p.KindHello, []byte(rude.Addr), func(answer []byte) {
				w.Fail(p2p14Second, "expected a second hello to close the connection, got the answer %x", answer)
			})
		}
	})
	w.Inject(scenario.Fault{Kind: scenario.Reset, At: 2500 * time.Millisecond, A: []network.Addr{node.addr},
		B: []network.Addr{failing.Addr}})
	// Between the loss of a connection and PeerLost there must be no event in which the peer is still
	// listed.
	w.Always(P2P10Lost, func() error {
		if node.net == nil || node.arrivals < 3 {
			return nil
		}
		if conns, peers := len(node.net.open), len(node.p2p.Peers()); peers > conns {
			return fmt.Errorf("expected a peer to be gone as soon as its connection is, "+
				"got %d peers over %d connections", peers, conns)
		}
		return nil
	})
	w.Ends(node.addr, P2P10Lost, func() error { return cmp.Or(node.lists(), node.told(3, 3)) })
}

// strangers has a connection that has said no hello, and one whose hello was rejected, talk and ask.
// The handler must not see any of it and nobody may be answered. When the first of them does say hello,
// the same messages are heard, under the address that it gave and not the one that it dialled from.
func (s suite) strangers(w scenario.World) {
	node := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	node.onHeard = func(h heard) ([]byte, bool) { return []byte("reply"), true }
	early, liar := s.raw(w, 1), s.raw(w, 2)
	// Both a message and a request; neither may come to the handler, and the request gets no answer.
	intrude := func(conn *link) {
		conn.say(kind, []byte("stranger"))
		conn.request(kind, []byte("stranger"), func([]byte) {
			w.Fail(P2P11Heard, "expected no answer to a node that is no peer, got one")
		})
	}
	w.At(0, early.Addr, "talks before its hello", func() {
		early.dial(node.addr, func(conn *link) {
			intrude(conn)
			early.Host.After(second, func() {
				conn.request(p2p.KindHello, []byte(early.Addr), func([]byte) {
					conn.say(kind, []byte("peer"))
					conn.request(kind, []byte("asks"), func([]byte) {})
				})
			})
		})
	})
	w.At(0, liar.Addr, "talks although it is rejected", func() {
		liar.dial(node.addr, func(c *link) {
			c.request(p2p.KindHello, []byte(node.addr), func([]byte) { intrude(c) })
		})
	})
	w.Ends(node.addr, P2P11Heard, func() error { return node.hears("peer", "asks") })
	w.Always(P2P11Heard, func() error {
		for _, h := range node.heard {
			if h.from != early.Addr {
				return fmt.Errorf("expected the handler to get the peer's address %s, got %s", early.Addr, h.from)
			}
		}
		return nil
	})
}
