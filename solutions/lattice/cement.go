package lattice

import (
	"errors"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// cement cements a candidate for which a quorum of final votes is held, once its previous block is cemented (LAT-7).
func (n *node) cement(c *contest) {
	//strata:begin lattice.2
	quorum := n.quorum()
	for _, p := range c.candidates {
		if n.final(c, p.Hash).Cmp(quorum) < 0 || p.Height != n.book.CementedHeight(p.Account)+1 {
			continue
		}
		if n.book.In(c.root) != p {
			n.exchange(c, p)
		}
		n.settleEntry(p)
		n.cemented(c, p)
		return
	}
	//strata:end
}

// settleEntry cements a block of the ledger, the next of its account: a send's entry is pending from now on, what was
// received is no more (LAT-3).
func (n *node) settleEntry(p *lattice.Placed) {
	n.book.Cement(p.Account)
	switch p.Kind {
	case lattice.Send:
		n.book.Put(lattice.Key{To: p.Link, Send: p.Hash}, lattice.Pending{From: p.Account, Amount: p.Amount})
	case lattice.Open, lattice.Receive:
		n.book.Take(p.Source())
	}
}

// cemented is told of a block that was cemented: its rivals go, and what waited for it comes up (LAT-7).
func (n *node) cemented(c *contest, p *lattice.Placed) {
	n.keep(p)
	delete(n.bound, c.root)
	n.places.leave(n, c)
	n.fights.decided(n, c, p)
	for _, rival := range c.candidates {
		if rival != p {
			n.refuse(rival.Hash, lattice.ErrOld)
		}
	}
	n.watch.Final(ledgers.OpID(p.Hash), n.book.Digest())
	if next := n.book.At(p.Account, p.Height+1); next != nil {
		n.places.wants(n, n.fights.at[next.Root()])
	}
	n.lacked(p.Hash)
	if n.cfg.Keep > 0 {
		n.book.Prune(p.Account, n.cfg.Keep)
	}
	n.sync.changed = true
}

// lacked has what waited for a block judged again.
func (n *node) lacked(hash lattice.Hash) { n.again = append(n.again, n.gaps.come(hash)...) }

// maxRefused bounds what is remembered of refused blocks: whoever asks later is told that nothing is known of it.
const maxRefused = 10_000

// refuse remembers why a block is refused for good, and tells of it.
func (n *node) refuse(hash lattice.Hash, why error) {
	if len(n.refused) >= maxRefused {
		clear(n.refused)
	}
	n.refused[hash] = why
	n.watch.Refused(ledgers.OpID(hash), why)
}

// forGood lists what nothing that comes later makes right. Signature and work are not in it: they are no part of what
// the hash names (LED-4).
var forGood = []error{lattice.ErrBurn, lattice.ErrPrevious, lattice.ErrLink, lattice.ErrAmount, lattice.ErrUnreceivable, lattice.ErrOld}

func isForGood(err error) bool {
	for _, e := range forGood {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
