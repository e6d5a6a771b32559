// This file is yours to edit. docs/8-validators.md is the chapter; `make reset LAYER=validators` gives a fresh copy.

package validators

import (
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// judge is validators.Judge.
type judge struct{}

// NewJudge makes a judge.
func NewJudge() validators.Judge { return judge{} }

// Quorum is validators.Judge's.
func (judge) Quorum(total uint64) uint64 {
	panic(network.NotWritten("validators.1")) // 1 line in our solution
}

// Proposer is validators.Judge's.
func (judge) Proposer(n int, height uint64, round uint32) int {
	panic(network.NotWritten("validators.1")) // 2 lines in our solution
}

// Certifies is validators.Judge's.
func (j judge) Certifies(chain ledgers.ChainID, set validators.Set, c *validators.Certificate) error {
	panic(network.NotWritten("validators.1")) // 20 lines in our solution
}

// Contradict is validators.Judge's.
func (judge) Contradict(chain ledgers.ChainID, e *validators.Evidence) bool {
	panic(network.NotWritten("validators.5")) // 4 lines in our solution
}

// Slash is validators.Judge's.
func (judge) Slash(s *validators.State, p validators.Params, height uint64, e *validators.Evidence) bool {
	panic(network.NotWritten("validators.5")) // 16 lines in our solution
}
