package nodetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/lab"
	"strata/harness/lab/loopback"
	"strata/node/nodetest"
	"strata/solutions"
)

// ours is the reference, and its runs share what they have verified, as in a grade.
func ours() chain.Stack {
	stack := solutions.Stack()
	stack.Verifier = lab.Verdicts
	return stack
}

// TestReferenceHoldsEveryScenario proves FRK-1 to FRK-8 for the reference and what is around it. What
// is not graded gets half as many seeds here as a grade has.
func TestReferenceHoldsEveryScenario(t *testing.T) {
	for _, s := range nodetest.Suite(ours()) {
		seeds := uint64(10)
		switch {
		case testing.Short():
			seeds = 5
		case s.Provided:
			seeds = 100
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), "%v", r)
			}
		})
	}
}

// TestReferenceSyncsThousands proves the rules of the sync where there is much of everything.
func TestReferenceSyncsThousands_SYN5_SYN6_SYN7(t *testing.T) {
	seeds := uint64(6)
	if testing.Short() {
		seeds = 1
	}
	for _, s := range nodetest.Long(ours()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range seeds {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), "%v", r)
			}
		})
	}
}

// What signatures were verified before, in this process, changes nothing but speed: a run that finds
// them all known is the same run.
func TestSameRunWithKnownSignatures_CHN13(t *testing.T) {
	for _, s := range nodetest.Suite(ours()) {
		first := lab.Run(s, lab.Options{Seed: 77})
		require.Equal(t, first.Hash, lab.Run(s, lab.Options{Seed: 77}).Hash, s.Name)
	}
}

func TestReferenceOnTCP_FRK7(t *testing.T) {
	for _, s := range nodetest.Suite(ours()) {
		if s.RealTime {
			r := loopback.Run(s, loopback.Options{})
			require.False(t, r.Failed(), "%v", r)
		}
	}
}
