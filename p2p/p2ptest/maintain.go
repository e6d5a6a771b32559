package p2ptest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// bootstrapAgain: one of two bootstrap nodes closes, and later the other. As long as there is a peer
// nobody may be dialled, although there is room; without any, both are.
func (s suite) bootstrapAgain(w scenario.World) {
	first, other := s.raw(w, 0), s.raw(w, 1)
	first.answer, other.answer = accepts(), accepts()
	node := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{first.Addr, other.Addr}, MaxPeers: 2}})
	w.At(1500*time.Millisecond, first.Addr, "closes", first.closeAll)
	// Two and a half seconds with one of two peers, and no round may have dialled.
	w.At(4*second, node.addr, "looks at its peers", func() {
		if err := node.lists(other.Addr); err != nil {
			w.Fail(p2p8Bootstrap, "expected no dial of bootstrap nodes while there is a peer, got other peers: %v", err)
		}
	})
	w.At(4*second, other.Addr, "closes", other.closeAll)
	w.By(7*second, p2p8Bootstrap, func() error {
		if w.Now() < 4500*time.Millisecond {
			return errors.New("expected both bootstrap nodes to be dialled again, got asked before both were gone")
		}
		return node.lists(first.Addr, other.Addr)
	})
}

// ask: M is 4. The bootstrap node knows one more; with that one there are enough, and the questions
// have to stop. Its list also names the node itself, a peer that is listed already and what is no
// address: none of these may be dialled.
func (s suite) ask(w scenario.World) {
	first, other, third := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	first.answer, other.answer, third.answer = accepts(), accepts(), accepts()
	node := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{first.Addr}, MaxPeers: 4}})
	// When the last question came: it must be before the second peer is there for long.
	var asked time.Duration // last
	answer := func(conn *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			asked = w.Now()
			conn.respond(m, []byte(commas([]network.Addr{"host", node.addr, first.Addr, ":1", other.Addr, "h:0"})))
		}
	}
	first.onMessage, other.onMessage = answer, answer
	node.dialsOnlyAddresses()
	w.By(4*second, p2p8Asks, func() error { return node.lists(first.Addr, other.Addr) })
	w.Ends(node.addr, p2p8Asks, func() error { return node.lists(first.Addr, other.Addr) })
	w.AtEnd(p2p8Asks, func() error {
		if asked > 4*second || asked == 0 {
			return fmt.Errorf("expected questions while there are fewer than M/2 peers and none later, "+
				"got the last at %v", asked)
		}
		return nil
	})
	w.AtEnd(p2p5Once, func() error {
		if first.met != 1 || other.met != 1 {
			return fmt.Errorf("expected no dial of an address that is listed, got %d and %d dials of two peers",
				first.met, other.met)
		}
		return nil
	})
}

// dialsOnlyAddresses fails the run if the node dials what is no address.
func (n *node) dialsOnlyAddresses() {
	n.onDial = func(to network.Addr) {
		if err := to.Validate(); err != nil {
			n.w.Fail(p2p13Malformed, "expected malformed addresses to be skipped, got a dial of %q", to)
		}
	}
}

// shed: M is 2, and three or four peers get in before the first round, as they may. That round disconnects
// all but two of them, and the next ones nobody.
func (s suite) shed(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 2, Interval: 1500 * time.Millisecond}})
	came := 3 + w.Rand().IntN(2)
	raws := s.visitors(w, node, came)
	// A tenth of a second before the first round.
	w.At(1400*time.Millisecond, node.addr, "looks at its peers", func() {
		if got := len(node.listed); got != came {
			w.Fail(p2p7Room, "expected %d peers, of 4 that there is room for, before the first round, got %d", came,
				got)
		}
	})
	shed := func() error {
		open := 0
		for _, r := range raws {
			open += len(r.open)
		}
		if got := len(node.p2p.Peers()); got != 2 || open != 2 || node.losses != came-2 {
			return fmt.Errorf("expected 2 of %d peers to stay and %d to be lost, got %d, %d lost, %d connections",
				came, came-2, got, node.losses, open)
		}
		return nil
	}
	// A tenth of a second before the second round.
	w.At(2900*time.Millisecond, node.addr, "looks at its peers again", func() { scenario.Expect(w, p2p8Sheds, shed()) })
	w.AtEnd(p2p8Sheds, shed)
}

// shedAnyone: M is 1, and two peers come back whenever they are disconnected. If the choice is drawn,
// both meet it sometimes within 150 rounds; a node that always keeps the first, or the last, keeps
// that one to the end.
func (s suite) shedAnyone(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 1, Interval: second / 5}})
	first, other := s.raw(w, 1), s.raw(w, 2)
	for _, r := range []*raw{first, other} {
		// It says hello again as soon as it is disconnected, so that there is always one too many.
		r.onClosed = func(*link) { r.visit(node.addr, nil) }
		w.At(0, r.Addr, "says hello, again and again", func() { r.visit(node.addr, nil) })
	}
	w.AtEnd(p2p8Sheds, func() error {
		if len(first.ended) == 0 || len(other.ended) == 0 {
			return fmt.Errorf("expected both peers to be disconnected sometimes, got %d and %d times",
				len(first.ended), len(other.ended))
		}
		return nil
	})
}

