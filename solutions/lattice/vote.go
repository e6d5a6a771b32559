package lattice

import "strata/ledgers/lattice"

// vote says what the node has to say in an election, if anything (LAT-6). It is a representative, and the previous
// block of the place is cemented.
func (n *node) vote(c *contest) {
	//strata:begin lattice.4
	if _, bound := n.bound[c.root]; bound {
		return
	}
	held, quorum := n.book.In(c.root), n.quorum()
	mine, spoke := c.votes[n.self]
	switch {
	case n.all(c, held.Hash).Cmp(quorum) >= 0:
		n.promise(c.root, held.Hash)
	case !spoke:
		n.say(c, held.Hash)
	case n.clock-c.said >= lattice.MoveAfter:
		best := n.best(c)
		if n.all(c, best.Hash).Cmp(n.all(c, mine.hash)) > 0 {
			n.say(c, best.Hash)
		}
	}
	//strata:end
}

// promise votes for good. From now on the node says nothing else in this place, and it is told when it is safe on the
// disk (LAT-6, LED-9).
func (n *node) promise(root lattice.Root, hash lattice.Hash) {
	//strata:begin lattice.4
	n.bound[root] = hash
	n.journal.Vote(root, hash, func(err error) {
		switch {
		case err != nil:
			n.fail(err)
		case !n.stopped:
			n.sayFinal(hash)
			n.settle()
		}
	})
	//strata:end
}

// say votes for a block, with a time above that of the node's last vote in this place (LAT-6).
func (n *node) say(c *contest, hash lattice.Hash) {
	//strata:begin lattice.4
	now := uint64(max(0, n.host.Now().UnixMilli()))
	if mine, spoke := c.votes[n.self]; spoke {
		now = max(now, mine.timestamp+1)
	}
	c.said = n.clock
	n.tell(&lattice.Vote{Timestamp: now, Hashes: []lattice.Hash{hash}})
	//strata:end
}

// sayFinal tells all of a vote that is safe.
func (n *node) sayFinal(hash lattice.Hash) {
	n.tell(&lattice.Vote{Timestamp: lattice.Final, Hashes: []lattice.Hash{hash}})
}

// tell signs a vote, counts it here, and gossips it.
func (n *node) tell(v *lattice.Vote) {
	v.Sign(n.host.Identity())
	n.counted(v)
	n.spread(lattice.KindVote, v.Encode())
}
