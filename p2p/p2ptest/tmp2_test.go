package p2ptest_test

import (
	"sync"
	"testing"

	"strata/harness/lab"
	"strata/harness/reference"
	"strata/harness/sim"
	"strata/p2p/p2ptest"
)

func TestTmpEngines(t *testing.T) {
	for _, s := range p2ptest.Suite(reference.Stack().Stack.Stack.Stack) {
			for seed := uint64(1); seed <= 5; seed++ {
				a := lab.Run(s, lab.Options{Seed: seed})
				b := lab.Run(s, lab.Options{Seed: seed, Engine: sim.Windows, Workers: 1})
				if a.Hash != b.Hash || b.Failed { t.Error(s.Name, seed, a.Hash, b) }
			}
	}
}
func TestTmpTCP(t *testing.T) {
	var wg sync.WaitGroup
	for _, s := range p2ptest.Suite(reference.Stack().Stack.Stack.Stack) {
		if !s.RealTime { continue }
		wg.Go(func() {
			r := lab.RunTCP(s, lab.TCPOptions{Seed: 1})
			if r.Failed { t.Error(r.String()) }
		})
	}
	wg.Wait()
}
