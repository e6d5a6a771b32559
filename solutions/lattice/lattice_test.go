package lattice_test

import (
	"fmt"
	"testing"
	"time"

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

// Each scenario has a few seeds here; CI grades the electives with 20.
func TestSuite(t *testing.T) {
	for _, s := range latticetest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), fmt.Sprint(r))
			}
		})
	}
}

// From the submission until all have cemented it take three messages one after the other: the block, the votes, the final
// votes. A delay is a second here, and what the simulated network takes besides, at most 150 ms; the disk's sync before a
// final vote has the last 50 ms.
func TestPace_WithinThreeDelays_L3(t *testing.T) {
	for seed := range uint64(5) {
		var took time.Duration
		r := lab.Run(latticetest.Pace(stack(), time.Second, &took), lab.Options{Seed: seed})
		require.False(t, r.Failed(), fmt.Sprint(r))
		require.GreaterOrEqual(t, took, 3*time.Second, "seed %d", seed)
		require.Less(t, took, 3*(time.Second+150*time.Millisecond)+50*time.Millisecond, "seed %d", seed)
	}
}
