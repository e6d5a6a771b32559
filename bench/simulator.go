package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"strata/harness/sim"
	"strata/harness/sim/simbench"
	"strata/solutions"
)

// simulator is the figures S1 to S4: floods of 100-byte messages through random graphs with 8
// links a node.
func simulator() []figure {
	var large simbench.Result // of the last run of S3
	return []figure{
		{
			id: "S1", title: "bare engine, windows, one core", unit: "times the bare windowed loop",
			ours:   side{"ours", func() (float64, error) { return goBenchmark("S1_WindowsAgainstBareLoop", "ratio") }},
			target: atLeast(0.6),
		},
		{
			id: "S2", title: "all layers, 10,000 nodes, windows, one core", unit: "deliveries/s",
			ours:   side{"ours", func() (float64, error) { return flood(10_000, 100, sim.Windows, 1, nil) }},
			base:   bareEngine,
			target: atLeast(0.3),
		},
		{
			id: "S2", title: "all layers, 10,000 nodes, total order", unit: "deliveries/s",
			ours:   side{"ours", func() (float64, error) { return flood(10_000, 100, sim.TotalOrder, 1, nil) }},
			base:   bareEngine,
			target: atLeast(0.08),
		},
		{
			id: "S2", title: "all layers, windows against total order", unit: "deliveries/s",
			ours: side{"windows", func() (float64, error) { return flood(10_000, 20, sim.Windows, 1, nil) }},
			base: side{"total order", func() (float64, error) { return flood(10_000, 20, sim.TotalOrder, 1, nil) }},
		},
		{
			id: "S2", title: "all layers: allocations in engine and layers", unit: "a delivery",
			ours: side{"ours", func() (float64, error) {
				var r simbench.Result
				_, err := flood(10_000, 20, sim.Windows, 1, &r)
				return r.Allocs, err
			}},
			target: atMost(3),
		},
		{
			id: "S3", title: "all layers, 100,000 nodes, windows, all cores", unit: "deliveries/s",
			ours:   side{"ours", func() (float64, error) { return flood(100_000, 20, sim.Windows, 0, &large) }},
			target: atLeast(2.5e6),
		},
		{
			id: "S3", title: "memory of an idle node and its 8 links", unit: "bytes",
			ours:   side{"ours", func() (float64, error) { return large.NodeBytes + 4*large.LinkBytes, nil }},
			target: atMost(4 << 30 / 100_000),
		},
		{
			id: "S4", title: "all layers, 10,000 nodes, two workers", unit: "deliveries/s",
			ours:   side{"two", func() (float64, error) { return flood(10_000, 100, sim.Windows, 2, nil) }},
			base:   side{"one", func() (float64, error) { return flood(10_000, 100, sim.Windows, 1, nil) }},
			target: atLeast(1.8),
		},
	}
}

// flood measures one flood through all layers, and keeps the whole result if it is asked for. The
// runs of one size have one hash, whatever the engine and the number of workers: any other is an
// error.
func flood(nodes, messages int, engine sim.Engine, workers int, keep *simbench.Result) (float64, error) {
	f := simbench.Flood{Nodes: nodes, Messages: messages, Size: 100, Engine: engine, Workers: workers}
	r, err := f.Run(solutions.Stack())
	if err != nil {
		return 0, err
	}
	size := [2]int{nodes, messages}
	if known, ok := hashes[size]; ok && known != r.Hash {
		return 0, fmt.Errorf("%v with %d workers: hash %x, want %x", engine, workers, r.Hash, known)
	}
	hashes[size] = r.Hash
	if keep != nil {
		*keep = r
	}
	return r.Rate(), nil
}

// hashes of the runs so far, by nodes and messages.
var hashes = map[[2]int]uint64{}

// bareEngine is the same flood without layers, in windows on one core.
var bareEngine = side{"bare engine, windows", func() (float64, error) { return goBenchmark("S1_Windows", "deliveries/s") }}

// goBenchmark runs one of the benchmarks that stand beside the engine, and returns one of its metrics.
func goBenchmark(name, metric string) (float64, error) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", name+"$", "-benchtime", "5x", "strata/harness/sim")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("go test -bench %s: %w", name, err)
	}
	fields := strings.Fields(string(out))
	for i, f := range fields {
		if f == metric && i > 0 {
			return strconv.ParseFloat(fields[i-1], 64)
		}
	}
	return 0, fmt.Errorf("benchmark %s: no %s in its output", name, metric)
}
