package nodetest

import (
	"crypto/sha256"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/messaging"
	"strata/network"
	"strata/node/blocksync"
	"strata/node/fetch"
	"strata/p2p"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// stranger is a peer that knows how to gossip, and does with blocks what it likes. It runs the stack's own lower
// layers, so that nothing but blocks, searches and ranges can be wrong with what it says.
type stranger struct {
	c      *cluster
	addr   network.Addr
	peers  p2p.P2P
	gossip gossip.Gossip
	heard  map[chain.BlockHash]int // blocks that were passed on to it
	onHear func(text []byte)

	// answer is what a search for a block is answered with; nil: nothing.
	answer func(hash chain.BlockHash) []byte
	asked  int

	// has is the chain, without the genesis block, that it gives to those who sync; nil: it does not
	// know how to. spoil changes its answers; with ok false there is none. nil: they are true.
	has   []chain.Block
	spoil func(kind messaging.Kind, reply []byte) (spoilt []byte, ok bool)
	syncs map[network.Addr]int // questions of that kind, by who asked

	ranges int // questions for blocks
}

// stranger adds a stranger to the world, that dials one member and no more.
func (c *cluster) stranger(number, to int) *stranger {
	s := &stranger{c: c, addr: c.w.Addr(number), heard: map[chain.BlockHash]int{}, syncs: map[network.Addr]int{}}
	// One peer and no more, so that it is clear who hears what.
	cfg := p2p.Config{Self: s.addr, Bootstrap: []network.Addr{c.w.Addr(to)}, MaxPeers: 1, BackoffMax: time.Second}
	c.w.Node(s.addr, func(h network.Host) {
		s.peers = p2ptest.Peers(c.stack.Stack.Stack.Stack, h, cfg)
		s.gossip = c.stack.NewGossip(h, s.peers, scenario.Complete(gossip.Config{}))
		scenario.Must(s.gossip.Handle(chain.KindNewBlock, s.hear))
		scenario.Must(s.gossip.Handle(search.KindPrefix+fetch.Kind, s.reply))
		// A stranger without a chain of its own does not answer questions for one.
		if s.has != nil {
			scenario.Must(s.peers.Handle(blocksync.KindLocate, s.locate))
			scenario.Must(s.peers.Handle(blocksync.KindBlocks, s.blocks))
		}
		scenario.Must(s.gossip.Start(nil))
	})
	return s
}

// hear notes a block that was passed on. The stranger passes on nothing.
func (s *stranger) hear(_ network.Addr, text []byte) bool {
	s.heard[sha256.Sum256(text)]++
	if s.onHear != nil {
		s.onHear(text)
	}
	return false
}

// reply answers a search, truly or not. It passes none on.
func (s *stranger) reply(from network.Addr, wire []byte) bool {
	if len(wire) != gossip.IDSize+len(chain.BlockHash{}) {
		s.c.w.Fail(frk4Asks, "expected a search id and a hash of 32 bytes, got %d bytes", len(wire))
		return false
	}
	s.asked++
	if s.answer == nil {
		return false
	}
	if text := s.answer(chain.BlockHash(wire[gossip.IDSize:])); text != nil {
		answer := append(append([]byte(nil), wire[:gossip.IDSize]...), text...)
		_ = s.peers.Send(from, search.ResponseKindPrefix+fetch.Kind, answer)
	}
	return false
}

// sends has the stranger gossip the blocks at that time.
func (s *stranger) sends(t time.Duration, what string, blocks ...chain.Block) {
	for _, b := range blocks {
		s.says(t, what, b.Text())
	}
}

// says has the stranger gossip any bytes as a block.
func (s *stranger) says(t time.Duration, what string, text []byte) {
	s.c.w.At(t, s.addr, what, func() { scenario.Must(s.gossip.Broadcast(chain.KindNewBlock, text)) })
}
