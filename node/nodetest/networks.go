package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/gossiptest"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// spread has one of four nodes add blocks, one of which pays somebody, and all of them come to the last
// one. It also runs on TCP: everything that happens, happens in the order that it is caused.
func (s suite) spread(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4}, 0, 1, 2, 3)
	// The fourth spends what the first three brought.
	blocks := branch(chain.Genesis(), alice, 3)
	blocks = append(blocks, next(blocks[2], bob, pay(alice, carol, 0, 250)))
	cluster.members[2].gives(1500*time.Millisecond, blocks...)
	cluster.reaches(4*sec, frk7Gossiped, blocks[3])
}

// flood counts what one block costs when all connections are made: five nodes that all know each other
// have ten links, and gossip sends a message 2E-(N-1) = 16 times. A stack that announces a block twice,
// or asks around for what it was just told, sends more.
func (s suite) flood(w scenario.World) {
	sends := 0
	// Below the node: what it sends is counted where it leaves for the wire.
	inner := s.stack.NewMessaging
	s.stack.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return &sendSpy{inner(h, net, cfg), &sends}
	}
	cluster := s.cluster(w, setup{size: 5}, 0, 1, 2, 3, 4)
	// What was sent until the block came does not count.
	before := 0
	block := next(chain.Genesis(), alice)
	cluster.members[1].at(8*sec, "adds block 1", func() {
		before = sends
		scenario.Must(cluster.members[1].AddBlock(block))
	})
	cluster.reaches(10*sec, frk7Gossiped, block)
	w.AtEnd(gossiptest.GSP6Cost, func() error {
		links := 0
		for _, m := range cluster.members {
			links += len(m.Peers())
		}
		if links != 2*10 {
			return fmt.Errorf("expected all 5 nodes to know each other by now, got %d ends of links", links)
		}
		if sends-before != 16 {
			return fmt.Errorf("expected 2E-(N-1) = 16 sends for one block, got %d", sends-before)
		}
		return nil
	})
}

// sendSpy counts gossiped blocks.
type sendSpy struct {
	messaging.Messaging
	sends *int
}

// Send counts what is gossiped as a new block.
func (s *sendSpy) Send(to network.ConnID, kind messaging.Kind, payload []byte) error {
	if kind == gossip.KindPrefix+chain.KindNewBlock {
		*s.sends++
	}
	return s.Messaging.Send(to, kind, payload)
}

// mine has five nodes mine against each other, so that tips compete. They must have agreed at some time
// in the second half of the run, on a chain that holds when it is executed again without them.
func (s suite) mine(w scenario.World) {
	c := s.cluster(w, setup{size: 5, hash: 700 * time.Millisecond}, 0, 1, 2, 3, 4)
	c.competes()
	c.agreed(20*sec, 40*sec, frk1Agree, 1)
}

// isolated cuts off nodes one by one, not halves: lost peers are not remembered (P2P-10), so that two
// halves would have no reason to look for each other again. Each mines on alone, and has to give up its
// blocks for the longer chain of the others when it comes back.
func (s suite) isolated(w scenario.World) {
	cluster := s.cluster(w, setup{size: 5, hash: 700 * time.Millisecond}, 0, 1, 2, 3, 4)
	// One after the other, a second apart.
	for number, member := range cluster.members[3:] {
		w.Inject(scenario.Fault{
			Kind: scenario.Partition,
			At:   5*sec + time.Duration(number)*sec,
			For:  8 * sec,
			A:    []network.Addr{member.addr},
			B:    cluster.others(member),
		})
	}
	cluster.reorganises(1)
	cluster.catchesUp(3)
	cluster.agreed(20*sec, 45*sec, frk1Agree, 1)
}

// others are the addresses of all nodes of the scenario but one.
func (c *cluster) others(m *member) []network.Addr {
	var others []network.Addr
	for number := range c.size {
		if addr := c.w.Addr(number); addr != m.addr {
			others = append(others, addr)
		}
	}
	return others
}

// crashes has miners crash and come back with their disks. Each goes on from the tip that it had
// reported, or a higher one, and all agree when the faults are over.
func (s suite) crashes(w scenario.World) {
	cluster := s.cluster(w, setup{size: 4, hash: 600 * time.Millisecond}, 0, 1, 2, 3)
	cluster.restarts()
	cluster.reorganises(1)
	cluster.agreed(26*sec, 50*sec, frk1Agree, 1)
}

// stop ends one of three miners in the middle of its work. A second later nothing is open on its host,
// its chain does not grow by a block any longer, and the other two go on to agree.
func (s suite) stop(w scenario.World) {
	cluster := s.cluster(w, setup{size: 3, hash: 250 * time.Millisecond}, 0, 1, 2)
	// It leaves the cluster for whatever is looked at later.
	gone := cluster.members[2]
	cluster.members = cluster.members[:2]
	// A miner that had nothing to stop would prove nothing.
	busy := w.Sometimes("a miner stopped that had peers and a chain")
	// What is gossiped to it afterwards must not reach the chain.
	height := uint64(0)
	gone.at(8*sec, "stops", func() {
		busy(gone.height > 0 && len(gone.Peers()) == 2)
		gone.Stop()
		gone.Stop()
		height = gone.height
	})
	w.By(9*sec, scenario.NET11Left, scenario.Seldom(w, 8*sec, 0, func() error {
		if u := w.Usage(gone.addr); u != (scenario.Usage{}) {
			return fmt.Errorf("expected nothing to be open at a stopped node, got %v", u)
		}
		return nil
	}))
	w.By(40*sec, frk1Agree, scenario.Seldom(w, 20*sec, 0, func() error { return cluster.agree(1) }))
	w.AtEnd(frk1Stopped, func() error {
		if gone.height != height {
			return fmt.Errorf("expected a stopped node to stay at block %d, got %d", height, gone.height)
		}
		return nil
	})
}
