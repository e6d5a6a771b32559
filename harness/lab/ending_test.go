package lab_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/harness/lab/loopback"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// lonely has one node that does nothing, and registers the checks.
func lonely(check func(w scenario.World, node network.Addr)) scenario.Scenario {
	s := newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		check(w, w.Addr(0))
	})
	s.For = length
	return s
}

// length of the scenarios.
const length = 200 * time.Millisecond

// runs runs a scenario on both engines and on TCP.
func runs(s scenario.Scenario) []lab.Result {
	return []lab.Result{
		lab.Run(s, lab.Options{Seed: 1}),
		lab.Run(s, lab.Options{Seed: 1, Engine: sim.Windows}),
		loopback.Run(s, loopback.Options{Seed: 1}),
	}
}

var errBroken = errors.New("expected peace on earth")

// whenOver counts how often it is asked, and has an error before the last tenth: a world that is run in
// windows knows the time of its window only.
func whenOver(w scenario.World, asked *int) func() error {
	return func() error {
		if *asked++; w.Now() < length*9/10 {
			return errBroken
		}
		return nil
	}
}

func TestAtEnd_AsksOnceWhenAllIsOver(t *testing.T) {
	asked := 0
	for _, r := range runs(lonely(func(w scenario.World, _ network.Addr) {
		w.AtEnd(scenario.Promise("NET-2", "peace"), whenOver(w, &asked))
	})) {
		require.False(t, r.Failed(), r)
	}
	require.Equal(t, 3, asked, "once in each run")
	for _, r := range runs(lonely(func(w scenario.World, _ network.Addr) {
		w.AtEnd(scenario.Promise("NET-2", "peace"), func() error { return errBroken })
	})) {
		require.True(t, r.Failed())
		require.Equal(t, "NET-2", r.Failure.Rule)
		require.Equal(t, "at the end, after 200ms: expected peace on earth", r.Failure.Text)
	}
}

func TestEnds_AsksOnceUnlessTheNodeIsDown(t *testing.T) {
	asked := 0
	s := lonely(func(w scenario.World, node network.Addr) {
		w.Ends(node, scenario.Promise("NET-2", "peace"), whenOver(w, &asked))
	})
	for _, r := range runs(s) {
		require.False(t, r.Failed(), r)
	}
	require.Equal(t, 3, asked, "once in each run")
	up := s.Setup
	s.Setup = func(w scenario.World) {
		up(w)
		w.Inject(scenario.Fault{Kind: scenario.Leave, At: length / 2, A: []network.Addr{w.Addr(0)}})
	}
	require.False(t, lab.Run(s, lab.Options{Seed: 1}).Failed())
	require.Equal(t, 3, asked, "the node is down")
}

// TestEnds_IsNoChoice: a shrinker cannot leave out what is looked at.
func TestEnds_IsNoChoice(t *testing.T) {
	s := lonely(func(w scenario.World, node network.Addr) {
		w.At(length/2, node, "works", func() {})
		w.Ends(node, scenario.Promise("NET-2", "peace"), func() error { return errBroken })
	})
	r := lab.Run(s, lab.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Equal(t, errBroken.Error(), r.Failure.Text)
	require.Equal(t, length, r.Failure.At)
	for _, c := range lab.Choices(s, 1) {
		require.NotContains(t, c.Key, "looks at the end")
	}
}

// TestWorlds_HaveEveryMethod: no method of a world is found by asking for it, so that one that stands
// before another hides none.
func TestWorlds_HaveEveryMethod(t *testing.T) {
	type before struct{ scenario.World }
	ended := false
	s := newScenario(func(w scenario.World) {
		w = before{w}
		w.Node(w.Addr(0), func(network.Host) {})
		w.Show(w.Addr(0), func() string { return "a node" })
		w.Sometimes("there is a node")(true)
		w.Ends(w.Addr(0), scenario.Promise("NET-2", "peace"), func() error { ended = true; return nil })
	})
	r := lab.Run(s, lab.Options{Seed: 1})
	require.False(t, r.Failed(), r)
	require.True(t, ended)
	require.Equal(t, map[string]bool{"there is a node": true}, r.Met)
}

func TestRunReal_RefusesTwins(t *testing.T) {
	r := loopback.Run(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.Twin(w.Addr(0), w.Addr(1), func(network.Host) {})
	}), loopback.Options{Seed: 1})
	require.True(t, r.Failed())
	require.Contains(t, r.Failure.Text, "twin")
}

// TestChecks_TellTheClause that is broken. A check that has none is a slip of its suite, and nobody's fault.
func TestChecks_TellTheClause(t *testing.T) {
	for want, c := range map[string]scenario.Clause{"peace": scenario.Promise("NET-2", "peace"), "": {}} {
		for name, check := range map[string]func(w scenario.World, node network.Addr){
			"always": func(w scenario.World, node network.Addr) {
				w.At(length/2, node, "works", func() {})
				w.Always(c, func() error { return errBroken })
			},
			"by":     func(w scenario.World, _ network.Addr) { w.By(length, c, func() error { return errBroken }) },
			"at end": func(w scenario.World, _ network.Addr) { w.AtEnd(c, func() error { return errBroken }) },
			"ends":   func(w scenario.World, node network.Addr) { w.Ends(node, c, func() error { return errBroken }) },
			"fail": func(w scenario.World, node network.Addr) {
				w.At(length/2, node, "fails", func() { w.Fail(c, "%v", errBroken) })
			},
		} {
			s := lonely(check) // the other engine asks after no event
			for _, r := range []lab.Result{lab.Run(s, lab.Options{Seed: 1}), loopback.Run(s, loopback.Options{Seed: 1})} {
				require.True(t, r.Failed(), name)
				require.Equal(t, want, r.Failure.Clause, name)
				require.Equal(t, want == "", r.Failure.Ending == lab.Unsound, name)
				require.Contains(t, r.Failure.Text, errBroken.Error(), name)
			}
		}
	}
}
