package lab

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

func addrs(n int) []network.Addr {
	var all []network.Addr
	for i := range n {
		all = append(all, network.Addr(fmt.Sprintf("10.0.0.%d:4000", i+1)))
	}
	return all
}

// Each fault has its own key: one more leaves the others as they are.
func TestDraw_FaultsAreKeyed(t *testing.T) {
	few := scenario.Faults{Resets: 2, Partitions: 1, Crashes: 2, Churn: 1, Cuts: 1, Delays: 1, Slow: 2, Pauses: 1,
		Skews: 1, Until: time.Minute}
	more := few
	more.Resets++
	more.Slow++
	for seed := range uint64(50) {
		more := draw(more, seed, addrs(8))
		for _, f := range draw(few, seed, addrs(8)) {
			require.Contains(t, more, f)
		}
	}
}

func TestDraw_FaultsAreSensible(t *testing.T) {
	faults := scenario.Faults{Resets: 3, Partitions: 2, Crashes: 5, Churn: 2, Cuts: 1, Delays: 2, Slow: 1, Pauses: 2,
		Skews: 1, Until: time.Minute}
	nodes := addrs(6)
	for seed := range uint64(200) {
		down := map[network.Addr]time.Duration{}
		drawn := draw(faults, seed, nodes)
		require.Len(t, drawn, 19)
		for _, f := range drawn {
			require.NotEmpty(t, f.A)
			require.LessOrEqual(t, f.At+f.For, faults.Until, f)
			for _, a := range f.A {
				require.NotContains(t, f.B, a)
			}
			switch f.Kind {
			case scenario.Leave, scenario.Join:
				require.NotContains(t, []network.Addr{nodes[0], nodes[5]}, f.A[0])
			case scenario.Cut, scenario.Delay, scenario.Slow:
				require.NotEmpty(t, f.B)
				require.Positive(t, f.For)
				require.Equal(t, f.Kind == scenario.Delay, f.By > 0)
				require.Equal(t, f.Kind == scenario.Slow, f.Rate > 0)
			case scenario.Partition:
				require.Len(t, append(f.A, f.B...), len(nodes))
			case scenario.Crash:
				require.GreaterOrEqual(t, f.At, down[f.A[0]], "it is down already")
				down[f.A[0]] = f.At + f.For
			}
		}
	}
}
