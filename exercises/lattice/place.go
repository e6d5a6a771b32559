// This file is yours to edit. docs/9-lattice.md is the chapter; `make reset LAYER=lattice` gives a fresh copy.

package lattice

import (
	"strata/ledgers/lattice"
	"strata/network"
)

// insert puts a judged block on its account's head. What it receives is reserved for it (LAT-3).
func (n *node) insert(p *lattice.Placed) {
	n.book.Add(p)
	if p.Receives() {
		n.book.Reserve(p.Source(), p.Hash)
	}
}

// rollBack takes back what stands in a place and all that stands on it (LAT-4). Nothing that is cemented is touched.
// What a block has received is free again. The node hears of each by fell, when it is out of the ledger.
func (n *node) rollBack(root lattice.Root) {
	panic(network.NotWritten("lattice.3")) // 12 lines in our solution
}

// exchange puts a candidate that has a quorum of votes in the place of the one that the ledger holds (LAT-4).
func (n *node) exchange(c *contest, winner *lattice.Placed) {
	panic(network.NotWritten("lattice.3")) // 6 lines in our solution
}

// enter puts a judged block into the ledger, and does what follows.
func (n *node) enter(p *lattice.Placed) {
	n.insert(p)
	c := n.fights.open(n, p)
	n.places.wants(n, c)
	n.lacked(p.Hash)
	n.sync.changed = true
	n.makeRoom()
}

// fell is told of a block that was rolled back. In the place itself it stays a candidate; what stood on it waits for
// its previous block, as if it came now.
func (n *node) fell(root lattice.Root, p *lattice.Placed) {
	n.sync.changed = true
	if p.Root() != root {
		n.close(n.fights.at[p.Root()])
		n.gaps.wait(n, p.Previous, p.Block, p.Hash)
	}
}

// makeRoom keeps what is not cemented within its bound: the newest of the class that has most of it goes, and may come
// again (LAT-12).
func (n *node) makeRoom() {
	for loose, _ := n.book.Loose(); loose > n.cfg.MaxLoose; loose, _ = n.book.Loose() {
		c := n.places.newest()
		if c == nil {
			return
		}
		n.rollBack(c.root)
		n.close(c)
	}
}
