package simbench

import (
	"testing"

	"strata/harness/sim"
	"strata/solutions"

	"github.com/stretchr/testify/require"
)

// GSP-6 on both engines: what a broadcast costs is known exactly, and the runs are the same run.
func TestFlood_GSP6(t *testing.T) {
	const nodes, messages = 200, 5
	total, err := Flood{Nodes: nodes, Messages: messages, Size: 100}.Run(solutions.Stack())
	require.NoError(t, err)
	require.Equal(t, uint64(messages*(2*nodes*dials-(nodes-1))), total.Deliveries)

	for workers := 1; workers <= 2; workers++ {
		windows, err := Flood{Nodes: nodes, Messages: messages, Size: 100, Engine: sim.Windows,
			Workers: workers}.Run(solutions.Stack())
		require.NoError(t, err)
		require.Equal(t, total.Deliveries, windows.Deliveries)
		require.Equal(t, total.Hash, windows.Hash, "%d workers", workers)
	}
}

func benchmarkFlood(b *testing.B, f Flood) {
	for b.Loop() {
		r, err := f.Run(solutions.Stack())
		require.NoError(b, err)
		b.ReportMetric(r.Rate(), "deliveries/s")
		b.ReportMetric(r.Allocs, "allocs/delivery")
		b.ReportMetric(r.NodeBytes, "B/node")
		b.ReportMetric(r.LinkBytes, "B/link")
	}
}

func BenchmarkS2_Windows(b *testing.B) {
	benchmarkFlood(b, Flood{Nodes: 10_000, Messages: 20, Size: 100, Engine: sim.Windows, Workers: 1})
}

func BenchmarkS2_TotalOrder(b *testing.B) {
	benchmarkFlood(b, Flood{Nodes: 10_000, Messages: 20, Size: 100})
}
