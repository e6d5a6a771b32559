package causal

import (
	"encoding/binary"

	"strata/network"
)

// Deposit is what a commitment takes until it is revealed. It is burnt if it never is (CAU-9).
const Deposit = 10

// promise is a commitment, and what was revealed of it.
type promise struct {
	by     network.PublicKey
	hash   [32]byte
	to     network.PublicKey
	amount uint64 // 0: it was not revealed
}

// Commitment is the hash that commits an author to a transfer. The salt keeps others from guessing it.
func Commitment(document ID, author network.PublicKey, salt []byte, to network.PublicKey, amount uint64) [32]byte {
	b := append([]byte("strata\x00causal\x00commitment\x00"), document[:]...)
	b = append(append(b, author[:]...), to[:]...)
	b = binary.BigEndian.AppendUint64(b, amount)
	return network.Sum256(append(b, salt...))
}

// Begin goes to the next block. Before all else it settles what was committed to a window and a block ago: in the order
// of the commitments, deposits are paid back for what was revealed, and its transfers are executed. It returns what became
// of these, by their numbers in that block.
func (s *State) Begin() (settled []Outcome) {
	s.Height++
	if s.Height <= s.window+1 {
		return nil
	}
	due := s.Height - s.window - 1
	for i, p := range s.promises[due] {
		o := Outcome{Op: ElementID{Index: uint16(i)}, By: p.by}
		switch {
		case p.amount == 0:
			o.Why = ErrNoPromise
		default:
			s.Give(p.by, Deposit)
			if !s.Take(p.by, p.amount) {
				o.Why = ErrFunds
				break
			}
			s.Give(p.to, p.amount)
		}
		settled = append(settled, o)
	}
	delete(s.promises, due)
	return settled
}

// Promise executes a Commit: it takes the deposit. Errors: ErrTaken, ErrFunds.
func (s *State) Promise(by network.PublicKey, hash [32]byte) error {
	if s.taken[hash] {
		return ErrTaken
	}
	if !s.Take(by, Deposit) {
		return ErrFunds
	}
	s.taken[hash] = true
	s.promises[s.Height] = append(s.promises[s.Height], &promise{by: by, hash: hash})
	return nil
}

// Fulfil executes a Reveal, within the window after the commitment's block. Error: ErrNoPromise.
func (s *State) Fulfil(by network.PublicKey, d *Deed) error {
	hash := Commitment(s.document, by, d.Secret, d.To, d.Amount)
	for height, block := range s.promises {
		for _, p := range block {
			if p.hash == hash && p.by == by && p.amount == 0 && len(d.Secret) == 32 && height < s.Height {
				p.to, p.amount = d.To, d.Amount
				return nil
			}
		}
	}
	return ErrNoPromise
}
