package validators_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	contract "strata/ledgers/validators"
	"strata/ledgers/validators/validatorstest"
	"strata/solutions"
	"strata/solutions/validators"
)

func stack() contract.Stack {
	return contract.Stack{Stack: solutions.Stack().Stack.Stack, NewJudge: validators.NewJudge, NewValidators: validators.New}
}

// Each scenario has a few seeds here; CI grades the electives with 20.
func TestSuite(t *testing.T) {
	for _, s := range validatorstest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), fmt.Sprint(r))
			}
		})
	}
}

// From the proposal to the decision at all seven take three messages one after the other: the proposal, the prevotes,
// the precommits. The target says four delays; each here is a second, and the simulator's own latency besides.
func TestPace_WithinFourDelays_L1(t *testing.T) {
	for seed := range uint64(5) {
		var took time.Duration
		r := lab.Run(validatorstest.Pace(stack(), time.Second, &took), lab.Options{Seed: seed})
		require.False(t, r.Failed(), fmt.Sprint(r))
		require.GreaterOrEqual(t, took, 3*time.Second, "seed %d", seed)
		require.Less(t, took, 4*time.Second, "seed %d", seed)
	}
}
