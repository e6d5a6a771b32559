package validators

import (
	"math/bits"

	"strata/ledgers"
	"strata/ledgers/validators"
)

func (judge) Quorum(total uint64) uint64 { return total - (total-1)/3 }

func (judge) Proposer(n int, height uint64, round uint32) int {
	size := uint64(n)
	return int(((height-1)%size + uint64(round)%size) % size)
}

func (j judge) Certifies(chain ledgers.ChainID, set validators.Set, c *validators.Certificate) error {
	if bits.Len32(c.Signers) > len(set) || len(c.Signatures) != bits.OnesCount32(c.Signers) {
		return validators.ErrCertificate
	}
	var power uint64
	rest := c.Signatures
	for i := range set {
		if !c.Signed(i) {
			continue
		}
		w := &validators.Word{
			Kind: validators.Precommit, Height: c.Height, Round: c.Round, Hash: c.Hash,
			Valid: validators.NoRound, Key: set[i].Key, Signature: rest[0],
		}
		if w.Nil() || !w.Verify(chain) {
			return validators.ErrCertificate
		}
		rest = rest[1:]
		power += set[i].Power
	}
	if power < j.Quorum(set.Total()) {
		return validators.ErrCertificate
	}
	return nil
}
