package network_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/harness/lab/loopback"
	contract "strata/network"
	"strata/network/networktest"
	"strata/scenario"
	"strata/solutions/network"
)

func suite() []scenario.Scenario {
	return networktest.Suite(contract.Stack{NewNetwork: network.New})
}

// Each scenario has a few seeds here; TestAll_OnTheSimulatedNetwork of harness/course/suites has 20, a grade 200.
func TestSuite_Simulated(t *testing.T) {
	for _, s := range suite() {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(10) {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), r)
			}
		})
	}
}

// The scenarios spend their time waiting, so all of them run at once.
func TestSuite_TCP(t *testing.T) {
	var wg sync.WaitGroup
	for _, s := range suite() {
		if s.RealTime {
			wg.Go(func() {
				if r := loopback.Run(s, loopback.Options{Seed: 1}); r.Failed() {
					t.Error(r)
				}
			})
		}
	}
	wg.Wait()
}
