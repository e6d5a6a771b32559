package drawing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/drawing"
	"strata/network"
	"strata/scenario"
)

// of is the drawing of a run with these nodes and one fault, as JSON.
func of(t *testing.T, f scenario.Fault, nodes ...int) string {
	var r trace.Recorder
	for _, n := range nodes {
		r.Event(sim.TraceEvent{Node: scenario.Addr(n), Kind: sim.TraceBoot})
	}
	r.Faults([]scenario.Fault{f})
	text, err := json.Marshal(drawing.Of(r.Finish(trace.Header{})).Faults)
	require.NoError(t, err)
	return string(text)
}

// A drawing says faults in the words of package scenario, and has no others.
func TestOf_SaysFaults(t *testing.T) {
	f := scenario.Fault{Kind: scenario.Leave, At: 5, A: []network.Addr{scenario.Addr(1)}}
	require.Contains(t, of(t, f, 0, 1), `"said":"departure of 10.0.0.2","brief":"departure","alone":true,"good":true`)
}

// A fault of a run that was made smaller names only nodes that are still in it; one that strikes none of
// them is left out.
func TestOf_FaultsNameNodesOfTheRun(t *testing.T) {
	f := scenario.Fault{Kind: scenario.Partition, At: 5, For: 9, A: []network.Addr{scenario.Addr(0), scenario.Addr(3)},
		B: []network.Addr{scenario.Addr(1), scenario.Addr(2)}}
	require.Contains(t, of(t, f, 0, 1, 2, 3), "between 10.0.0.1 10.0.0.4 and 10.0.0.2 10.0.0.3")
	require.Contains(t, of(t, f, 0, 2), "between 10.0.0.1 and 10.0.0.3")
	require.Equal(t, "[]", of(t, f, 0, 3), "nobody is at the other side")
	f.B = nil
	require.Contains(t, of(t, f, 0, 1), "between 10.0.0.1 and all others")
}
