package lattice

import "strata/ledgers/lattice"

func (c *contest) count(v *lattice.Vote, hash lattice.Hash) (changed bool) {
	if old, spoke := c.votes[v.Representative]; spoke {
		if old.timestamp == lattice.Final || old.timestamp >= v.Timestamp {
			return false
		}
	}
	c.votes[v.Representative] = ballot{hash: hash, timestamp: v.Timestamp, vote: v}
	return true
}

func (n *node) tally(c *contest, hash lattice.Hash, since uint64) (sum lattice.Amount) {
	for rep, b := range c.votes {
		if b.hash != hash || b.timestamp < since {
			continue
		}
		sum = sum.Plus(n.weight(rep))
	}
	return sum
}

func (n *node) quorum() lattice.Amount {
	more := n.online()
	if least := n.book.Supply().Share(n.cfg.Genesis.Least, lattice.Whole); least.Cmp(more) > 0 {
		more = least
	}
	return more.Share(2, 3).Plus(lattice.Raw(1))
}

func (n *node) online() (sum lattice.Amount) {
	for rep, at := range n.heard {
		if n.clock <= at+lattice.OnlineFor {
			sum = sum.Plus(n.weight(rep))
		}
	}
	return sum
}

func (n *node) cement(c *contest) {
	for _, p := range c.candidates {
		if n.final(c, p.Hash).Cmp(n.quorum()) >= 0 && n.book.CementedHeight(p.Account)+1 == p.Height {
			if held := n.book.In(c.root); held != p {
				n.exchange(c, p)
			}
			n.settleEntry(p)
			n.cemented(c, p)
			return
		}
	}
}
