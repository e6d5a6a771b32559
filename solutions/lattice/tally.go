package lattice

import "strata/ledgers/lattice"

// ballot is what a representative says of one place.
type ballot struct {
	hash      lattice.Hash
	timestamp uint64
	vote      *lattice.Vote // that said it
}

// count takes a representative's word for one block of a place, and says whether it changed anything: one vote a place
// and representative (LAT-6).
func (c *contest) count(v *lattice.Vote, hash lattice.Hash) (changed bool) {
	//strata:begin lattice.2
	old, spoke := c.votes[v.Representative]
	if spoke && (old.timestamp == lattice.Final || v.Timestamp <= old.timestamp) {
		return false
	}
	c.votes[v.Representative] = ballot{hash, v.Timestamp, v}
	return true
	//strata:end
}

// all is the weight of all votes for a block, normal and final.
func (n *node) all(c *contest, hash lattice.Hash) lattice.Amount { return n.tally(c, hash, 0) }

// final is the weight of the final votes for a block.
func (n *node) final(c *contest, hash lattice.Hash) lattice.Amount {
	return n.tally(c, hash, lattice.Final)
}

// tally is the weight of the representatives whose vote for a block has that time or a later one.
func (n *node) tally(c *contest, hash lattice.Hash, since uint64) (sum lattice.Amount) {
	//strata:begin lattice.2
	for rep, said := range c.votes { // a sum has no order
		if said.hash == hash && said.timestamp >= since {
			sum = sum.Plus(n.weight(rep))
		}
	}
	return sum
	//strata:end
}

// quorum is the weight that decides (LAT-5): more than two thirds of what is online, and of what genesis wants at least.
func (n *node) quorum() lattice.Amount {
	//strata:begin lattice.2
	base := n.book.Supply().Share(n.cfg.Genesis.Least, lattice.Whole)
	if online := n.online(); online.Cmp(base) > 0 {
		base = online
	}
	return base.Share(2, 3).Plus(lattice.Raw(1))
	//strata:end
}

// online is the weight of the representatives that were heard not long ago (LAT-5).
func (n *node) online() (sum lattice.Amount) {
	//strata:begin lattice.2
	for rep, at := range n.heard { // a sum has no order
		if n.clock-at <= lattice.OnlineFor {
			sum = sum.Plus(n.weight(rep))
		}
	}
	return sum
	//strata:end
}

// Online is lattice.Lattice's.
func (n *node) Online() (online, quorum lattice.Amount) { return n.online(), n.quorum() }

// best is the candidate with the most weight; of equals the one that came first.
func (n *node) best(c *contest) *lattice.Placed {
	best := c.candidates[0]
	most := n.all(c, best.Hash)
	for _, p := range c.candidates[1:] {
		if weight := n.all(c, p.Hash); weight.Cmp(most) > 0 {
			best, most = p, weight
		}
	}
	return best
}
