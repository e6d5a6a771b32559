package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/blocktree"
	"strata/node/store"
	"strata/scenario"
)

// twins: two nodes under one address mine with one key, each on its own, and tell different nodes
// different blocks. The honest ones hold to the rules and agree.
func (s suite) twins(w scenario.World) {
	const number = 3
	set := setup{size: number + 1, hash: 800 * time.Millisecond}
	cluster := s.cluster(w, set, 0, 1, 2)
	cluster.agreed(10*sec, 20*sec, frk1Agree, 1)
	// A twin that finds no rival block is a miner like any other.
	rival := w.Sometimes("both twins found a block of one number, and an honest node saw them")
	// Blocks of the twins' key, by number, that an honest node has had on its chain.
	found := map[uint64]map[chain.BlockHash]bool{}
	cluster.moved = append(cluster.moved, func(_ *member, change blocktree.Change) {
		for _, b := range append(change.Undone, change.Applied...) {
			if b.Coinbase != account(number) {
				continue
			}
			if found[b.Number] == nil {
				found[b.Number] = map[chain.BlockHash]bool{}
			}
			found[b.Number][b.Hash()] = true
			rival(len(found[b.Number]) > 1)
		}
	})
	// The fourth address is that of both.
	identity := w.Addr(number)
	set.hash = 250 * time.Millisecond // they find most of the blocks
	w.Node(identity, func(h network.Host) { cluster.twin(h, number, set) })
	w.Twin(identity, w.Addr(number+1), func(h network.Host) { cluster.twin(h, number, set) })
	for i := range 3 {
		w.At(time.Duration(5+4*i)*sec, cluster.members[i].addr, "is looked at", func() {
			if err := audit(cluster.members[i].Node); err != nil {
				w.Fail(frk1Counts, "%v", fmt.Errorf("node %d: %w", i, err))
			}
		})
	}
}

// twin runs a node under an identity, with a store of its own.
func (c *cluster) twin(h network.Host, number int, set setup) {
	m := &member{cluster: c, number: number, addr: c.w.Addr(number), disk: store.NewMemory()}
	n, err := node.New(h, c.stack, m.config(set))
	scenario.Must(err)
	scenario.Must(n.Start())
}
