package causal

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"strata/ledgers/causal"
	"strata/network"
)

// bank executes blocks.
type bank struct{}

// NewBank makes a bank.
func NewBank() causal.Bank { return bank{} }

// Execute is causal.Bank's.
func (bank) Execute(s *causal.State, cut []causal.Delivered) []causal.Outcome {
	//strata:begin causal.5
	outcomes := s.Begin()
	cut = slices.Clone(cut)
	slices.SortFunc(cut, func(a, b causal.Delivered) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), a.ID.Compare(b.ID))
	})
	for _, u := range cut {
		for i, op := range u.Ops {
			if op.Action == causal.Do {
				at := causal.ElementID{Update: u.ID, Index: uint16(i)}
				outcomes = append(outcomes, causal.Outcome{Op: at, By: u.Author, Why: do(s, at, u.Author, op)})
			}
		}
	}
	return outcomes
	//strata:end
}

// do executes one deed, or says why it is refused: then the state stays as it is. Errors: those of causal.State, and
// causal.ErrFunds, causal.ErrNoLock, causal.ErrHeight, causal.ErrSecret.
func do(s *causal.State, at causal.ElementID, by network.PublicKey, op causal.Op) error {
	d, err := causal.DecodeDeed(op.Value)
	if err != nil {
		return causal.ErrUnreadable // an update with one would not be valid
	}
	switch d.Kind {
	case causal.Redeem, causal.Refund:
		held, ok := s.Lock(d.Of)
		if !ok {
			return causal.ErrNoLock
		}
		return end(s, held, d)
	case causal.Commit:
		return s.Promise(by, d.Hash)
	case causal.Reveal:
		return s.Fulfil(by, d)
	}
	return spend(s, at, by, d)
}

// spend executes a Transfer or a Lock.
func spend(s *causal.State, at causal.ElementID, by network.PublicKey, d *causal.Deed) error {
	//strata:begin causal.5
	if !s.Take(by, d.Amount) {
		return causal.ErrFunds
	}
	if d.Kind == causal.Lock {
		s.Hold(at, causal.Held{From: by, To: d.To, Amount: d.Amount, Hash: d.Hash, Until: d.Until})
		return nil
	}
	s.Give(d.To, d.Amount)
	return nil
	//strata:end
}

// end executes a Redeem or a Refund of what a lock holds (CAU-10).
func end(s *causal.State, held causal.Held, d *causal.Deed) error {
	//strata:begin causal.5
	redeem := d.Kind == causal.Redeem
	switch {
	case redeem != (s.Height < held.Until):
		return causal.ErrHeight
	case redeem && (len(d.Secret) != 32 || sha256.Sum256(d.Secret) != held.Hash):
		return causal.ErrSecret
	}
	to := held.From
	if redeem {
		to = held.To
	}
	s.End(d.Of)
	s.Give(to, held.Amount)
	return nil
	//strata:end
}

// Cut is causal.Causal's.
func (n *node) Cut(heads, others []causal.ID) (cut []causal.Delivered, whole bool) {
	seen := map[causal.ID]bool{n.root: true}
	whole = true
	for open := slices.Clone(heads); len(open) > 0; {
		id := open[len(open)-1]
		open = open[:len(open)-1]
		if seen[id] || n.ancestry.Behind(id, others) {
			continue
		}
		seen[id] = true
		u := n.updates[id]
		if u == nil {
			whole = false
			continue
		}
		cut = append(cut, causal.Delivered{ID: id, Depth: n.ancestry.Depth(id), Author: u.Author, Ops: n.ops[id]})
		open = append(open, u.Predecessors...)
	}
	return cut, whole
}
