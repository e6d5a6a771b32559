package p2ptest

import (
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

func (s suite) neverItself(w scenario.World) {
	r, liar := s.raw(w, 0), s.raw(w, 1)
	self := w.Addr(2)
	r.answer = rejects(self, liar.Addr, self)
	liar.answer = accepts(self)
	n := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{self, r.Addr, r.Addr}, Interval: never}})
	w.At(second, liar.Addr, "says hello with the node's own address", func() {
		liar.dial(n.addr, func(c *link) {
			c.request(p2p.KindHello, []byte(n.addr), func(answer []byte) {
				if len(answer) == 0 || answer[0] != 0 {
					w.Fail("P2P-5", "expected 0x00 in answer to the node's own address, got %x", answer)
				}
			})
		})
	})
	w.Always("P2P-5", func() error {
		if n.host == nil {
			return nil
		}
		for _, to := range n.host.dialled {
			if to == self {
				return fmt.Errorf("expected %s never to dial itself, got a dial of its own address", self)
			}
		}
		return nil
	})
	w.At(2500*time.Millisecond, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-5", n.lists(liar.Addr))
		if r.met != 1 {
			w.Fail("P2P-5", "expected one dial of an address that is listed twice, got %d", r.met)
		}
	})
}

func (s suite) twoAtOnce(w scenario.World) {
	cfg := func(other int) setup {
		return setup{p2p: p2p.Config{Bootstrap: []network.Addr{w.Addr(other)}, Interval: never}}
	}
	a, b := s.node(w, 0, cfg(1)), s.node(w, 1, cfg(0))
	if b.addr < a.addr {
		a, b = b, a
	}
	w.By(3500*time.Millisecond, "P2P-6", func() error { return oneBetween(a, b) })
	for _, n := range []*node{a, b} {
		w.At(3800*time.Millisecond, n.addr, "looks at its connections", func() {
			scenario.Expect(w, "P2P-6", oneBetween(a, b))
			if n.arrivals != 1 || n.losses != 0 {
				w.Fail("P2P-6", "expected one PeerArrived and no PeerLost at %s, got %d and %d", n.addr, n.arrivals, n.losses)
			}
		})
	}
}

// oneBetween returns nil if both nodes list each other, over one connection. On real hosts one of
// them may have been too late to dial; if both did, the smaller one's stays.
func oneBetween(small, large *node) error {
	if err := small.lists(large.addr); err != nil {
		return err
	}
	if err := large.lists(small.addr); err != nil {
		return err
	}
	for _, n := range []*node{small, large} {
		if got := len(n.net.incoming); got != 1 {
			return fmt.Errorf("expected one connection at %s, got %d", n.addr, got)
		}
	}
	for _, incoming := range small.net.incoming {
		if incoming && len(small.host.dialled) > 0 && len(large.host.dialled) > 0 {
			return fmt.Errorf("expected the connection that %s dialled to stay, got the one of %s", small.addr, large.addr)
		}
	}
	return nil
}

// crossing: the node dials a peer, and the peer dials the node before it answers. When it answers is
// drawn: soon, late, or as soon as its own connection is accepted. On each connection the peer talks
// while it would be right to, for all that it knows.
func (s suite) crossing(w scenario.World, nodeIsSmaller bool) {
	nodeAt, peerAt := 0, 1
	if (w.Addr(nodeAt) < w.Addr(peerAt)) != nodeIsSmaller {
		nodeAt, peerAt = peerAt, nodeAt
	}
	r := s.raw(w, peerAt)
	n := s.node(w, nodeAt, setup{handle: true, p2p: p2p.Config{Bootstrap: []network.Addr{r.Addr}, Interval: never}})
	c := &crossing{w: w, n: n, r: r, nodeIsSmaller: nodeIsSmaller}
	c.both = w.Sometimes("both connections were open, and neither answered")
	c.talked = w.Sometimes("the peer talked on the connection that had to go")
	c.answerAfter = []time.Duration{time.Duration(w.Rand().IntN(200)) * time.Millisecond, 2 * second, never}[w.Rand().IntN(3)]
	r.answer = c.greeted
	w.At(second/10, r.Addr, "dials the node", func() { r.visit(n.addr, c.accepted) })
	w.At(7*second, n.addr, "looks at its connections", c.check)
}

// crossing is the state of that scenario.
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

// greeted: the node said hello on its connection.
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

// accepted: the node accepted our connection.
func (c *crossing) accepted(ours *link, _ []byte) {
	c.ours, c.oursIsMade = ours, true
	if !c.nodeIsSmaller || !c.theirsIsMade {
		c.talk(ours, "on the peer's")
	}
	if c.answerAfter == never && c.theirs != nil {
		c.answer()
	}
}

func (c *crossing) talk(on *link, text string) {
	c.said = append(c.said, text)
	c.talked((on == c.ours) == c.nodeIsSmaller)
	on.say(kind, []byte(text))
}

