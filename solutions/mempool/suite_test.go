package mempool_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/harness/lab/loopback"
	"strata/mempool/mempooltest"
	"strata/solutions"
)

// Each scenario has a few seeds here; TestAll_OnTheSimulatedNetwork of harness/course/suites has 20, a grade 200.
func TestSolution_PassesTheSuite(t *testing.T) {
	for _, s := range mempooltest.Suite(solutions.Stack().Stack) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(10) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), r)
			}
		})
	}
}

func TestSolution_PassesTheSuite_TCP(t *testing.T) {
	for _, s := range mempooltest.Suite(solutions.Stack().Stack) {
		if s.RealTime {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				r := loopback.Run(s, loopback.Options{})
				require.False(t, r.Failed(), r)
			})
		}
	}
}
