package lattice_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	contract "strata/ledgers/lattice"
	"strata/ledgers/lattice/latticetest"
	"strata/solutions"
	"strata/solutions/lattice"
)

func stack() contract.Stack {
	return contract.Stack{Stack: solutions.Stack().Stack.Stack, NewLattice: lattice.New}
}

func TestSuite(t *testing.T) {
	for _, s := range latticetest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(20) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), fmt.Sprint(r))
			}
		})
	}
}
