package chain_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/network"
	"strata/scenario"
	solution "strata/solutions/chain"
)

// instant is a world for scenarios that need no network: it does every item of work at once. What such a
// scenario has no use for is missing, and panics.
type instant struct {
	scenario.World
	rand   *rand.Rand
	work   []func()
	failed string
}

func (w *instant) Rand() *rand.Rand                                       { return w.rand }
func (w *instant) Addr(n int) network.Addr                                { return network.Addr(fmt.Sprintf("10.0.0.%d:1", n+1)) }
func (w *instant) Node(network.Addr, func(network.Host))                  {}
func (w *instant) At(_ time.Duration, _ network.Addr, _ string, f func()) { w.work = append(w.work, f) }
func (w *instant) Sometimes(string) func(bool)                            { return func(bool) {} }

func (w *instant) Fail(c scenario.Clause, format string, args ...any) {
	if w.failed == "" {
		w.failed = c.Rule() + ": " + fmt.Sprintf(format, args...)
	}
}

// play runs a scenario on the world and returns what failed, which is empty if nothing did.
func play(s scenario.Scenario, seed uint64) string {
	w := &instant{rand: rand.New(rand.NewPCG(seed, 0))}
	s.Setup(w)
	for _, f := range w.work {
		f()
	}
	return w.failed
}

func TestSolution_PassesTheSuite(t *testing.T) {
	for _, s := range chaintest.Suite(chain.Stack{NewExecutor: solution.New}) {
		t.Run(s.Name, func(t *testing.T) {
			start := time.Now()
			for seed := range uint64(200) {
				require.Empty(t, play(s, seed), "seed %d", seed)
			}
			t.Logf("%v a run", time.Since(start)/200)
		})
	}
}
