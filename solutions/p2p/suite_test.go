package p2p_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/messaging"
	"strata/network"
	contract "strata/p2p"
	"strata/p2p/p2ptest"
	ourmessaging "strata/solutions/messaging"
	ournetwork "strata/solutions/network"
	"strata/solutions/p2p"
)

// Each scenario has a few seeds here; TestAll_OnTheSimulatedNetwork of harness/course/suites has 20, a grade 200.
func TestSuite_Simulated(t *testing.T) {
	stack := contract.Stack{
		Stack:  messaging.Stack{Stack: network.Stack{NewNetwork: ournetwork.New}, NewMessaging: ourmessaging.New},
		NewP2P: p2p.New,
	}
	for _, s := range p2ptest.Suite(stack) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(10) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), r)
			}
		})
	}
}
