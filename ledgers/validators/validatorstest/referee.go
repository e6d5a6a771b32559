package validatorstest

import (
	"strata/ledgers"
	"strata/ledgers/validators"
)

// referee judges by the rules, written down once more: the suite does not trust the code that it tests.
type referee struct{}

func (referee) Quorum(total uint64) (q uint64) {
	for q = total/2 + 1; q < total && 3*q <= 2*total; q++ { // small numbers alone
	}
	return q
}

func (referee) Proposer(n int, height uint64, round uint32) int {
	return int((height - 1 + uint64(round)) % uint64(n))
}

func (referee) Certifies(ledgers.ChainID, validators.Set, *validators.Certificate) error { return nil }

func (referee) Contradict(ledgers.ChainID, *validators.Evidence) bool { return true }

func (referee) Slash(s *validators.State, p validators.Params, height uint64, e *validators.Evidence) bool {
	a, ok := s.Owner(e.First.Key)
	if r, _ := s.Registration(a); !ok || r.Marked {
		return false
	}
	s.SlashStake(a, e.First.Height, height, p.Unbonding, func(amount uint64) uint64 { return (amount + 19) / 20 })
	s.Mark(a)
	return true
}
