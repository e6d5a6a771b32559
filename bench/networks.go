package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// shortNetworks makes large networks small.
var shortNetworks = flag.Bool("short", false, "measure the figures of large networks and classes (W, G6) at a tenth of their size")

// networks is the figures W1 to W3: whole chains of many nodes, as the command runs them.
func networks() []figure {
	div, form := 1, ""
	if *shortNetworks {
		div, form = 10, ", a tenth of the size"
	}
	var large experimentRun // of W2
	w1, w2, w3, runs := chains(10_000/div, 10), chains(100_000/div, 0), sweepOf(100/div), 1000/div
	return []figure{
		{
			id: "W1", title: "chains, 10,000 nodes, 100 blocks of 10 transactions" + form, unit: "virtual s/s", once: true,
			ours: side{"ours", func() (float64, error) {
				r, err := runExperiment(w1, 0)
				return spanOfChains / r.elapsed.Seconds(), err
			}},
			target: atLeast(1000),
		},
		{
			id: "W2", title: "chains, 100,000 nodes, 100 empty blocks" + form, unit: "s", once: true,
			ours: side{"ours", func() (seconds float64, err error) {
				large, err = runExperiment(w2, 0)
				return large.elapsed.Seconds(), err
			}},
			target: atMost(180),
		},
		{
			id: "W2", title: "memory of that" + form, unit: "bytes", once: true,
			ours: side{"ours", func() (float64, error) {
				if large.memory == 0 {
					return 0, errors.New("no VmHWM: this figure needs Linux")
				}
				return float64(large.memory), nil
			}},
			target: atMost(8 << 30),
		},
		{
			id: "W3", title: "a sweep, 100 points, 10 seeds, 100 nodes" + form, unit: "runs/s", once: true,
			ours:   side{"two workers", func() (float64, error) { return sweepRate(w3, 2, runs) }},
			base:   side{"one", func() (float64, error) { return sweepRate(w3, 1, runs) }},
			target: atLeast(1.9),
		},
		{
			id: "W3", title: "two shards at once, a core each" + form, unit: "runs/s", once: true,
			ours: side{"two processes", func() (float64, error) { return shardRate(w3, runs) }},
			base: side{"twice one", func() (float64, error) {
				r, err := sweepRate(w3, 1, runs)
				return 2 * r, err
			}},
			target: atLeast(0.9),
		},
	}
}

// spanOfChains is 100 intervals of 600 s.
const spanOfChains = 60_000

// chains is an experiment of one run.
func chains(nodes, transactions int) string {
	return fmt.Sprintf(`[run]
protocol = "chain"
for = "%ds"
seeds = 1
[network]
nodes = %d
topology = { kind = "dials", dials = 4 }
maintenance = "60s"
[places]
regions = "gervais2015"
shares = "bitcoin2015"
bandwidth = "simblock2015"
[miners]
pools = "bitcoin"
interval = "600s"
[traffic]
transactions_per_block = %d
[measure]
hops = true
finality = 6
block_times = true
`, spanOfChains, nodes, transactions)
}

// sweepOf is an experiment of so many points with ten seeds each.
func sweepOf(points int) string {
	return fmt.Sprintf(`[run]
protocol = "chain"
blocks = 20
seeds = 10
[network]
nodes = 100
topology = { kind = "dials", dials = 4 }
[miners]
count = 20
[[sweep.axis]]
key = "miners.interval"
from = "10s"
to = "600s"
steps = %d
log = true
`, points)
}

// experimentRun is what a run of the command has cost.
type experimentRun struct {
	elapsed time.Duration
	memory  int64 // the most that was resident, in bytes
}

// runExperiment has the command run an experiment on so many cores (0: all), in a folder of its own.
func runExperiment(text string, cores int, args ...string) (experimentRun, error) {
	path, err := strata()
	if err != nil {
		return experimentRun{}, err
	}
	dir, err := os.MkdirTemp("", "strata-bench-net-")
	if err != nil {
		return experimentRun{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "x.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return experimentRun{}, err
	}
	cmd := exec.Command(path, append([]string{"net", "run", file, "--out", filepath.Join(dir, "out")}, args...)...)
	if cores > 0 {
		cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(cores))
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return experimentRun{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var memory int64
	for {
		select {
		case err := <-ended:
			if err != nil {
				err = fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, &out)
			}
			return experimentRun{time.Since(began), memory}, err
		case <-time.After(100 * time.Millisecond):
			memory = max(memory, mostResident(cmd.Process.Pid))
		}
	}
}

// mostResident is the largest resident set that the process has had, in bytes; 0 where the system does not say, or the process
// is gone.
func mostResident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// sweepRate is how many runs a second the command does with so many workers, each on a core.
func sweepRate(text string, workers, runs int) (float64, error) {
	r, err := runExperiment(text, workers, "--workers", strconv.Itoa(workers))
	return float64(runs) / r.elapsed.Seconds(), err
}

// shardRate is the same for two processes that have a core and half of the runs each.
func shardRate(text string, runs int) (float64, error) {
	if _, err := strata(); err != nil { // built before the clock runs
		return 0, err
	}
	began := time.Now()
	ended := make(chan error, 2)
	for i := range 2 {
		go func() {
			_, err := runExperiment(text, 1, "--workers", "1", "--shard", fmt.Sprintf("%d/2", i+1))
			ended <- err
		}()
	}
	for range 2 {
		if err := <-ended; err != nil {
			return 0, err
		}
	}
	return float64(runs) / time.Since(began).Seconds(), nil
}
