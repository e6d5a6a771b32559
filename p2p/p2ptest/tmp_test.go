package p2ptest_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"strata/harness/lab"
	"strata/harness/reference"
	"strata/p2p/p2ptest"
)

func TestTmp(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SEEDS"))
	if n == 0 { n = 20 }
	for _, s := range p2ptest.Suite(reference.Stack().Stack.Stack.Stack) {
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
