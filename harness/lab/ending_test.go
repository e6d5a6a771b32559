package lab_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
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
		lab.RunTCP(s, lab.TCPOptions{Seed: 1}),
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
	for _, r := range runs(lonely(func(w scenario.World, _ network.Addr) { w.AtEnd("NET-2", whenOver(w, &asked)) })) {
		require.False(t, r.Failed(), r)
	}
	require.Equal(t, 3, asked, "once in each run")
	for _, r := range runs(lonely(func(w scenario.World, _ network.Addr) {
		w.AtEnd("NET-2", func() error { return errBroken })
	})) {
		require.True(t, r.Failed())
		require.Equal(t, "NET-2", r.Failure.Rule)
		require.Equal(t, "at the end, after 200ms: expected peace on earth", r.Failure.Text)
	}
}

func TestEnds_AsksOnceUnlessTheNodeIsDown(t *testing.T) {
	asked := 0
	s := lonely(func(w scenario.World, node network.Addr) { w.Ends(node, "NET-2", whenOver(w, &asked)) })
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
		w.Ends(node, "NET-2", func() error { return errBroken })
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
		w.Ends(w.Addr(0), "NET-2", func() error { ended = true; return nil })
	})
	r := lab.Run(s, lab.Options{Seed: 1})
	require.False(t, r.Failed(), r)
	require.True(t, ended)
	require.Equal(t, map[string]bool{"there is a node": true}, r.Met)
}

func TestRunTCP_RefusesTwins(t *testing.T) {
	r := lab.RunTCP(newScenario(func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		w.Twin(w.Addr(0), w.Addr(1), func(network.Host) {})
	}), lab.TCPOptions{Seed: 1})
	require.True(t, r.Failed())
	require.Contains(t, r.Failure.Text, "twin")
}
