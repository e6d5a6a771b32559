package p2ptest

import (
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// room: M is 2. The node dials one peer, whose acceptance comes when five others have called and
// four of them were accepted.
func (s suite) room(w scenario.World) {
	accepted, rejected := 0, 0
	tooLate := w.Sometimes("an acceptance came to a full table")
	late := s.raw(w, 0)
	late.answer = func(c *link, hello messaging.Message) []byte {
		late.Host.After(2*second, func() {
			c.respond(hello, reply(1))
			tooLate(accepted == 4)
		})
		return nil
	}
	n := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{late.Addr}, MaxPeers: 2, Interval: never}})
	for i := range 5 {
		r := s.raw(w, i+2)
		w.At(second/2, r.Addr, "says hello", func() {
			r.visit(n.addr, func(c *link, answer []byte) {
				if len(answer) > 0 && answer[0] == 1 {
					accepted++
				} else {
					rejected++
				}
			})
		})
	}
	n.neverOver(w, 4)
	w.At(1900*time.Millisecond, n.addr, "counts its answers", func() {
		if accepted != 4 || rejected != 1 {
			w.Fail("P2P-7", "expected 4 hellos, 2M, to be accepted and 1 rejected, got %d and %d", accepted, rejected)
		}
	})
	w.At(3800*time.Millisecond, n.addr, "counts its peers", func() {
		if got := len(n.p2p.Peers()); got != 4 || len(n.net.incoming) > 5 {
			w.Fail("P2P-7", "expected 4 peers, 2M, got %d", got)
		}
	})
}

// dials: six bootstrap nodes answer slowly. The bound that is lower, MaxPeers or MaxDials, is drawn.
func (s suite) dials(w scenario.World) {
	cfg := p2p.Config{MaxPeers: 3, MaxDials: 5}
	bound, rule := 3, "P2P-7"
	if w.Rand().IntN(2) == 0 {
		cfg = p2p.Config{MaxPeers: 4, MaxDials: 2}
		bound, rule = 2, "P2P-13"
	}
	for i := range 6 {
		r := s.raw(w, i)
		r.answer = func(c *link, hello messaging.Message) []byte {
			r.Host.After(second, func() { c.respond(hello, reply(1)) })
			return nil
		}
		cfg.Bootstrap = append(cfg.Bootstrap, r.Addr)
	}
	n := s.node(w, 6, setup{p2p: cfg})
	most := w.Sometimes(fmt.Sprintf("%d dials, as many as allowed, were under way", bound))
	w.Always(rule, func() error {
		if n.net == nil {
			return nil
		}
		most(w.Usage(n.addr).Dials+len(n.net.incoming)-len(n.listed) == bound)
		if got := w.Usage(n.addr).Dials + len(n.net.incoming) - len(n.listed); got > bound {
			return fmt.Errorf("expected at most %d dials under way with MaxPeers %d and MaxDials %d, got %d", bound, cfg.MaxPeers, cfg.MaxDials, got)
		}
		if got := len(n.host.dialled); got > cfg.MaxPeers {
			return fmt.Errorf("expected no dial beyond MaxPeers %d, dials under way included, got %d dials", cfg.MaxPeers, got)
		}
		return nil
	})
	w.At(5500*time.Millisecond, n.addr, "counts its peers", func() {
		if got := len(n.p2p.Peers()); got < cfg.MaxPeers/2 || got > cfg.MaxPeers {
			w.Fail("P2P-8", "expected %d to %d peers, got %d", cfg.MaxPeers/2, cfg.MaxPeers, got)
		}
	})
}
