package gossip_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	contract "strata/gossip"
	"strata/gossip/gossiptest"
	"strata/harness/lab"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/solutions/gossip"
	ourmessaging "strata/solutions/messaging"
	ournetwork "strata/solutions/network"
	ourp2p "strata/solutions/p2p"
)

func stack() contract.Stack {
	return contract.Stack{
		Stack: p2p.Stack{
			Stack:  messaging.Stack{Stack: network.Stack{NewNetwork: ournetwork.New}, NewMessaging: ourmessaging.New},
			NewP2P: ourp2p.New,
		},
		NewGossip: gossip.New,
	}
}

// Each scenario has a few seeds here; TestAll_OnTheSimulatedNetwork of harness/course/suites has 20, a grade 200.
func TestSuite_Simulated(t *testing.T) {
	for _, s := range gossiptest.Suite(stack()) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(10) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), r)
			}
		})
	}
}
