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
		// Each honest node dials the twins' address and the honest ones before it.
		dials := []network.Addr{identity}
		for j := range i {
			dials = append(dials, w.Addr(j))
		}
		node := s.node(w, i, setup{p2p: p2p.Config{Bootstrap: dials, MaxPeers: 8, BackoffMax: second}})
		nodes = append(nodes, node)
		node.handlesOnce(func(string) {
			both(node.times("twin 0, number 0") > 0 && node.times("twin 1, number 0") > 0)
		})
		for k := range 3 {
			node.says(time.Duration(4+k)*second, k)
		}
	}
	s.pair(w, nodes, identity)
	for _, n := range nodes {
		w.Ends(n.addr, gsp4Passes, func() error { return n.heardAll(nodes) })
	}
}

// heardAll returns nil if the node handled each message of each other honest node once.
func (n *node) heardAll(nodes []*node) error {
	for _, author := range nodes {
		for k := range 3 {
			payload := author.saying(k)
			if got := n.times(payload); author != n && got != 1 {
				return fmt.Errorf("expected %q once at %s, got it %d times", payload, n.addr, got)
			}
		}
	}
	return nil
}

// instance runs the layers, as whoever uses them would, under an identity.
func (s suite) instance(h network.Host, identity network.Addr, peers []*node) gossip.Gossip {
	cfg := p2p.Config{MaxPeers: 8, BackoffMax: second}
	for _, n := range peers {
		cfg.Bootstrap = append(cfg.Bootstrap, n.addr)
	}
	layer := s.stack.NewGossip(h, s.below(h, identity, cfg), scenario.Complete(gossip.Config{}))
	scenario.Must(layer.Handle(kind, func(network.Addr, []byte) bool { return true }))
	scenario.Must(layer.Start(nil))
	return layer
}

// pair adds the twins. Each broadcasts messages of its own.
func (s suite) pair(w scenario.World, peers []*node, identity network.Addr) {
	for i := range 2 {
		var layer gossip.Gossip
		at := w.Addr(len(peers) + i)
		boot := func(h network.Host) { layer = s.instance(h, identity, peers) }
		if i == 0 {
			w.Node(at, boot)
		} else {
			w.Twin(identity, at, boot)
		}
		for k := range 3 {
			w.At(time.Duration(3+k)*second, at, "broadcasts", func() {
				scenario.Must(layer.Broadcast(kind, fmt.Appendf(nil, "twin %d, number %d", i, k)))
			})
		}
	}
}
