package p2ptest

import (
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// room: M is 2. The node dials one peer, whose acceptance comes when five others have called and four
// of them were accepted. The fifth is rejected for want of room, and the late acceptance finds none
// either.
func (s suite) room(w scenario.World) {
	// What the five callers were told.
	accepted, rejected := 0, 0
	tooLate := w.Sometimes("an acceptance came to a full table")
	late := s.raw(w, 0)
	late.answer = func(conn *link, hello messaging.Message) []byte {
		late.Host.After(2*second, func() {
			conn.respond(hello, reply(1))
			tooLate(accepted == 4)
		})
		return nil
	}
	node := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{late.Addr}, MaxPeers: 2, Interval: never}})
	for i := range 5 {
		peer := s.raw(w, i+2)
		w.At(second/2, peer.Addr, "says hello", func() {
			peer.claim(node.addr, string(peer.Addr), func(verdict bool) {
				if verdict {
					accepted++
				} else {
					rejected++
				}
			})
		})
	}
	node.neverOver(w, 4)
	w.At(1900*time.Millisecond, node.addr, "counts its answers", func() {
		if accepted != 4 || rejected != 1 {
			w.Fail(p2p7Room, "expected 4 hellos, 2M, to be accepted and 1 rejected, got %d and %d", accepted, rejected)
		}
	})
	w.Ends(node.addr, p2p7Room, func() error {
		if got := len(node.p2p.Peers()); got != 4 || len(node.net.open) > 5 {
			return fmt.Errorf("expected 4 peers, 2M, got %d", got)
		}
		return nil
	})
}

// dials: six bootstrap nodes each take a second to answer. The bound that is lower, MaxPeers or MaxDials, is drawn.
// While answers are outstanding there must never be more dials under way than that, and never more
// dials in all than MaxPeers; in the end there are enough peers and not too many.
func (s suite) dials(w scenario.World) {
	cfg := p2p.Config{MaxPeers: 3, MaxDials: 5}
	// Both bounds hold at all times, so that one scenario can only reach the lower one.
	bound, says := cfg.MaxPeers, p2p7Dials
	if w.Rand().IntN(2) == 0 {
		cfg, bound, says = p2p.Config{MaxPeers: 4, MaxDials: 2}, 2, p2p13Dials
	}
	for i := range 6 {
		peer := s.raw(w, i)
		peer.answer = func(c *link, hello messaging.Message) []byte {
			peer.Host.After(second, func() { c.respond(hello, reply(1)) })
			return nil
		}
		cfg.Bootstrap = append(cfg.Bootstrap, peer.Addr)
	}
	node := s.node(w, 6, setup{p2p: cfg})
	most := w.Sometimes(fmt.Sprintf("%d dials, as many as allowed, were under way", bound))
	w.Always(says, func() error {
		if node.net == nil {
			return nil
		}
		// A dial is under way until the other side has accepted the hello.
		underWay := w.Usage(node.addr).Dials + len(node.net.open) - len(node.listed)
		if most(underWay == bound); underWay > bound {
			return fmt.Errorf("expected at most %d dials under way with MaxPeers %d and MaxDials %d, got %d",
				bound, cfg.MaxPeers, cfg.MaxDials, underWay)
		}
		return nil
	})
	w.Always(p2p7Dials, func() error { return node.dialledAtMost(cfg.MaxPeers) })
	w.Ends(node.addr, p2p8Settles, func() error {
		if got := len(node.p2p.Peers()); got < cfg.MaxPeers/2 || got > cfg.MaxPeers {
			return fmt.Errorf("expected %d to %d peers, got %d", cfg.MaxPeers/2, cfg.MaxPeers, got)
		}
		return nil
	})
}

// dialledAtMost returns nil if the node has not dialled more often than that.
func (n *node) dialledAtMost(most int) error {
	if n.host == nil {
		return nil
	}
	if got := len(n.host.dialled); got > most {
		return fmt.Errorf("expected no dial beyond MaxPeers %d, dials under way included, got %d dials", most, got)
	}
	return nil
}
