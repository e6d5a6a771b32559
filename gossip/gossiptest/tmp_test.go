package gossiptest_test

import (
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"strata/gossip/gossiptest"
	"strata/harness/lab"
	"strata/harness/reference"
	"strata/harness/sim"
)

func TestTmp(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SEEDS"))
	if n == 0 { n = 20 }
	for _, s := range gossiptest.Suite(reference.Stack().Stack.Stack) {
		t.Run(s.Name, func(t *testing.T) {
			start := time.Now()
			bad := 0
			var ev uint64
			for seed := 1; seed <= n; seed++ {
				r := lab.Run(s, lab.Options{Seed: uint64(seed)})
				ev += r.Events
				if r.Failed { if bad < 3 {t.Error(r.String()) }; bad++; if os.Getenv("FIRST") != "" { break } }
			}
			t.Logf("%s: %d bad of %d; %v per run, %d events", s.Name, bad, n, time.Since(start)/time.Duration(n), ev/uint64(n))
		})
	}
}
func TestTmpEngines(t *testing.T) {
	for _, s := range gossiptest.Suite(reference.Stack().Stack.Stack) {
			for seed := uint64(1); seed <= 5; seed++ {
				a := lab.Run(s, lab.Options{Seed: seed})
				b := lab.Run(s, lab.Options{Seed: seed, Engine: sim.Windows, Workers: 1})
				if a.Hash != b.Hash || b.Failed { t.Error(s.Name, seed, a.Hash, b) }
			}
	}
}
func TestTmpTCP(t *testing.T) {
	var wg sync.WaitGroup
	for _, s := range gossiptest.Suite(reference.Stack().Stack.Stack) {
		if !s.RealTime { continue }
		wg.Go(func() {
			r := lab.RunTCP(s, lab.TCPOptions{Seed: 1})
			if r.Failed { t.Error(r.String()) }
		})
	}
	wg.Wait()
}
