package orders

import (
	"fmt"
	"slices"

	"strata/gossip"
	"strata/gossip/gossiptest"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// counted is p2p that counts what comes in.
type counted struct {
	p2p.P2P
	received int
}

// Handle puts the counter before the handler.
func (c *counted) Handle(kind messaging.Kind, h p2p.Handler) error {
	return c.P2P.Handle(kind, func(from network.Addr, payload []byte) ([]byte, bool) {
		c.received++
		return h(from, payload)
	})
}

// crier is one node of the triangle.
type crier struct {
	peers  *counted
	gossip gossip.Gossip
	heard  []string
}

// crier adds a node of the triangle. It passes everything on.
func (s suite) crier(w scenario.World, number int) *crier {
	node := &crier{}
	w.Node(w.Addr(number), func(h network.Host) {
		node.heard = nil
		node.peers = &counted{P2P: Peers(s.stack, h, w.Addr(number), Before(w, number)...)}
		node.gossip = s.stack.NewGossip(h, node.peers, scenario.Complete(gossip.Config{}))
		scenario.Must(node.gossip.Handle(talk, func(_ network.Addr, payload []byte) bool {
			node.heard = append(node.heard, string(payload))
			if different := slices.Compact(slices.Sorted(slices.Values(node.heard))); len(different) < len(node.heard) {
				w.Fail(gossiptest.GSP3Once, "expected %q to be handled once at %s, got it again", payload,
					w.Addr(number))
			}
			return true
		}))
		scenario.Must(node.gossip.Start(nil))
	})
	w.Show(w.Addr(number), func() string { return fmt.Sprintf("peers %v, heard %q", node.peers.Peers(), node.heard) })
	return node
}

// triangle: two of three nodes broadcast at once, so that each message meets the other one, and its own
// copy. Each is handled once everywhere but at its author, and both together cost 2(2E-(N-1)) = 8
// sends.
func (s suite) triangle(w scenario.World) {
	// Its own news no node handles.
	want := []string{"[news of 1]", "[news of 0]", "[news of 0 news of 1]"}
	// The sends can only be counted at all nodes together.
	var all []*crier
	for i := range 3 {
		node := s.crier(w, i)
		all = append(all, node)
		w.Ends(w.Addr(i), gossiptest.GSP6Cost, func() error {
			return At(w.Addr(i), Is("to hear", fmt.Sprint(slices.Sorted(slices.Values(node.heard))), want[i]))
		})
		if i < 2 {
			w.At(Ready, w.Addr(i), "broadcasts", func() {
				scenario.Must(node.gossip.Broadcast(talk, fmt.Appendf(nil, "news of %d", i)))
			})
		}
	}
	w.AtEnd(gossiptest.GSP6Cost, func() error {
		sends := 0
		for _, c := range all {
			sends += c.peers.received
		}
		return Is("2(2E-(N-1)) sends,", sends, 8)
	})
}
