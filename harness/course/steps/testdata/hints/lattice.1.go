package lattice

import "strata/ledgers/lattice"

func (n *node) derive(b *lattice.Block, hash lattice.Hash, before *lattice.Placed) *lattice.Placed {
	if before == nil {
		return &lattice.Placed{Block: b, Hash: hash, Kind: lattice.Open, Height: 1, Amount: b.Balance}
	}
	p := &lattice.Placed{Block: b, Hash: hash, Kind: lattice.Change, Height: before.Height + 1}
	if less, ok := before.Balance.Sub(b.Balance); ok && !less.Zero() {
		p.Kind, p.Amount = lattice.Send, less
	}
	if more, ok := b.Balance.Sub(before.Balance); ok && !more.Zero() {
		p.Kind, p.Amount = lattice.Receive, more
	}
	return p
}

func (n *node) fits(p *lattice.Placed) error {
	linked := p.Link != [32]byte{}
	if p.Kind == lattice.Send && !linked {
		return lattice.ErrBurn
	}
	if p.Kind == lattice.Change && linked {
		return lattice.ErrLink
	}
	if !p.Receives() {
		return nil
	}
	if p.Amount.Zero() {
		return lattice.ErrAmount
	}
	if entry, there := n.book.Pending(p.Source()); there {
		if entry.Amount != p.Amount {
			return lattice.ErrAmount
		}
		if n.takenBelow(p, entry) {
			return lattice.ErrUnreceivable
		}
		return nil
	}
	if send := n.book.Block(p.Link); send == nil || !n.book.IsCemented(send) {
		return lattice.ErrGapSource
	}
	return lattice.ErrUnreceivable
}
