package debugger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/explain/debugger"
	"strata/harness/lab"
	"strata/network"
	"strata/solutions"
)

// What inspect shows of a node has its peers, also in the scenarios of layer 3 itself.
func TestInspect_PeersOfLayer3(t *testing.T) {
	for _, name := range []string{"p2p/mesh-faults", "p2p/two-at-once", "gossip/once", "stack/restart"} {
		probes := &debugger.Probes{}
		s := find(t, suites.All(probes.Stack(solutions.Stack())), name)
		run, err := debugger.Simulated(s, lab.Options{Seed: 1}, probes)
		require.NoError(t, err)
		console := debugger.New(s.Name, "", run)
		console.Do("run time 4s")
		text, _ := console.Do("inspect")
		require.Contains(t, text, "  peers [10.", name)
	}
}

// The history numbers what has come and marks what was chosen; going back takes it along. What a node logs shows with
// the event in which it did.
func TestConsole_HistoryAndLogs(t *testing.T) {
	logging := solutions.Stack()
	ours := logging.NewNetwork
	logging.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		h.Log().Info("made", "listens", cfg.Listen != "")
		return ours(h, cfg)
	}
	probes := &debugger.Probes{}
	s := find(t, suites.All(probes.Stack(logging)), "network/dial")
	run, err := debugger.Simulated(s, lab.Options{Seed: 1}, probes)
	require.NoError(t, err)
	console := debugger.New(s.Name, "", run)
	do := func(line string) string { text, _ := console.Do(line); return text }
	require.Equal(t, "nothing has happened yet", do("history"))
	require.Contains(t, do("next"), "1: 10.0.0.1:4000 boots (at 0.000000 s)\n    logs: 10.0.0.1 made listens=false\n")
	do("next 3")
	do("choose 0")
	require.Regexp(t, `^4: .*\n5: .*$`, do("history 2"))
	do("back 3")
	require.Regexp(t, `^1: .*\n2: .*$`, do("history"))
	require.NotContains(t, do("next"), "logs: 10.0.0.1", "what was logged before is not told again")
}

// A run of which something is left out is stepped through without it, and no replay is named for it.
func TestSimulated_WithoutChoices(t *testing.T) {
	probes := &debugger.Probes{}
	s := find(t, suites.All(probes.Stack(solutions.Stack())), "gossip/once")
	var keys []string
	for _, c := range lab.Choices(s, 1) {
		if c.Class == lab.ClassWork {
			keys = append(keys, c.Key)
		}
	}
	require.NotEmpty(t, keys)
	run, err := debugger.Simulated(s, lab.Options{Seed: 1, Without: lab.Without(nil).With(keys...)}, probes)
	require.NoError(t, err)
	console := debugger.New(s.Name, " --shrink", run)
	text, _ := console.Do("run kind gossip:")
	require.Contains(t, text, "got 0 times", "nobody gossips")
	text, _ = console.Do("again")
	require.Regexp(t, `^strata debug gossip/once/1 --shrink, then: next \d+$`, text)
}
