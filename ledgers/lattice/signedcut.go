package lattice

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/ledgers"
	"strata/network"
)

// SignedCut is a checkpoint: a cut, and representatives that have signed it (LAT-11).
type SignedCut struct {
	*Cut
	Signatures []CutSignature // in ascending order of representatives
}

// CutSignature is a representative's word that it has cemented what the cut says.
type CutSignature struct {
	Representative Account
	Signature      network.Signature
}

// Bounds of a checkpoint.
const (
	MaxCutAge    = 30 * 24 * time.Hour // for a node that starts from it
	MaxSigners   = 1000                // more than weigh a thousandth there are not
	signCutUntil = 24 * time.Hour      // after it was made
	cutAhead     = 5 * time.Minute     // that its maker's clock may be before the reader's
)

// cutMagic begins a checkpoint.
var cutMagic = [8]byte{'l', 'a', 't', '-', 'c', 'u', 't', 1}

func cutPreimage(chain ledgers.ChainID, root Hash) []byte {
	return append(ledgers.Preimage(Name, "checkpoint", chain), root[:]...)
}

// Sign has a representative sign a cut that its ledger has come to, at most a day after it was made. Errors: those of
// Book.Agrees; ErrCheckpoint if it is of another time.
func (b *Book) Sign(c *Cut, id network.Identity, now time.Time) (s CutSignature, err error) {
	if err := c.fresh(now, signCutUntil); err != nil {
		return s, err
	}
	if err := b.Agrees(c); err != nil {
		return s, err
	}
	return CutSignature{id.Key(), id.Sign(cutPreimage(c.Chain, c.Root()))}, nil
}

// fresh refuses a cut that is too old, or from the time to come.
func (c *Cut) fresh(now time.Time, most time.Duration) error {
	switch age := now.Sub(time.Unix(int64(min(c.Made, 1<<40)), 0)); {
	case age > most:
		return fmt.Errorf("%w: it was made %v ago, which is more than %v", ErrCheckpoint, age.Round(time.Second), most)
	case age < -cutAhead:
		return fmt.Errorf("%w: it was made %v from now: one of the clocks is wrong", ErrCheckpoint, -age.Round(time.Second))
	}
	return nil
}

// Add adds a signature, or puts it in the place of that of the same representative. It is not checked.
func (s *SignedCut) Add(one CutSignature) {
	at, found := slices.BinarySearchFunc(s.Signatures, one.Representative, func(x CutSignature, of Account) int {
		return CompareAccounts(x.Representative, of)
	})
	if found {
		s.Signatures[at] = one
		return
	}
	s.Signatures = slices.Insert(s.Signatures, at, one)
}

// Check says whether a node of the genesis may start from it (LAT-11): it is the one that the operator names by its root,
// not too old, whole, and signed by enough weight. Error: ErrCheckpoint, with what is wrong.
func (s *SignedCut) Check(g *Genesis, root Hash, now time.Time) error {
	switch got := s.Root(); {
	case s.Chain != g.Chain():
		return fmt.Errorf("%w: it is of chain %s, and this network is %s", ErrCheckpoint, s.Chain, g.Chain())
	case got != root:
		return fmt.Errorf("%w: its root is %x, and not %x", ErrCheckpoint, got, root)
	case !s.sound(g.Supply()):
		return fmt.Errorf("%w: %w", ErrCheckpoint, errSupply)
	}
	if err := s.fresh(now, MaxCutAge); err != nil {
		return err
	}
	if err := s.checkHeads(g); err != nil {
		return err
	}
	signed, err := s.Signed()
	if err != nil {
		return err
	}
	if need := s.Need(g); signed.Cmp(need) < 0 {
		return fmt.Errorf("%w: representatives with %s have signed it, and it takes %s", ErrCheckpoint, signed, need)
	}
	return nil
}

// checkHeads looks at what the hashes of the heads leave out: signatures and work. Blocks of genesis have none.
func (s *SignedCut) checkHeads(g *Genesis) error {
	genesis := map[Hash]bool{}
	for _, b := range g.Blocks() {
		genesis[b.Hash(s.Chain)] = true
	}
	for _, p := range s.Heads {
		if genesis[p.Hash] {
			continue
		}
		switch {
		case WorkValue(p.Work, p.Hash) < g.Threshold(p.Kind):
			return fmt.Errorf("%w: the head of %s has too little work", ErrCheckpoint, Address(p.Account))
		case !p.Verify(s.Chain):
			return fmt.Errorf("%w: the head of %s is not signed by it", ErrCheckpoint, Address(p.Account))
		}
	}
	return nil
}

// Need is the weight that has to sign: a quorum of what genesis wants at least, and more than half of what all weigh by
// the cut, which is no less than what is online.
func (s *SignedCut) Need(g *Genesis) Amount {
	quorum := g.Supply().Share(g.Least, Whole).Share(2, 3)
	if half := s.held().Share(1, 2); half.Cmp(quorum) > 0 {
		quorum = half
	}
	return quorum.Plus(Raw(1))
}

// Signed is the weight, by the cut, of those who have signed it. Error: ErrCheckpoint if a signature is wrong.
func (s *SignedCut) Signed() (sum Amount, err error) {
	message, weights := cutPreimage(s.Chain, s.Root()), map[Account]Amount{}
	for _, p := range s.Heads {
		weights[p.Representative] = weights[p.Representative].Plus(p.Balance)
	}
	for _, one := range s.Signatures {
		if !ledgers.Verify(one.Representative, message, one.Signature) {
			return Amount{}, fmt.Errorf("%w: %s has not signed it: its signature is wrong", ErrCheckpoint, Address(one.Representative))
		}
		sum = sum.Plus(weights[one.Representative])
	}
	return sum, nil
}

// Encode is the checkpoint's encoding: eight bytes that say what it is, the cut, the number of signatures, and each as
// representative and signature.
func (s *SignedCut) Encode() []byte {
	out := append(cutMagic[:], s.Cut.Encode()...)
	out = binary.BigEndian.AppendUint16(out, uint16(len(s.Signatures)))
	for _, one := range s.Signatures {
		out = append(append(out, one.Representative[:]...), one.Signature[:]...)
	}
	return out
}

// DecodeSignedCut reads a checkpoint. Nothing in it is checked but its form. Error: ErrCheckpoint.
func DecodeSignedCut(text []byte) (*SignedCut, error) {
	d := ledgers.NewDecoder(text)
	var magic [8]byte
	if d.Into(magic[:]); magic != cutMagic {
		return nil, fmt.Errorf("%w: it does not begin as one", ErrCheckpoint)
	}
	s := &SignedCut{Cut: decodeCut(d)}
	for n := d.Count(MaxSigners); n > 0 && d.OK(); n-- {
		var one CutSignature
		d.Into(one.Representative[:])
		d.Into(one.Signature[:])
		if last := len(s.Signatures) - 1; last >= 0 && CompareAccounts(s.Signatures[last].Representative, one.Representative) >= 0 {
			d.Fail(errors.New("its signatures are out of order"))
		}
		s.Signatures = append(s.Signatures, one)
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return s, nil
}
