package causal

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"strata/ledgers/causal"
	"strata/network"
)

func (bank) Execute(s *causal.State, cut []causal.Delivered) []causal.Outcome {
	outcomes := s.Begin()
	sorted := slices.Clone(cut)
	slices.SortFunc(sorted, func(a, b causal.Delivered) int {
		if a.Depth != b.Depth {
			return cmp.Compare(a.Depth, b.Depth)
		}
		return a.ID.Compare(b.ID)
	})
	for _, u := range sorted {
		for i, op := range u.Ops {
			if op.Action != causal.Do {
				continue
			}
			at := causal.ElementID{Update: u.ID, Index: uint16(i)}
			outcomes = append(outcomes, causal.Outcome{Op: at, By: u.Author, Why: do(s, at, u.Author, op)})
		}
	}
	return outcomes
}

func spend(s *causal.State, at causal.ElementID, by network.PublicKey, d *causal.Deed) error {
	if !s.Take(by, d.Amount) {
		return causal.ErrFunds
	}
	switch d.Kind {
	case causal.Lock:
		s.Hold(at, causal.Held{From: by, To: d.To, Amount: d.Amount, Hash: d.Hash, Until: d.Until})
	default:
		s.Give(d.To, d.Amount)
	}
	return nil
}

func end(s *causal.State, held causal.Held, d *causal.Deed) error {
	if d.Kind == causal.Redeem && s.Height >= held.Until {
		return causal.ErrHeight
	}
	if d.Kind != causal.Redeem && s.Height < held.Until {
		return causal.ErrHeight
	}
	if d.Kind == causal.Redeem && (len(d.Secret) != 32 || sha256.Sum256(d.Secret) != held.Hash) {
		return causal.ErrSecret
	}
	s.End(d.Of)
	if d.Kind == causal.Redeem {
		s.Give(held.To, held.Amount)
	} else {
		s.Give(held.From, held.Amount)
	}
	return nil
}
