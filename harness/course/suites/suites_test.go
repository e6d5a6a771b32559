package suites_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/harness/lab/loopback"
	"strata/harness/sim"
	"strata/solutions"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seeds is how many runs of each scenario a test makes. A grade has 200, and CI grades the solutions.
const seeds = 20

func TestAll_AreWellFormed(t *testing.T) {
	names := map[string]bool{}
	graded := map[string]bool{}
	for _, s := range suites.Everything(solutions.Electives()) {
		require.NotEmpty(t, s.Title, s.Name)
		require.NotEmpty(t, s.Rules, s.Name)
		require.Positive(t, s.For, s.Name)
		require.NotNil(t, s.Setup, s.Name)
		require.False(t, names[s.Name], "%s stands twice", s.Name)
		require.False(t, s.RealTime && s.Faults.Any(), "%s: no faults in real time", s.Name)
		if s.Faults.Any() {
			require.LessOrEqual(t, s.Faults.Until, s.For, s.Name)
		}
		_, found := strings.CutPrefix(s.Name, steps.LayerOf(s.Step)+"/")
		require.True(t, found || steps.LayerOf(s.Step) == steps.Whole, "%s grades %s", s.Name, s.Step)
		step, known := steps.Find(s.Step)
		require.True(t, known, "%s grades %q, which is no step", s.Name, s.Step)
		names[s.Name], graded[step.ID] = true, true
	}
	for _, s := range steps.List {
		require.True(t, graded[s.ID], "no scenario grades %s", s.ID)
	}
}

// TestAll_NameEveryRule compares the rules of docs/protocol.md with those that scenarios prove.
func TestAll_NameEveryRule(t *testing.T) {
	proved := map[string]bool{}
	for _, s := range suites.All(solutions.Stack()) {
		for _, id := range s.Rules {
			_, known := rules.Find(id)
			require.True(t, known, "%s names %s, which is no rule", s.Name, id)
			proved[id] = true
		}
	}
	var holes []string
	for _, r := range rules.All() {
		if !proved[r.ID] {
			holes = append(holes, r.ID)
		}
	}
	require.Empty(t, holes, "rules that no scenario proves")
}

// TestAll_OnTheSimulatedNetwork runs the reference through every scenario. What is done to it must
// really happen: a kind of fault that never makes a difference proves nothing.
func TestAll_OnTheSimulatedNetwork(t *testing.T) {
	for _, s := range suites.All(solutions.Stack()) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			injected, fired := map[string]int{}, map[string]int{}
			for seed := uint64(1); seed <= seeds; seed++ {
				r := lab.Run(s, lab.Options{Seed: seed})
				require.False(t, r.Failed(), r.String())
				for kind, n := range r.Injected {
					injected[kind] += n
				}
				for kind, n := range r.Fired {
					fired[kind] += n
				}
			}
			for kind := range injected {
				require.Positive(t, fired[kind], "no %s ever struck", kind)
			}
		})
	}
}

// TestAll_AreReproducible runs seeds again, on both engines. (A grade runs some again, too.)
func TestAll_AreReproducible(t *testing.T) {
	for _, s := range suites.All(solutions.Stack()) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 2; seed++ {
				first := lab.Run(s, lab.Options{Seed: seed})
				require.Equal(t, first.Hash, lab.Run(s, lab.Options{Seed: seed}).Hash, "the same engine")
				byTime := lab.Without{lab.KeyOrder: true} // priorities need the total order
				first = lab.Run(s, lab.Options{Seed: seed, Without: byTime})
				windows := lab.Run(s, lab.Options{Seed: seed, Without: byTime, Engine: sim.Windows, Workers: 1})
				require.Equal(t, first.Hash, windows.Hash, "the other engine: %v", windows)
			}
		})
	}
}

// TestAll_OnLoopbackTCP runs all of them at once: they wait for real time, and hardly compute.
func TestAll_OnLoopbackTCP(t *testing.T) {
	var results []lab.Result
	var mu sync.Mutex
	var running sync.WaitGroup
	for _, s := range suites.All(solutions.Stack()) {
		if !s.RealTime || testing.Short() && s.For > 5*time.Second {
			continue
		}
		running.Go(func() {
			r := loopback.Run(s, loopback.Options{Seed: 1})
			mu.Lock()
			defer mu.Unlock()
			results = append(results, r)
		})
	}
	running.Wait()
	require.NotEmpty(t, results)
	for _, r := range results {
		require.False(t, r.Failed(), r.String())
	}
}
