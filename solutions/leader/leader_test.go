package leader_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	contract "strata/ledgers/leader"
	"strata/ledgers/leader/leadertest"
	"strata/solutions"
	"strata/solutions/leader"
)

func stack() contract.Stack {
	return contract.Stack{Stack: solutions.Stack().Stack.Stack, NewLog: leader.NewLog, NewLeader: leader.New}
}

// Each scenario has a few seeds here; CI grades the electives with 20.
func TestSuite(t *testing.T) {
	for _, s := range leadertest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), fmt.Sprint(r))
			}
		})
	}
}