// longList: entry 1,000 of the list counts, entry 1,001 does not. The others are no addresses, and
// count all the same: it is their number that is bounded, not that of the good ones. One such list answers a
// question, another rejects a hello.
func (s suite) longList(w scenario.World) {
	liar, refuser := s.raw(w, 0), s.raw(w, 1)
	var last, beyond []*raw
	var lists []network.Addr
	for i := range 2 {
		last, beyond = append(last, s.raw(w, 2+i)), append(beyond, s.raw(w, 4+i))
		last[i].answer, beyond[i].answer = accepts(), accepts()
		// Entries that are no addresses are skipped, and count.
		good := commas([]network.Addr{last[i].Addr, beyond[i].Addr})
		lists = append(lists, network.Addr(strings.Repeat("x,", 999)+good+strings.Repeat(",y", 4000)))
	}
	liar.answer, refuser.answer = accepts(), rejects(lists[1])
	liar.onMessage = func(conn *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			conn.respond(m, []byte(lists[0]))
		}
	}
	last[0].onMessage, last[1].onMessage = liar.onMessage, liar.onMessage // whichever of the peers is asked
	node := s.node(w, 6, setup{p2p: p2p.Config{Bootstrap: []network.Addr{liar.Addr, refuser.Addr}}})
	node.dialsOnlyAddresses()
	w.Ends(node.addr, p2p13Looked, func() error { return node.lists(liar.Addr, last[0].Addr, last[1].Addr) })
	w.AtEnd(p2p13Looked, func() error {
		if beyond[0].met+beyond[1].met > 0 {
			return errors.New("expected entry 1,001 of a list not to be looked at, got it dialled")
		}
		return nil
	})
}

// deadAddresses names 2,000 addresses at which nobody answers. No more than 16 dials may be under way
// at any moment, and as some fail others have to take their place.
func (s suite) deadAddresses(w scenario.World) {
	liar := s.raw(w, 0)
	liar.answer = accepts()
	var dead []network.Addr
	// Ports of one address at which nobody is.
	for i := range 2000 {
		dead = append(dead, network.Addr(fmt.Sprintf("203.0.113.7:%d", 10000+i)))
	}
	liar.onMessage = func(conn *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			conn.respond(m, []byte(commas(dead)))
		}
	}
	node := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{liar.Addr}}})
	most := w.Sometimes("16 dials of dead addresses were under way")
	w.Always(p2p13Dials, func() error {
		dials := w.Usage(node.addr).Dials
		if most(dials == 16); dials > 16 {
			return fmt.Errorf("expected 16 dials under way at most, got %d", dials)
		}
		return nil
	})
	w.Ends(node.addr, p2p8Asks, func() error {
		if got := len(node.host.dialled); got < 16 {
			return fmt.Errorf("expected at least 16 addresses of the list to be dialled, got %d", got)
		}
		return nil
	})
}

// stop: the node has two peers, a dial whose hello is not answered, an address that fails, a connection
// without a hello, one that another has replaced, and an unanswered request. Stop has to end all of
// that: the watcher hears of two losses, the request ends, every connection is closed, no timer is
// left, and nothing is dialled from then on.
func (s suite) stop(w scenario.World) {
	peer, mute, caller, silent := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	peer.answer = accepts()
	node := s.node(w, 4, setup{handle: true, p2p: p2p.Config{
		Bootstrap: []network.Addr{peer.Addr, mute.Addr, w.Addr(5)}, Interval: second / 4}})
	w.At(second/2, caller.Addr, "says hello", func() { caller.visit(node.addr, nil) })
	w.At(0, silent.Addr, "dials and says nothing", func() { silent.dial(node.addr, func(*link) {}) })
	// Its two connections have not become one yet when the node stops.
	w.At(1200*time.Millisecond, caller.Addr, "says hello on a new connection", func() {
		caller.visit(node.addr, nil)
	})
	dialled := 0 // before Stop
	question := node.asks("asks and stops")
	w.At(1500*time.Millisecond, node.addr, "stops", func() {
		scenario.Expect(w, p2p3Both, node.lists(peer.Addr, caller.Addr))
		question.of(peer.Addr)
		node.p2p.Stop()
		node.stopped()
		dialled = len(node.host.dialled)
		if node.losses != 2 || len(node.p2p.Peers()) != 0 {
			w.Fail(p2p15Closes, "expected Stop to lose 2 peers, got %d lost and %d left",
				node.losses, len(node.p2p.Peers()))
		}
		node.p2p.Stop()
	})
	w.Ends(node.addr, P2P11Sends, func() error { return question.ended(network.ErrClosed, "") })
	w.Ends(node.addr, p2p15After, func() error {
		if got := w.Usage(node.addr); got != (scenario.Usage{}) {
			return fmt.Errorf("expected nothing to be left after Stop, got %v", got)
		}
		if got := len(node.host.dialled); got != dialled || node.losses != 2 {
			return fmt.Errorf("expected no dial and no event after Stop, got %d dials and %d events",
				got-dialled, node.losses-2)
		}
		return nil
	})
	for _, r := range []*raw{peer, mute, caller, silent} {
		w.Ends(r.Addr, p2p15Closes, r.allClosed)
	}
}

// allClosed returns nil if no connection of the peer is open.
func (r *raw) allClosed() error {
	if len(r.open) > 0 {
		return fmt.Errorf("expected Stop to close the connection with %s, got it open", r.Addr)
	}
	return nil
}
