package p2ptest

import (
	"fmt"
	"strings"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// bootstrapAgain: one of two bootstrap nodes closes, and later the other.
func (s suite) bootstrapAgain(w scenario.World) {
	a, b := s.raw(w, 0), s.raw(w, 1)
	a.answer, b.answer = accepts(), accepts()
	n := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{a.Addr, b.Addr}, MaxPeers: 2}})
	closeAll := func(r *raw) {
		for _, c := range r.open {
			c.close()
		}
	}
	w.At(1500*time.Millisecond, a.Addr, "closes", func() { closeAll(a) })
	w.At(4*second, n.addr, "looks at its peers", func() {
		if err := n.lists(b.Addr); err != nil {
			w.Fail("P2P-8", "expected no dial of bootstrap nodes while there is a peer: %v", err)
		}
	})
	w.At(4*second, b.Addr, "closes", func() { closeAll(b) })
	w.By(7*second, "P2P-8", func() error {
		if w.Now() < 4500*time.Millisecond {
			return fmt.Errorf("expected both bootstrap nodes to be dialled again")
		}
		return n.lists(a.Addr, b.Addr)
	})
}

// ask: M is 4. The bootstrap node knows one more; with that one there are enough.
func (s suite) ask(w scenario.World) {
	a, b, c := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	a.answer, b.answer, c.answer = accepts(), accepts(), accepts()
	n := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{a.Addr}, MaxPeers: 4}})
	var asked time.Duration // last
	answer := func(l *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			asked = w.Now()
			l.respond(m, []byte(commas([]network.Addr{"host", n.addr, a.Addr, ":1", b.Addr, "h:0"})))
		}
	}
	a.onMessage, b.onMessage = answer, answer
	n.dialsOnlyAddresses()
	w.By(4*second, "P2P-8", func() error { return n.lists(a.Addr, b.Addr) })
	w.At(5800*time.Millisecond, n.addr, "looks at its peers", func() {
		if asked > 4*second || asked == 0 {
			w.Fail("P2P-8", "expected questions while there are fewer than M/2 peers and none later, got the last at %v", asked)
		}
		scenario.Expect(w, "P2P-8", n.lists(a.Addr, b.Addr))
		if a.met != 1 || b.met != 1 {
			w.Fail("P2P-5", "expected no dial of an address that is listed, got %d and %d dials of two peers", a.met, b.met)
		}
	})
}

// dialsOnlyAddresses fails the run if the node dials what is no address.
func (n *node) dialsOnlyAddresses() {
	n.onDial = func(to network.Addr) {
		if err := to.Validate(); err != nil {
			n.w.Fail("P2P-13", "expected malformed addresses to be skipped, got a dial of %q", to)
		}
	}
}

func (s suite) shed(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 2, Interval: 1500 * time.Millisecond}})
	var raws []*raw
	for i := range 4 {
		r := s.raw(w, i+1)
		raws = append(raws, r)
		w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	}
	w.At(1400*time.Millisecond, n.addr, "looks at its peers", func() {
		if got := len(n.listed); got != 4 {
			w.Fail("P2P-7", "expected 4 peers, 2M, before the first round, got %d", got)
		}
	})
	w.At(4500*time.Millisecond, n.addr, "looks at its peers", func() {
		open := 0
		for _, r := range raws {
			open += len(r.open)
		}
		if got := len(n.p2p.Peers()); got != 2 || open != 2 || n.losses != 2 {
			w.Fail("P2P-8", "expected 2 of 4 peers to stay and 2 to be lost, got %d, %d lost, %d connections", got, n.losses, open)
		}
	})
}

// shedAnyone: M is 1, and two peers come back whenever they are disconnected.
func (s suite) shedAnyone(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 1, Interval: second / 5}})
	a, b := s.raw(w, 1), s.raw(w, 2)
	for _, r := range []*raw{a, b} {
		r.onClosed = func(*link) { r.visit(n.addr, nil) }
		w.At(0, r.Addr, "says hello, again and again", func() { r.visit(n.addr, nil) })
	}
	w.At(29*second, n.addr, "looks at who was disconnected", func() {
		if len(a.ended) == 0 || len(b.ended) == 0 {
			w.Fail("P2P-8", "expected both peers to be disconnected sometimes, got %d and %d times", len(a.ended), len(b.ended))
		}
	})
}

