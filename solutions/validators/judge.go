package validators

import (
	"bytes"
	"fmt"
	"math/bits"

	"strata/ledgers"
	"strata/ledgers/validators"
)

// judge is validators.Judge.
type judge struct{}

// NewJudge makes a judge.
func NewJudge() validators.Judge { return judge{} }

// Quorum is validators.Judge's.
func (judge) Quorum(total uint64) uint64 {
	//strata:begin validators.1
	return total - (total-1)/3
	//strata:end
}

// Proposer is validators.Judge's.
func (judge) Proposer(n int, height uint64, round uint32) int {
	//strata:begin validators.1
	all := uint64(n)
	return int(((height-1)%all + uint64(round)%all) % all)
	//strata:end
}

// Certifies is validators.Judge's.
func (j judge) Certifies(chain ledgers.ChainID, set validators.Set, c *validators.Certificate) error {
	//strata:begin validators.1
	if c.Signers>>len(set) != 0 || bits.OnesCount32(c.Signers) != len(c.Signatures) {
		return fmt.Errorf("%w: bits %b and %d signatures, of %d validators (VAL-7)", validators.ErrCertificate,
			c.Signers, len(c.Signatures), len(set))
	}
	power, next := uint64(0), 0
	for i, v := range set {
		if !c.Signed(i) {
			continue
		}
		w := validators.Word{Kind: validators.Precommit, Height: c.Height, Round: c.Round, Hash: c.Hash,
			Valid: validators.NoRound, Key: v.Key, Signature: c.Signatures[next]}
		if w.Nil() || !w.Verify(chain) {
			return fmt.Errorf("%w: validator %d has not signed it (VAL-7)", validators.ErrCertificate, i)
		}
		power, next = power+v.Power, next+1
	}
	if quorum := j.Quorum(set.Total()); power < quorum {
		return fmt.Errorf("%w: power %d of %d (VAL-7)", validators.ErrCertificate, power, quorum)
	}
	return nil
	//strata:end
}

// Contradict is validators.Judge's.
func (judge) Contradict(chain ledgers.ChainID, e *validators.Evidence) bool {
	//strata:begin validators.5
	a, b := e.First, e.Second
	return a.Kind == b.Kind && a.Height == b.Height && a.Round == b.Round && a.Key == b.Key &&
		(a.Hash != b.Hash || a.Valid != b.Valid) &&
		bytes.Compare(a.Encode(), b.Encode()) < 0 && a.Verify(chain) && b.Verify(chain)
	//strata:end
}

// Slash is validators.Judge's.
func (judge) Slash(s *validators.State, p validators.Params, height uint64, e *validators.Evidence) bool {
	//strata:begin validators.5
	at := e.First.Height
	if at > height || height-at > p.Unbonding {
		return false
	}
	set := s.Set(at)
	i := set.Index(e.First.Key)
	if i < 0 {
		return false
	}
	account := set[i].Account
	if r, ok := s.Registration(account); !ok || r.Marked {
		return false
	}
	s.SlashStake(account, at, height, p.Unbonding, func(amount uint64) uint64 { return (amount + 19) / 20 })
	s.Mark(account)
	return true
	//strata:end
}
