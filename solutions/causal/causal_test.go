package causal_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	contract "strata/ledgers/causal"
	"strata/ledgers/causal/causaltest"
	"strata/solutions"
	"strata/solutions/causal"
)

func stack() contract.Stack {
	s := solutions.Electives().Causal()
	s.NewDocument, s.NewCausal, s.NewBank = causal.NewDocument, causal.New, causal.NewBank
	return s
}

// Each scenario has a few seeds here; CI grades the electives with 20.
func TestSuite(t *testing.T) {
	for _, s := range causaltest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), fmt.Sprint(r))
			}
		})
	}
}
