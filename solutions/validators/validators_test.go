package validators_test

import (
	"fmt"
	"testing"

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

func TestSuite(t *testing.T) {
	for _, s := range validatorstest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(20) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), fmt.Sprint(r))
			}
		})
	}
}
