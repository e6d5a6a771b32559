// Package upon is the scenarios of package orders for what is built upon the layers: whole nodes, and the ledgers of
// the electives.
package upon

import (
	"crypto/ed25519"
	"fmt"

	"strata/chain"
	"strata/harness/explore/orders"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/blocktree"
	"strata/node/nodetest"
	"strata/p2p"
	"strata/scenario"
)

// nodes makes the scenarios of whole nodes.
type nodes struct{ stack chain.Stack }

// Suite lists the scenarios of whole nodes for the implementations that the stack names.
func Suite(stack chain.Stack) []scenario.Scenario {
	s := nodes{stack}
	return []scenario.Scenario{
		// Whole nodes: the largest of the explorations.
		scenario.New(scenario.Scenario{
			Name: "stack/orders-two-blocks", Step: "stack.1", Rules: []string{"FRK-1", "FRK-7", "CHN-2"},
			For:     orders.End,
			Title:   "Two blocks compete and a third decides, in every order: the first seen stays until then.",
			Explore: orders.Budget(30_000),
			Setup:   s.twoBlocks,
		}),
	}
}

// params are those of the chain of twoBlocks: it is easy to find blocks.
var params = chain.Params{Difficulty: 1}

// blocks are two on genesis, and one upon the first of them.
var blocks = func() (b [3]chain.Block) {
	b[0], b[1] = find(chain.Genesis(), 1), find(chain.Genesis(), 2)
	b[2] = find(b[0], 3)
	return b
}()

// find finds a block after parent for the coinbase of that key.
func find(parent chain.Block, coinbase byte) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash()}
	b.Coinbase = mempool.PublicKey(orders.Key(coinbase).Public().(ed25519.PublicKey))
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// twoBlocks: two blocks of one number are found at once, then one that decides. Whichever of the two a
// node saw first stays until the third comes; then all have the same tip.
func (s nodes) twoBlocks(w scenario.World) {
	// Each knows the ones before it: three links.
	for i := range 3 {
		node := &member{w: w, addr: w.Addr(i)}
		w.Node(node.addr, func(h network.Host) { node.boot(s.stack, h, orders.Before(w, i)) })
		w.Show(node.addr, func() string { return fmt.Sprintf("%+v", node.Status()) })
		if i < 2 {
			w.At(orders.Ready, node.addr, "finds a block", func() { node.add(blocks[i]) })
		}
		// The third block is upon the first node's, which knows it already.
		if i == 0 {
			w.At(orders.Ready, node.addr, "finds the block that decides", func() { node.add(blocks[2]) })
		}
		w.Ends(node.addr, nodetest.FRK1Highest, func() error {
			return orders.At(node.addr, orders.Is("the tip to be the block that decides,", node.Status().Tip,
				blocks[2].Hash()))
		})
	}
}

// member is one node of the chain.
type member struct {
	w    scenario.World
	addr network.Addr
	*node.Node
}

// boot makes the node on a new host, and watches its tip: a block of equal height must not replace one.
func (m *member) boot(stack chain.Stack, h network.Host, dials []network.Addr) {
	cfg := node.Config{
		P2P:    p2p.Config{Self: m.addr, Bootstrap: dials, MaxPeers: 8, Interval: orders.Never},
		Params: params,
	}
	n, err := node.New(h, stack, cfg)
	scenario.Must(err)
	m.Node = n
	m.OnTip(func(c blocktree.Change) {
		if tip := c.Applied[len(c.Applied)-1]; len(c.Undone) >= len(c.Applied) {
			m.w.Fail(nodetest.FRK1Highest,
				"expected that of equal blocks the first seen stays, got block %d undone for block %d",
				tip.Number, tip.Number)
		}
	})
	scenario.Must(m.Start())
}

// add has the node find a block.
func (m *member) add(b chain.Block) {
	if err := m.AddBlock(b); err != nil {
		m.w.Fail(nodetest.FRK1Highest, "expected block %d to be taken, got %v", b.Number, err)
	}
}
