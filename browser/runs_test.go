package browser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/page"
	"strata/mempool/mempooltest"
	"strata/network"
	"strata/node"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions"
)

// recorded is a run of that many whole nodes, with a partition, a crash, a payment and blocks. Its
// check fails in the end.
func recorded(t *testing.T, nodes int) trace.Run {
	scenario := scenario.Scenario{
		Name: "stack/picture", Title: "all that a page can show", Rules: []string{"FRK-1"}, For: 9 * time.Second,
		Setup: func(w scenario.World) { chainNodes(t, w, nodes) },
	}
	rec := &trace.Recorder{}
	result := lab.Run(scenario, lab.Options{Seed: 7, Trace: rec.Event, Injected: rec.Faults})
	require.True(t, result.Failed())
	return rec.Finish(trace.Header{
		Source: "simulation", Scenario: scenario.Name, Seed: 7, Title: scenario.Title, Rules: scenario.Rules, Start: sim.Epoch(),
		Why: &trace.Why{Futures: 10, Doomed: 2, Points: []trace.Chance{{At: 0, Failed: 1}, {At: 2 * time.Second, Failed: 2}, {At: 5 * time.Second, Failed: 9}}},
		Guide: &trace.Guide{Step: "gossip.2", Where: "gossip/gossip.go:62 (received)", Code: ">   62  func (l *layer) received() {\n",
			Asked: []trace.Asked{{Name: "given", Text: "after block 0: A has 5"}, {Name: "ours", Text: "refused"}},
			Hints: []string{"a nudge", "the idea", "pseudo-code"}, Commands: []string{"strata replay stack/picture/7", "strata hint gossip.2"}},
		Failure: &trace.Failure{Rule: result.Failure.Rule, RuleText: "The tip is the valid block of the highest number.", Text: result.Failure.Text, At: result.Failure.At, File: "gossip/gossip.go:62"},
	})
}

// expectation has what would break a page that took text for markup.
const expectation = "expected 3 blocks at every node, got 0 </script> at <b>10.0.0.2</b>"

func chainNodes(t *testing.T, w scenario.World, nodes int) {
	running := make([]*node.Node, nodes)
	for i := range nodes {
		cfg := node.Config{P2P: p2p.Config{Self: w.Addr(i), MaxPeers: 4}, Params: chain.Params{Difficulty: 1}}
		for j := max(0, i-2); j < i; j++ {
			cfg.P2P.Bootstrap = append(cfg.P2P.Bootstrap, w.Addr(j))
		}
		w.Node(w.Addr(i), func(h network.Host) {
			n, err := node.New(h, solutions.Stack(), cfg)
			require.NoError(t, err)
			require.NoError(t, n.Start())
			running[i] = n
		})
	}
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 4 * time.Second, For: 2 * time.Second, A: []network.Addr{w.Addr(0)}, B: []network.Addr{w.Addr(1)}})
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 5 * time.Second, For: time.Second, A: []network.Addr{w.Addr(nodes - 1)}})

	w.At(2*time.Second, w.Addr(0), "submits a payment", func() {
		require.NoError(t, running[0].Submit(mempooltest.Pay(0, 1, 0, 5)))
	})
	w.By(8*time.Second, scenario.Promise("FRK-1", "peace"), func() error { return errors.New(expectation) })
}

// flood is a made-up run of many messages.
func flood(messages int) trace.Run {
	rec := &trace.Recorder{}
	addr := func(i int) network.Addr { return network.Addr(fmt.Sprintf("10.0.0.%d:4000", i%20+1)) }
	id := gossip.MessageID{1}
	frame := network.AppendFrame(nil, append([]byte("\x00\x00\x00\x00\x00gossip:test:news\x00"), gossip.Encode(id, []byte("news"))...))
	for i := range messages {
		at := time.Duration(i) * 150 * time.Microsecond
		rec.Event(sim.TraceEvent{At: at, Kind: sim.TraceWrite, Node: addr(i), Peer: addr(i + 1 + i%7), Conn: 1, Bytes: len(frame), Data: frame})
		rec.Event(sim.TraceEvent{At: at + 100*time.Microsecond, Kind: sim.TraceReceive, Node: addr(i + 1 + i%7), Peer: addr(i), Conn: 1, Incoming: true, Bytes: len(frame), Data: frame})
	}
	return rec.Finish(trace.Header{Source: "simulation", Scenario: "made/flood", Seed: 1, Title: "many messages", Start: sim.Epoch()})
}

// written writes the run's page and returns its address.
func written(t *testing.T, run trace.Run) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "run.html")
	f, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, page.Write(f, run))
	require.NoError(t, f.Close())
	return "file://" + name
}