func (c *crossing) check() {
	scenario.Expect(c.w, "P2P-6", c.n.lists(c.r.Addr))
	if c.n.arrivals != 1 || c.n.losses != 0 {
		c.w.Fail("P2P-6", "expected one PeerArrived and no PeerLost, got %d and %d", c.n.arrivals, c.n.losses)
	}
	stays, goes := c.theirs, c.ours
	if !c.nodeIsSmaller {
		stays, goes = goes, stays
	}
	if stays == nil || !stays.Open() || goes != nil && goes.Open() {
		c.w.Fail("P2P-6", "expected only the connection dialled by the smaller address to stay, got %d open of %d", len(c.r.open), c.r.met)
	}
	scenario.Expect(c.w, "P2P-11", c.n.hears(c.said...))
}

func (s suite) dialledAgain(w scenario.World) {
	first := w.Rand().IntN(2) // which address is the smaller one must not matter
	n := s.node(w, first, setup{handle: true, p2p: p2p.Config{Interval: never}})
	r := s.raw(w, 1-first)
	var newer *link
	w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	w.At(second, r.Addr, "says hello on a new connection", func() {
		r.visit(n.addr, func(c *link, answer []byte) {
			newer = c
			if len(answer) != 1 || answer[0] != 1 {
				w.Fail("P2P-2", "expected 01, without the asker, in answer to the second hello, got %x", answer)
			}
			c.say(kind, []byte("new"))
		})
	})
	w.At(4500*time.Millisecond, n.addr, "looks at its connections", func() {
		scenario.Expect(w, "P2P-6", n.lists(r.Addr))
		if n.arrivals != 1 || n.losses != 0 {
			w.Fail("P2P-6", "expected one PeerArrived and no PeerLost, got %d and %d", n.arrivals, n.losses)
		}
		if newer == nil || len(r.open) != 1 || !newer.Open() {
			w.Fail("P2P-6", "expected only the newer connection to stay, got %d open of %d", len(r.open), r.met)
		}
		scenario.Expect(w, "P2P-11", n.hears("new"))
	})
}

func (s suite) lost(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	closer, rude, failing := s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	for _, r := range []*raw{closer, rude, failing} {
		w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	}
	w.At(2*second, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-3", n.lists(closer.Addr, rude.Addr, failing.Addr))
	})
	w.At(2*second, closer.Addr, "closes", func() {
		for _, c := range closer.open {
			c.close()
		}
	})
	w.At(2*second, rude.Addr, "says hello a second time", func() {
		for _, c := range rude.open {
			c.request(p2p.KindHello, []byte(rude.Addr), func(answer []byte) {
				w.Fail("P2P-14", "expected a second hello to close the connection, got the answer %x", answer)
			})
		}
	})
	w.Inject(scenario.Fault{Kind: scenario.Reset, At: 2500 * time.Millisecond, A: []network.Addr{n.addr}, B: []network.Addr{failing.Addr}})
	w.Always("P2P-10", func() error {
		if n.net == nil || n.arrivals < 3 {
			return nil
		}
		if conns, peers := len(n.net.incoming), len(n.p2p.Peers()); peers > conns {
			return fmt.Errorf("expected a peer to be gone as soon as its connection is, got %d peers over %d connections", peers, conns)
		}
		return nil
	})
	w.At(4*second, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-10", n.lists())
		if n.losses != 3 {
			w.Fail("P2P-10", "expected PeerLost once for each of 3 peers, got %d", n.losses)
		}
	})
}

// strangers: a connection that has said no hello, and one whose hello was rejected, talk and ask.
func (s suite) strangers(w scenario.World) {
	n := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	n.onHeard = func(h heard) ([]byte, bool) { return []byte("reply"), true }
	early, liar := s.raw(w, 1), s.raw(w, 2)
	intrude := func(c *link) {
		c.say(kind, []byte("stranger"))
		c.request(kind, []byte("stranger"), func([]byte) {
			w.Fail("P2P-11", "expected no answer to a node that is no peer, got one")
		})
	}
	w.At(0, early.Addr, "talks before its hello", func() {
		early.dial(n.addr, func(c *link) {
			intrude(c)
			early.Host.After(second, func() {
				c.request(p2p.KindHello, []byte(early.Addr), func([]byte) {
					c.say(kind, []byte("peer"))
					c.request(kind, []byte("asks"), func([]byte) {})
				})
			})
		})
	})
	w.At(0, liar.Addr, "talks although it is rejected", func() {
		liar.dial(n.addr, func(c *link) {
			c.request(p2p.KindHello, []byte(n.addr), func([]byte) { intrude(c) })
		})
	})
	w.At(3500*time.Millisecond, n.addr, "looks at what it heard", func() {
		scenario.Expect(w, "P2P-11", n.hears("peer", "asks"))
	})
	w.Always("P2P-11", func() error {
		for _, h := range n.heard {
			if h.from != early.Addr {
				return fmt.Errorf("expected the handler to get the peer's address %s, got %s", early.Addr, h.from)
			}
		}
		return nil
	})
}
