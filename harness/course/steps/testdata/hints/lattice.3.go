package lattice

import "strata/ledgers/lattice"

func (n *node) rollBack(root lattice.Root) {
	lowest := n.book.In(root)
	if lowest == nil {
		return
	}
	if n.book.IsCemented(lowest) {
		return
	}
	for {
		head := n.book.Head(root.Account)
		n.book.Drop(root.Account)
		if head.Receives() {
			n.book.Reserve(head.Source(), lattice.Hash{})
		}
		n.fell(root, head)
		if head == lowest {
			return
		}
	}
}

func (n *node) exchange(c *contest, winner *lattice.Placed) {
	held := n.book.In(c.root)
	if held == winner {
		return
	}
	if held != nil && n.book.IsCemented(held) {
		return
	}
	n.rollBack(c.root)
	n.enter(winner)
}
