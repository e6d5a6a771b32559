package lattice

import (
	"strata/ledgers"
	"strata/ledgers/lattice"
)

// judge says what a block is and where its place is, or what is wrong with it (LAT-2). With ErrFork its place is
// taken, and it would be valid in it. Nothing is changed.
func (n *node) judge(b *lattice.Block, hash lattice.Hash) (*lattice.Placed, error) {
	g := &n.cfg.Genesis
	work := lattice.WorkValue(b.Work, hash)
	switch {
	case work < min(g.Send, g.Receive):
		return nil, lattice.ErrWork
	case b.Account == lattice.Account{}:
		return nil, lattice.ErrBurn
	case !b.Verify(n.chain):
		return nil, ledgers.ErrSignature
	case n.book.Block(hash) != nil:
		return nil, lattice.ErrKnown
	}
	before, taken, err := n.place(b)
	if err != nil {
		return nil, err
	}
	p := n.derive(b, hash, before)
	if work < g.Threshold(p.Kind) {
		return nil, lattice.ErrWork
	}
	if err := n.fits(p); err != nil {
		return nil, err
	}
	if taken {
		return p, lattice.ErrFork
	}
	return p, nil
}

// place finds the block that this one stands on; nil for an open. taken says that another block is in its place.
// Errors: ErrGapPrevious, ErrPrevious, ErrOld.
func (n *node) place(b *lattice.Block) (before *lattice.Placed, taken bool, err error) {
	height := uint64(1)
	if b.Previous != (lattice.Hash{}) {
		if before = n.book.Block(b.Previous); before == nil {
			return nil, false, lattice.ErrGapPrevious
		}
		if before.Account != b.Account {
			return nil, false, lattice.ErrPrevious
		}
		height = before.Height + 1
	}
	if height <= n.book.CementedHeight(b.Account) {
		return nil, false, lattice.ErrOld
	}
	return before, n.book.At(b.Account, height) != nil, nil
}