// longList: entry 999 of the list counts, entry 1,000 does not. The others are no addresses.
func (s suite) longList(w scenario.World) {
	liar, last, beyond := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	liar.answer, last.answer, beyond.answer = accepts(), accepts(), accepts()
	list := strings.Repeat("x,", 999) + string(last.Addr) + "," + commas([]network.Addr{beyond.Addr}) + strings.Repeat(",y", 4000)
	liar.onMessage = func(c *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			c.respond(m, []byte(list))
		}
	}
	n := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{liar.Addr}}})
	n.dialsOnlyAddresses()
	w.At(3500*time.Millisecond, n.addr, "looks at its peers", func() {
		if beyond.met > 0 {
			w.Fail("P2P-13", "expected entry 1,001 of a list not to be looked at, got it dialled")
		}
		scenario.Expect(w, "P2P-13", n.lists(liar.Addr, last.Addr))
	})
}

func (s suite) deadAddresses(w scenario.World) {
	liar := s.raw(w, 0)
	liar.answer = accepts()
	var dead []network.Addr
	for i := range 2000 {
		dead = append(dead, network.Addr(fmt.Sprintf("203.0.113.7:%d", 10000+i)))
	}
	liar.onMessage = func(c *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			c.respond(m, []byte(commas(dead)))
		}
	}
	n := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{liar.Addr}}})
	most := w.Sometimes("16 dials of dead addresses were under way")
	w.Always("P2P-13", func() error {
		dials := w.Usage(n.addr).Dials
		if most(dials == 16); dials > 16 {
			return fmt.Errorf("expected 16 dials under way at most, got %d", dials)
		}
		return nil
	})
	w.At(2900*time.Millisecond, n.addr, "counts its dials", func() {
		if got := len(n.host.dialled); got < 16 {
			w.Fail("P2P-8", "expected at least 16 addresses of the list to be dialled, got %d", got)
		}
	})
}

// stop: the node has two peers, a dial whose hello is not answered, an address that fails, a
// connection without a hello and an unanswered request.
func (s suite) stop(w scenario.World) {
	peer, mute, caller, silent := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	peer.answer = accepts()
	n := s.node(w, 4, setup{handle: true, p2p: p2p.Config{
		Bootstrap: []network.Addr{peer.Addr, mute.Addr, w.Addr(5)}, Interval: second / 4}})
	w.At(0, caller.Addr, "says hello", func() { caller.visit(n.addr, nil) })
	w.At(0, silent.Addr, "dials and says nothing", func() { silent.dial(n.addr, func(*link) {}) })
	dialled := 0
	question := n.asks(w, "asks and stops")
	w.At(1500*time.Millisecond, n.addr, "stops", func() {
		scenario.Expect(w, "P2P-15", n.lists(peer.Addr, caller.Addr))
		question.of(peer.Addr)
		n.p2p.Stop()
		dialled = len(n.host.dialled)
		if n.losses != 2 || len(n.p2p.Peers()) != 0 {
			w.Fail("P2P-15", "expected Stop to lose 2 peers, got %d lost and %d left", n.losses, len(n.p2p.Peers()))
		}
		n.p2p.Stop()
	})
	w.At(3500*time.Millisecond, n.addr, "looks at what is left", func() {
		question.ended(network.ErrClosed, "")
		if got := w.Usage(n.addr); got != (scenario.Usage{}) {
			w.Fail("P2P-15", "expected nothing to be left after Stop, got %v", got)
		}
		if got := len(n.host.dialled); got != dialled || n.losses != 2 {
			w.Fail("P2P-15", "expected no dial and no event after Stop, got %d dials and %d events", got-dialled, n.losses-2)
		}
	})
	for _, r := range []*raw{peer, mute, caller, silent} {
		w.At(3500*time.Millisecond, r.Addr, "looks at its connections", func() {
			if len(r.open) > 0 {
				w.Fail("P2P-15", "expected Stop to close the connection with %s, got it open", r.Addr)
			}
		})
	}
}
