package lab_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// eventful has one choice of each class at least.
func eventful() scenario.Scenario {
	s := newScenario(func(w scenario.World) {
		talk(w, &counter{})
		w.Node(w.Addr(2), func(network.Host) {})
		w.At(time.Second, w.Addr(2), "nothing", func() {})
		w.At(time.Second, w.Addr(2), "nothing", func() {})
		w.Inject(scenario.Fault{Kind: scenario.Stall, At: time.Second, For: 80 * time.Millisecond,
			A: []network.Addr{w.Addr(0)}})
	})
	s.Faults = scenario.Faults{Fragment: true, Jitter: 30 * time.Millisecond, Resets: 2, Until: time.Second}
	return s
}

// complete is a seed that draws faults of each class, as many as there can be.
func complete(t *testing.T) uint64 {
	t.Helper()
	for seed := range uint64(1000) {
		if all := lab.Choices(eventful(), seed); len(all) == 11 {
			return seed
		}
	}
	t.Fatal("no seed draws all")
	return 0
}

func TestChoices_HaveKeys(t *testing.T) {
	var keys []string
	for _, c := range lab.Choices(eventful(), complete(t)) {
		require.NotEmpty(t, c.Text)
		keys = append(keys, c.Key)
	}
	require.Equal(t, []string{
		"jitter", "fragment",
		"node 10.0.0.2:4000", "node 10.0.0.1:4000", "node 10.0.0.3:4000",
		"work 1s 10.0.0.3:4000 nothing #1", "work 1s 10.0.0.3:4000 nothing #2",
		"injected stall #1", "injected stall #1 length",
		"reset #1", "reset #2",
	}, keys)
}

// What is left out is the only thing that changes in what the world is told.
func TestRun_WithoutAChoice(t *testing.T) {
	seed := complete(t)
	see := func(without ...string) (faults []scenario.Fault, work int) {
		lab.Run(eventful(), lab.Options{Seed: seed, Without: lab.Without(nil).With(without...),
			Injected: func(f []scenario.Fault) { faults = f },
			Trace: func(e sim.TraceEvent) {
				if e.Kind == sim.TraceWork {
					work++
				}
			}})
		return faults, work
	}
	all, work := see()
	require.Len(t, all, 3)
	require.Equal(t, 2, work)
	some, work := see("reset #1", "work 1s 10.0.0.3:4000 nothing #2")
	require.Equal(t, []scenario.Fault{all[0], all[2]}, some)
	require.Equal(t, 1, work)
	short, _ := see("injected stall #1 length")
	require.Equal(t, 10*time.Millisecond, short[0].For)
	_, work = see("node 10.0.0.3:4000")
	require.Zero(t, work, "nobody is there to do it")
}

// busy is a seed whose reset comes late enough to leave something to be drawn.
func busy(t *testing.T, after time.Duration) uint64 {
	t.Helper()
	for seed := complete(t); seed < 10_000; seed++ {
		all := lab.Choices(eventful(), seed)
		if len(all) == 11 && all[9].At > after && all[10].At > after {
			return seed
		}
	}
	t.Fatal("no such seed")
	return 0
}

// Another future has the same past, and draws the faults that begin later again.
func TestRun_Rekey(t *testing.T) {
	const at = 600 * time.Millisecond
	seed := busy(t, at)
	see := func(r sim.Rekey) (faults []scenario.Fault, past []string, hash uint64) {
		result := lab.Run(eventful(), lab.Options{Seed: seed, Rekey: r,
			Injected: func(f []scenario.Fault) { faults = f },
			Trace: func(e sim.TraceEvent) {
				if e.At < at {
					past = append(past, e.String())
				}
			}})
		return faults, past, result.Hash
	}
	faults, past, hash := see(sim.Rekey{})
	for future := range uint64(20) {
		others, same, other := see(sim.Rekey{At: at, Seed: future + 1})
		require.Equal(t, past, same)
		require.NotEqual(t, hash, other)
		require.Len(t, others, len(faults))
		for i, f := range faults {
			if f.At < at || i == 0 { // the scenario's own stays
				require.Equal(t, f, others[i])
			} else {
				require.GreaterOrEqual(t, others[i].At, at)
			}
		}
	}
}
