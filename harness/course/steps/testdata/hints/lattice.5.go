package lattice

import "strata/ledgers/lattice"

func (n *node) cement(c *contest) {
	for _, p := range c.candidates {
		if n.final(c, p.Hash).Cmp(n.quorum()) >= 0 && n.book.CementedHeight(p.Account)+1 == p.Height {
			n.exchange(c, p)
			n.settleEntry(p)
			n.cemented(c, p)
			return
		}
	}
}

func (n *node) settleEntry(p *lattice.Placed) {
	n.book.Cement(p.Account)
	if p.Kind == lattice.Send {
		key := lattice.Key{To: p.Link, Send: p.Hash}
		n.book.Put(key, lattice.Pending{Amount: p.Amount, From: p.Account})
	}
	if p.Receives() {
		n.book.Take(p.Source())
	}
}
