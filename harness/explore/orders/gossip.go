package orders

import (
	"fmt"
	"slices"

	"strata/gossip"
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

func (s suite) crier(w scenario.World, number int) *crier {
	c := &crier{}
	w.Node(w.Addr(number), func(h network.Host) {
		c.heard = nil
		c.peers = &counted{P2P: s.peers(h, w.Addr(number), before(w, number)...)}
		c.gossip = s.stack.NewGossip(h, c.peers, scenario.Complete(gossip.Config{}))
		scenario.Must(c.gossip.Handle(talk, func(_ network.Addr, payload []byte) bool {
			c.heard = append(c.heard, string(payload))
			if different := slices.Compact(slices.Sorted(slices.Values(c.heard))); len(different) < len(c.heard) {
				w.Fail("GSP-3", "expected %q to be handled once at %s, got it again", payload, w.Addr(number))
			}
			return true
		}))
		scenario.Must(c.gossip.Start(nil))
	})
	w.Show(w.Addr(number), func() string { return fmt.Sprintf("peers %v, heard %q", c.peers.Peers(), c.heard) })
	return c
}

// triangle: two of three nodes broadcast at once.
func (s suite) triangle(w scenario.World) {
	want := []string{"[news of 1]", "[news of 0]", "[news of 0 news of 1]"}
	var all []*crier
	for i := range 3 {
		c := s.crier(w, i)
		all = append(all, c)
		ends(w, w.Addr(i), "GSP-6", func() []error {
			return []error{is("to hear", fmt.Sprint(slices.Sorted(slices.Values(c.heard))), want[i])}
		})
		if i < 2 {
			w.At(ready, w.Addr(i), "broadcasts", func() {
				scenario.Must(c.gossip.Broadcast(talk, fmt.Appendf(nil, "news of %d", i)))
			})
		}
	}
	w.By(look, "GSP-6", func() error {
		if w.Now() < look {
			return errSoon
		}
		sends := 0
		for _, c := range all {
			sends += c.peers.received
		}
		return is("2(2E-(N-1)) sends,", sends, 8)
	})
}
