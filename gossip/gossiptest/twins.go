package gossiptest

import (
	"fmt"
	"time"

	"strata/gossip"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// twins: a peer that is two instances of the layers under one address passes on what it hears twice, or
// not at all, and has messages of its own. What honest nodes say reaches each of them once, and what
// the twins say nobody twice.
func (s suite) twins(w scenario.World) {
	const honest = 4
	identity := w.Addr(honest)
	var nodes []*node
	both := w.Sometimes("a node heard both twins")
	for i := range honest {
		dials := []network.Addr{identity}
		for j := range i {
			dials = append(dials, w.Addr(j))
		}
		n := s.node(w, i, setup{p2p: p2p.Config{Bootstrap: dials, MaxPeers: 8, BackoffMax: second}})
		nodes = append(nodes, n)
		handled := map[string]bool{}
		n.onHeard = func(h heard) bool {
			if handled[h.payload] {
				w.Fail("GSP-3", "expected %q to be handled once, got it a second time at %s", h.payload, n.addr)
			}
			handled[h.payload] = true
			both(handled["twin 0, number 0"] && handled["twin 1, number 0"])
			return true
		}
		for k := range 3 {
			w.At(time.Duration(4+k)*second, n.addr, "broadcasts", func() {
				scenario.Expect(w, "GSP-2", n.gossip.Broadcast(kind, fmt.Appendf(nil, "%s, number %d", n.addr, k)))
			})
		}
	}
	s.pair(w, nodes, identity)
	for _, n := range nodes {
		w.At(8*second, n.addr, "counts", func() {
			for _, author := range nodes {
				for k := range 3 {
					payload := fmt.Sprintf("%s, number %d", author.addr, k)
					if got := n.times(payload); author != n && got != 1 {
						w.Fail("GSP-4", "expected %q once at %s, got it %d times", payload, n.addr, got)
					}
				}
			}
		})
	}
}

// instance runs the layers, as whoever uses them would, under an identity.
func (s suite) instance(h network.Host, identity network.Addr, peers []*node) gossip.Gossip {
	cfg := p2p.Config{MaxPeers: 8, BackoffMax: second}
	for _, n := range peers {
		cfg.Bootstrap = append(cfg.Bootstrap, n.addr)
	}
	g := s.stack.NewGossip(h, s.below(h, identity, cfg), scenario.Complete(gossip.Config{}))
	scenario.Must(g.Handle(kind, func(network.Addr, []byte) bool { return true }))
	scenario.Must(g.Start(nil))
	return g
}

// pair adds the twins. Each broadcasts messages of its own.
func (s suite) pair(w scenario.World, peers []*node, identity network.Addr) {
	for i := range 2 {
		var g gossip.Gossip
		at := w.Addr(len(peers) + i)
		boot := func(h network.Host) { g = s.instance(h, identity, peers) }
		if i == 0 {
			w.Node(at, boot)
		} else {
			w.Twin(identity, at, boot)
		}
		for k := range 3 {
			w.At(time.Duration(3+k)*second, at, "broadcasts", func() { scenario.Must(g.Broadcast(kind, fmt.Appendf(nil, "twin %d, number %d", i, k))) })
		}
	}
}
