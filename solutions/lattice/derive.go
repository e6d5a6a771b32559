package lattice

import "strata/ledgers/lattice"

// derive says what a block does, from its balance and that of the block before it; nil before an open.
func (n *node) derive(b *lattice.Block, hash lattice.Hash, before *lattice.Placed) *lattice.Placed {
	//strata:begin lattice.1
	p := &lattice.Placed{Block: b, Hash: hash, Kind: lattice.Open, Height: 1, Amount: b.Balance}
	if before == nil {
		return p
	}
	p.Height = before.Height + 1
	switch b.Balance.Cmp(before.Balance) {
	case -1:
		p.Kind, p.Amount = lattice.Send, before.Balance.Minus(b.Balance)
	case 0:
		p.Kind, p.Amount = lattice.Change, lattice.Amount{}
	case 1:
		p.Kind, p.Amount = lattice.Receive, b.Balance.Minus(before.Balance)
	}
	return p
	//strata:end
}

// fits says whether the link and the amount are right for what the block does. Errors: ErrBurn, ErrLink, ErrAmount,
// ErrGapSource, ErrUnreceivable.
func (n *node) fits(p *lattice.Placed) error {
	//strata:begin lattice.1
	none := p.Link == [32]byte{}
	switch {
	case p.Kind == lattice.Send && none:
		return lattice.ErrBurn
	case p.Kind == lattice.Change && !none:
		return lattice.ErrLink
	case !p.Receives():
		return nil
	case p.Amount.Zero():
		return lattice.ErrAmount
	}
	entry, there := n.book.Pending(p.Source())
	send := n.book.Block(p.Link)
	switch {
	case there && entry.Amount != p.Amount:
		return lattice.ErrAmount
	case there && n.takenBelow(p, entry):
		return lattice.ErrUnreceivable
	case there:
		return nil
	case send == nil || !n.book.IsCemented(send):
		return lattice.ErrGapSource
	}
	return lattice.ErrUnreceivable
	//strata:end
}

// takenBelow says whether a block below the place of p has reserved the entry: what stands in its place or above
// would be rolled back for it.
func (n *node) takenBelow(p *lattice.Placed, entry lattice.Pending) bool {
	by := n.book.Block(entry.By)
	return by != nil && by.Height < p.Height
}
