package p2ptest

import (
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// paused: while the node stands still one peer closes, and another closes and comes back.
func (s suite) paused(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	returns, leaves, stays := s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	for _, r := range []*raw{returns, leaves, stays} {
		w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	}
	w.Inject(scenario.Fault{Kind: scenario.Pause, At: 2 * second, For: 3 * second, A: []network.Addr{n.addr}})
	for _, r := range []*raw{returns, leaves} {
		w.At(5*second/2, r.Addr, "closes", func() {
			for _, c := range r.open {
				c.close()
			}
		})
	}
	w.At(7*second/2, returns.Addr, "says hello again", func() { returns.visit(n.addr, nil) })
	atOnce := w.Sometimes("two losses came at once when the pause was over, and a peer that dialled meanwhile after them")
	var lost []time.Duration
	n.onLost = func(network.Addr) { lost = append(lost, w.Now()) }
	n.onArrived = func(network.Addr) { atOnce(len(lost) == 2 && lost[0] == lost[1] && w.Now() < 6*second) }
	w.At(13*second/2, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-10", n.lists(returns.Addr, stays.Addr))
		if n.arrivals != 4 || n.losses != 2 {
			w.Fail("P2P-10", "expected 4 arrivals and 2 losses, got %d and %d", n.arrivals, n.losses)
		}
	})
}

// helloFlood: M is 2. Forty connections claim one address each, all from one host.
func (s suite) helloFlood(w scenario.World) {
	const flood = 40
	n := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 2, Interval: never}})
	flooder, honest := s.raw(w, 1), s.raw(w, 2)
	accepted, rejected := 0, 0
	full := w.Sometimes("a hello met a full table")
	for i := range flood {
		w.At(second/2, flooder.Addr, "says hello under another address", func() {
			flooder.dial(n.addr, func(c *link) {
				c.request(p2p.KindHello, fmt.Appendf(nil, "made.up:%d", i+1), func(answer []byte) {
					if len(answer) > 0 && answer[0] == 1 {
						accepted++
					} else {
						rejected++
						full(len(n.listed) == 4)
					}
				})
			})
		})
	}
	n.neverOver(w, 4)
	w.At(2*second, flooder.Addr, "closes everything", func() {
		if accepted != 4 || rejected != flood-4 {
			w.Fail("P2P-7", "expected 4 hellos, 2M, to be accepted and %d rejected, got %d and %d", flood-4, accepted, rejected)
		}
		for len(flooder.open) > 0 {
			flooder.open[0].close()
		}
	})
	welcome := false
	w.At(3*second, honest.Addr, "says hello", func() {
		honest.visit(n.addr, func(_ *link, answer []byte) { welcome = len(answer) == 1 && answer[0] == 1 })
	})
	w.At(5*second, n.addr, "looks at its peers", func() {
		if !welcome {
			w.Fail("P2P-10", "expected room for a hello, and no other peer in its answer, when the flood is over")
		}
		scenario.Expect(w, "P2P-10", n.lists(honest.Addr))
		if u := w.Usage(n.addr); u.Streams != 1 {
			w.Fail("P2P-10", "expected 1 connection when the flood is over, got %d", u.Streams)
		}
	})
}

// oneWay: the peer gets the hello and accepts it, but nothing that it says arrives until 14 s.
func (s suite) oneWay(w scenario.World) {
	r, answered := s.raw(w, 0), 0
	r.answer = func(c *link, hello messaging.Message) []byte {
		r.Host.After(second, func() {
			answered++
			c.respond(hello, reply(1))
		})
		return nil
	}
	n := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{r.Addr}}})
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: 4 * second / 5, For: 66 * second / 5, A: []network.Addr{r.Addr}, B: []network.Addr{n.addr}})
	lost := w.Sometimes("an acceptance was sent and lost, and a later one was heard")
	n.onArrived = func(network.Addr) { lost(answered > 1 && len(r.ended) > 0) }
	w.By(12*second, "P2P-14", func() error {
		if len(r.ended) == 0 || r.ended[0] < 10*second {
			return fmt.Errorf("expected the connection to be closed 10 s after its hello was not answered, got %v", r.ended)
		}
		return nil
	})
	w.Always("P2P-3", func() error {
		if w.Now() < 14*second && n.listed[r.Addr] {
			return fmt.Errorf("expected %s not to be listed before its acceptance came", r.Addr)
		}
		return nil
	})
	w.By(29*second, "P2P-8", func() error { return n.lists(r.Addr) })
}

// weather has the nodes of a mesh talk, so that there is something to lose and to wait for.
func (s suite) weather(w scenario.World) {
	nodes := s.mesh(w, 6, 21*second, 59*second)
	s.healing(w, nodes)
	for _, n := range nodes {
		for at := second; at < 20*second; at += second / 2 {
			w.At(at, n.addr, "broadcasts", func() { scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, make([]byte, 100))) })
		}
	}
}
