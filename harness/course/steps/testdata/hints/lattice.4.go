package lattice

import "strata/ledgers/lattice"

func (n *node) vote(c *contest) {
	if _, promised := n.bound[c.root]; promised {
		return
	}
	held := n.book.In(c.root)
	if n.all(c, held.Hash).Cmp(n.quorum()) >= 0 {
		n.promise(c.root, held.Hash)
		return
	}
	mine, spoke := c.votes[n.self]
	if !spoke {
		n.say(c, held.Hash)
		return
	}
	if n.clock-c.said < lattice.MoveAfter {
		return
	}
	if best := n.best(c); n.all(c, best.Hash).Cmp(n.all(c, mine.hash)) > 0 {
		n.say(c, best.Hash)
	}
}

func (n *node) promise(root lattice.Root, hash lattice.Hash) {
	n.bound[root] = hash
	n.journal.Vote(root, hash, func(err error) {
		if err != nil {
			n.fail(err)
			return
		}
		if n.stopped {
			return
		}
		n.sayFinal(hash)
		n.settle()
	})
}

func (n *node) say(c *contest, hash lattice.Hash) {
	when := uint64(max(0, n.host.Now().UnixMilli()))
	if mine, spoke := c.votes[n.self]; spoke && when <= mine.timestamp {
		when = mine.timestamp + 1
	}
	c.said = n.clock
	n.tell(&lattice.Vote{Hashes: []lattice.Hash{hash}, Timestamp: when})
}
