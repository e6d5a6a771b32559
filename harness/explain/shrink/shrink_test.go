package shrink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/explain/shrink"
	"strata/harness/lab"
	"strata/network"
	"strata/scenario"
	"strata/solutions"
)

// long keeps the clock of a slow machine out of the results.
const long = time.Hour

// named is a scenario on two stacks: a wrong one and ours.
func named(t *testing.T, b bug, name string) (wrong, ours scenario.Scenario) {
	t.Helper()
	theirs := suites.All(b.stack())
	for i, s := range suites.All(solutions.Stack()) {
		if s.Name == name {
			return theirs[i], s
		}
	}
	t.Fatalf("no scenario %s", name)
	return wrong, ours
}

// failing is the first seed with which the scenario fails.
func failing(t *testing.T, s scenario.Scenario) uint64 {
	t.Helper()
	for seed := range uint64(50) {
		if lab.Run(s, lab.Options{Seed: seed}).Failed() {
			return seed
		}
	}
	t.Fatalf("%s does not fail", s.Name)
	return 0
}

func TestRun_IsMinimalAndSound(t *testing.T) {
	for _, c := range []struct {
		bug      bug
		scenario string
		fewer    bool // a good part of the run can go
	}{
		{echoes, "gossip/once", true},
		{echoes, "gossip/cost", false},
		{loses, "network/conversation", true},
		{loses, "gossip/faults", true},
		{endless, "messaging/timeout", false},
		{silent, "p2p/mesh-faults", true},
		{breaks, "messaging/conversation", true},
		{breaks, "mempool/spread-after-faults", true},
	} {
		t.Run(c.bug.name+" "+c.scenario, func(t *testing.T) {
			wrong, ours := named(t, c.bug, c.scenario)
			seed := failing(t, wrong)
			small, ok := shrink.Run(wrong, seed, shrink.Options{Reference: &ours, Time: long})
			require.True(t, ok)
			require.True(t, small.Minimal)
			require.LessOrEqual(t, len(small.Trace), 15)
			require.NotEmpty(t, small.Trace)
			if c.fewer {
				require.Less(t, len(small.Kept), small.Choices)
			}
			again, _ := shrink.Run(wrong, seed, shrink.Options{Reference: &ours, Time: long})
			small.Run.Failure.Stack, again.Run.Failure.Stack = "", "" // it has addresses
			require.Equal(t, small, again)
			minimal(t, wrong, ours, seed, small)
		})
	}
}

// minimal checks that the small run fails, that ours passes it, and that there is no smaller one.
func minimal(t *testing.T, wrong, ours scenario.Scenario, seed uint64, small shrink.Result) {
	t.Helper()
	without := lab.Without(nil).With(small.Without...)
	fails := func(without lab.Without) bool {
		r := lab.Run(wrong, lab.Options{Seed: seed, Without: without})
		return r.Failure.Same(small.Run.Failure) && !lab.Run(ours, lab.Options{Seed: seed, Without: without}).Failed()
	}
	require.True(t, fails(without))
	for _, c := range lab.Choices(wrong, seed) {
		if !without[c.Key] {
			require.False(t, fails(without.With(c.Key)), "it still fails without %s", c.Text)
		}
	}
}

func TestRun_NearestPassingRun(t *testing.T) {
	wrong, ours := named(t, loses, "gossip/faults")
	small, ok := shrink.Run(wrong, failing(t, wrong), shrink.Options{Reference: &ours, Time: long})
	require.True(t, ok)
	require.Equal(t, "the splitting and joining of pieces", small.Nearest)

	wrong, ours = named(t, breaks, "mempool/spread-after-faults")
	small, ok = shrink.Run(wrong, failing(t, wrong), shrink.Options{Reference: &ours, Time: long})
	require.True(t, ok)
	require.Regexp(t, "^the (reset|partition|crash|departure) (of|between) 10", small.Nearest)
}

func TestRun_NothingToShrink(t *testing.T) {
	_, ours := named(t, echoes, "gossip/once")
	_, ok := shrink.Run(ours, 1, shrink.Options{})
	require.False(t, ok, "the run passes")
	unwritten := scenario.Scenario{Name: "a/b", For: time.Second, Setup: func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) { panic(network.NotWritten("gossip.2")) })
	}}
	_, ok = shrink.Run(unwritten, 1, shrink.Options{})
	require.False(t, ok, "the step is not written")
}

func TestRun_KeepsToItsBudget(t *testing.T) {
	wrong, ours := named(t, loses, "gossip/faults")
	small, ok := shrink.Run(wrong, failing(t, wrong), shrink.Options{Reference: &ours, Time: long, Runs: 10})
	require.True(t, ok)
	require.False(t, small.Minimal)
	require.LessOrEqual(t, small.Tries, 12, "the reference's of the last try, and the one that is shown")
	require.True(t, small.Run.Failed())
}

// In a conversation the lost byte decides: until it is sent alone another future may be spared.
func TestAsk_FindsTheMoment(t *testing.T) {
	wrong, _ := named(t, loses, "network/conversation")
	why, ok := shrink.Ask(wrong, 4, shrink.WhyOptions{Time: long, Futures: 40})
	require.True(t, ok)
	require.Equal(t, 40, why.Futures)
	require.Greater(t, why.Doomed, 0)
	first, last := why.Points[0], why.Points[len(why.Points)-1]
	require.Less(t, first.Fail, why.Futures/2)
	require.Equal(t, why.Futures, last.Fail, "what has happened has happened")
	require.Equal(t, why.Run.Failure.At, last.At)
	require.NotEmpty(t, why.Before)
	again, _ := shrink.Ask(wrong, 4, shrink.WhyOptions{Time: long, Futures: 40})
	require.Equal(t, why, again)
}

func TestAsk_ThatPasses(t *testing.T) {
	_, ours := named(t, loses, "network/conversation")
	_, ok := shrink.Ask(ours, 4, shrink.WhyOptions{})
	require.False(t, ok)
}

// A node that is dialled stays where connections are what it is about: without it another dial would fail than the one
// that broke.
func TestRun_LeavesNobodyDialledOut(t *testing.T) {
	wrong, ours := named(t, tries, "p2p/back-off-mute")
	small, ok := shrink.Run(wrong, 1, shrink.Options{Reference: &ours, Time: long})
	require.True(t, ok)
	for _, l := range small.Trace {
		require.NotContains(t, l.What, "fails", small.Trace)
		require.NotContains(t, l.What, "failed", small.Trace)
	}
}

func TestBest_TakesTheSeedWithTheShortestTrace(t *testing.T) {
	wrong, ours := named(t, breaks, "p2p/mesh-faults")
	seed := failing(t, wrong)
	opt := shrink.Options{Reference: &ours, Time: long}
	one, ok := shrink.Best(wrong, seed, 1, opt)
	for ; !ok || one.Lines <= 15; one, ok = shrink.Best(wrong, seed, 1, opt) {
		seed++
		require.Less(t, seed, uint64(50), "every trace is short")
	}
	require.Equal(t, seed, one.Run.Seed)
	best, ok := shrink.Best(wrong, seed, 8, opt)
	require.True(t, ok)
	require.Less(t, best.Lines, one.Lines)
	require.Equal(t, one.Run.Failure.Rule, best.Run.Failure.Rule)
	again, _ := shrink.Best(wrong, seed, 8, opt)
	require.Equal(t, best.Trace, again.Trace)
	require.Equal(t, best.Without, again.Without)
	alone, _ := shrink.Run(wrong, best.Run.Seed, opt)
	require.Equal(t, best.Trace, alone.Trace, "its own seed shows the same")
}
