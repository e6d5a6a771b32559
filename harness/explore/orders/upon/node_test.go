package upon_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/explore"
	"strata/harness/explore/orders/upon"
	"strata/harness/lab"
	"strata/solutions"
)

func TestSuite_EveryOrder(t *testing.T) {
	for _, s := range upon.Suite(solutions.Stack()) {
		t.Run(s.Name, func(t *testing.T) {
			r := explore.Run(s, explore.Options{})
			require.False(t, r.Failed(), "%s\n%v", r.Result.String(), r.Schedule)
			require.True(t, r.Coverage.Complete, "the budget does not suffice for all orders: %v", r.Coverage)
			t.Logf("%v, %d steps, %d callbacks", r.Coverage, r.Coverage.Steps, r.Events)
		})
	}
}

func TestSuite_Simulated(t *testing.T) {
	for _, s := range upon.Suite(solutions.Stack()) {
		for seed := range uint64(20) {
			r := lab.Run(s, lab.Options{Seed: seed})
			require.False(t, r.Failed(), r.String())
		}
	}
}
