package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// spread also runs on TCP: everything that happens, happens in the order that it is caused.
func (s suite) spread(w scenario.World) {
	c := s.cluster(w, setup{size: 4}, 0, 1, 2, 3)
	blocks := branch(chain.Genesis(), alice, 3)
	blocks = append(blocks, next(blocks[2], bob, pay(alice, carol, 0, 250)))
	c.members[2].gives(1500*time.Millisecond, blocks...)
	c.endsAt(4*sec, "FRK-7", blocks[3])
}

// flood counts what one block costs once nobody connects any more.
func (s suite) flood(w scenario.World) {
	sends := 0
	inner := s.stack.NewMessaging
	s.stack.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return &sendSpy{inner(h, net, cfg), &sends}
	}
	c := s.cluster(w, setup{size: 5}, 0, 1, 2, 3, 4)
	before := 0
	block := next(chain.Genesis(), alice)
	c.members[1].at(8*sec, "adds block 1", func() {
		before = sends
		scenario.Must(c.members[1].AddBlock(block))
	})
	c.endsAt(10*sec, "FRK-7", block)
	c.members[0].at(14*sec, "is asked for its peers", func() {
		links := 0
		for _, m := range c.members {
			links += len(m.Peers())
		}
		if links != 2*10 {
			w.Fail("GSP-6", "expected all 5 nodes to know each other by now, got %d ends of links", links)
		}
		if sends-before != 16 {
			w.Fail("GSP-6", "expected 2E-(N-1) = 16 sends for one block, got %d", sends-before)
		}
	})
}

// sendSpy counts gossiped blocks.
type sendSpy struct {
	messaging.Messaging
	sends *int
}

func (s *sendSpy) Send(to network.ConnID, kind messaging.Kind, payload []byte) error {
	if kind == gossip.KindPrefix+chain.KindNewBlock {
		*s.sends++
	}
	return s.Messaging.Send(to, kind, payload)
}

func (s suite) mine(w scenario.World) {
	c := s.cluster(w, setup{size: 5, hash: 700 * time.Millisecond}, 0, 1, 2, 3, 4)
	c.competes()
	c.agreed(20*sec, 40*sec, "FRK-1", 1)
}

// isolated cuts off nodes one by one, not halves: lost peers are not remembered (P2P-10), so that
// two halves would have no reason to look for each other again.
func (s suite) isolated(w scenario.World) {
	c := s.cluster(w, setup{size: 5, hash: 700 * time.Millisecond}, 0, 1, 2, 3, 4)
	for number, m := range c.members[3:] {
		w.Inject(scenario.Fault{
			Kind: scenario.Partition,
			At:   5*sec + time.Duration(number)*sec,
			For:  8 * sec,
			A:    []network.Addr{m.addr},
			B:    c.others(m),
		})
	}
	c.reorganises(1)
	c.catchesUp(3)
	c.agreed(20*sec, 45*sec, "FRK-1", 1)
}

func (c *cluster) others(m *member) []network.Addr {
	var others []network.Addr
	for number := range c.size {
		if addr := c.w.Addr(number); addr != m.addr {
			others = append(others, addr)
		}
	}
	return others
}

func (s suite) crashes(w scenario.World) {
	c := s.cluster(w, setup{size: 4, hash: 600 * time.Millisecond}, 0, 1, 2, 3)
	c.restarts()
	c.reorganises(1)
	c.agreed(26*sec, 50*sec, "FRK-1", 1)
}

func (s suite) stop(w scenario.World) {
	c := s.cluster(w, setup{size: 3, hash: 250 * time.Millisecond}, 0, 1, 2)
	gone := c.members[2]
	c.members = c.members[:2]
	busy := w.Sometimes("a miner stopped that had peers and a chain")
	gone.at(8*sec, "stops", func() {
		busy(gone.height > 0 && len(gone.Peers()) == 2)
		gone.Stop()
		gone.Stop()
	})
	w.By(9*sec, "NET-11", func() error {
		if u := w.Usage(gone.addr); u != (scenario.Usage{}) || w.Now() < 8*sec {
			return fmt.Errorf("expected nothing to be open at a stopped node, got %+v", u)
		}
		return nil
	})
	at := uint64(0)
	gone.at(8*sec, "is looked at", func() { at = gone.height })
	w.By(40*sec, "FRK-1", func() error {
		if gone.height != at && w.Now() > 8*sec {
			return fmt.Errorf("expected a stopped node to stay at block %d, got %d", at, gone.height)
		}
		if w.Now() < 20*sec {
			return lazy(func() string { return "not looked at before 20s" })
		}
		return c.agree(1)
	})
}
