package real

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
	"strata/scenario"
	"strata/solutions"
)

// small is an experiment that can be real.
const small = `title = "small"
[run]
protocol = "chain"
blocks = 10
warmup = "2s"
settle = "1s"
[network]
nodes = 4
topology = { kind = "complete" }
maintenance = "1s"
[places]
latency = { law = "uniform", least = "5ms", most = "20ms" }
[miners]
count = 4
interval = "600ms"
`

// read reads and checks an experiment.
func read(t *testing.T, text string) (*spec.File, spec.Spec) {
	f, err := spec.Read("it.toml", []byte(text))
	require.NoError(t, err)
	require.NoError(t, f.Check())
	points, err := f.Points()
	require.NoError(t, err)
	return f, points.At(0).Spec
}

func TestFit_ShortensTheTimeLine(t *testing.T) {
	f, s := read(t, `[run]
protocol = "chain"
blocks = 60
[network]
nodes = 10
topology = { kind = "dials", dials = 3 }
[miners]
count = 5
interval = "100s"
[[fault]]
kind = "partition"
at = "1530s"
for = "600s"
every = "3000s"
share = 0.5
`)
	fitted, by, err := Fit(f, s, 80*time.Second)
	require.NoError(t, err)
	require.InDelta(t, 0.01, by, 1e-9, "6000 s become the 60 s that warm-up and settling leave of 80 s")
	require.Equal(t, 10*time.Second, fitted.Run.Warmup.Duration)
	require.Equal(t, 70*time.Second, fitted.Run.For.Duration)
	require.Zero(t, fitted.Run.Blocks)
	require.Equal(t, time.Second, fitted.Miners.Interval.Duration)
	require.Equal(t, time.Second, fitted.Network.Maintenance.Duration, "of a minute a hundredth, but a second at least")
	p := fitted.Faults[0]
	require.Equal(t, []time.Duration{25 * time.Second, 6 * time.Second, 30 * time.Second},
		[]time.Duration{p.At.Duration, p.For.Duration, p.Every.Duration})
	require.Equal(t, 1530*time.Second, s.Faults[0].At.Duration, "the file's own stays")
	require.Equal(t, 20*time.Millisecond, fitted.Places.Latency.Least.Duration, "latencies stay as they are")
}

func TestFit_LeavesAShortOneAlone(t *testing.T) {
	f, s := read(t, small)
	fitted, by, err := Fit(f, s, time.Minute)
	require.NoError(t, err)
	require.EqualValues(t, 1, by)
	require.Equal(t, 8*time.Second, fitted.Run.For.Duration)
	require.Equal(t, 600*time.Millisecond, fitted.Miners.Interval.Duration)
}

func TestFit_RefusesWhatCannotBeReal(t *testing.T) {
	f, s := read(t, `[run]
protocol = "chain"
blocks = 1000
[network]
nodes = 10000
topology = { kind = "dials", dials = 3 }
[miners]
count = 5
[churn]
share = 0.1
session = { law = "constant", mean = "1h" }
gap = { law = "constant", mean = "1h" }
[[fault]]
kind = "cut"
at = "1s"
for = "1s"
share = 0.1
[[fault]]
kind = "crash"
at = "1s"
for = "1s"
share = 0.1
[attack]
kind = "selfish"
share = 0.3
`)
	_, _, err := Fit(f, s, time.Minute)
	var all spec.Mistakes
	require.ErrorAs(t, err, &all)
	var places []string
	for _, m := range all {
		places = append(places, m.Error())
	}
	require.Equal(t, []string{
		"it.toml:3:1: run.blocks: in 1m0s there would be a block every 40ms, and processes want 500ms: take fewer blocks, or more time",
		"it.toml:5:1: network.nodes: 10000 processes are too many for one machine: want 50 at most",
		"it.toml:10:1: churn.share: nodes come and go in the simulator only: leave [churn] out, or have them leave by a [[fault]]",
		"it.toml:19:1: fault.1.kind: crash happens in the simulator only: want partition, cut, stall, delay, slow, pause, leave",
		"it.toml:24:1: attack.kind: an attacker sees the whole network at once, which a process cannot: leave [attack] out",
	}, places)
}

func TestFit_TakesWhatIsShipped(t *testing.T) {
	names, err := filepath.Glob("../../../experiments/real/*.toml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		f, s := read(t, string(text))
		fitted, by, err := Fit(f, s, 90*time.Second) // the default of --within
		require.NoError(t, err, name)
		require.EqualValues(t, 1, by, name)
		require.LessOrEqual(t, fitted.Run.For.Duration+fitted.Run.Settle.Duration, 90*time.Second, name)
	}
}

// plan is the plan of an experiment.
func plan(t *testing.T, text string) (*run.Plan, run.Job) {
	f, s := read(t, text)
	fitted, _, err := Fit(f, s, time.Minute)
	require.NoError(t, err)
	job := run.Job{Spec: fitted, Dir: ".", Seed: 3, Stacks: map[string]electives.Stack{"solutions": solutions.Electives()}}
	p, err := run.NewPlan(job)
	require.NoError(t, err)
	return p, job
}

func TestPlan_AddressesAndLinks(t *testing.T) {
	p, job := plan(t, small)
	seen := map[ip]bool{}
	for i, a := range p.Addrs {
		require.False(t, seen[ipOf(a)], a)
		seen[ipOf(a)] = true
		for j := range p.Addrs {
			require.Equal(t, p.Latency[i][j], p.Latency[j][i])
			if i != j {
				require.GreaterOrEqual(t, p.Latency[i][j], 5*time.Millisecond)
			}
		}
	}
	o, err := orderOf(job, 2)
	require.NoError(t, err)
	again, err := o.job(func([]string) (map[string]electives.Stack, error) { return job.Stacks, nil })
	require.NoError(t, err)
	same, err := orderOf(again, 2)
	require.NoError(t, err)
	require.Equal(t, o, same, "a node's process has the same experiment")
}

func TestLine_IsReadAsItWasWritten(t *testing.T) {
	for _, told := range []run.Told{
		{At: 5, Kind: run.Found, Block: chain.BlockHash{1}, Text: []byte("1:2:3")},
		{At: 1 << 40, Kind: run.Heard, Block: chain.BlockHash{2}, Text: []byte{}},
		{At: 7, Kind: run.Moved, Block: chain.BlockHash{3}, Undone: 2, Lowest: chain.BlockHash{4}, Text: []byte{}},
	} {
		got, isReady, err := parseLine(encoded(t, lineOf(told)))
		require.NoError(t, err)
		require.False(t, isReady)
		require.Equal(t, told, got)
	}
	_, isReady, err := parseLine([]byte(`{"kind":"ready"}`))
	require.NoError(t, err)
	require.True(t, isReady)
}

func TestLine_RefusesWhatNoNodeWrites(t *testing.T) {
	hash := chain.BlockHash{9}.String()
	for _, text := range []string{"", "panic: oh", "{", `{"kind":"dance"}`, `{"kind":"heard"}`, `{"kind":"heard","block":"12"}`,
		`{"kind":"moved","block":"` + hash + `","undone":1}`, `{"kind":"moved","block":"` + hash + `","undone":-1}`} {
		_, _, err := parseLine([]byte(text))
		require.Error(t, err, text)
	}
}

func TestCompare_SaysWhatIsNotAlike(t *testing.T) {
	p, _ := plan(t, small)
	result := func(q50, q90, blocks float64) *run.Result {
		return &run.Result{Values: map[string]float64{"block_q50_s": q50, "block_q90_s": q90, "blocks": blocks}}
	}
	rows := Compare(p, result(0.1, 0.2, 10), result(0.114, 0.24, 10))
	require.Equal(t, []string{"block_q50_s", "0.1", "0.114", "+14.0 %", "within 15 %"}, rows[0].Strings())
	require.Equal(t, []string{"block_q90_s", "0.2", "0.24", "+20.0 %", "NOT within 15 %"}, rows[1].Strings())
	require.Equal(t, []string{"blocks", "10", "10", "+0.0 %", "within 1"}, rows[2].Strings())
	require.Len(t, rows, 3)
	rows = Compare(p, result(0.1, 0.2, 10), &run.Result{Values: map[string]float64{"block_q50_s": math.NaN(), "blocks": 0}})
	for _, row := range rows {
		require.False(t, row.Alike(), "%v: what a run does not have is not alike", row)
	}
}

// A file that strata net live has saved is run as long as it says, without its attacks.
func TestFit_TakesWhatLiveSaves(t *testing.T) {
	saved := `[run]
protocol = "chain"
until = "40s"
warmup = "2s"
[network]
nodes = 10
topology = { kind = "dials", dials = 3 }
[miners]
count = 5
interval = "5s"
[[fault]]
kind = "partition"
at = "5.001s"
for = "9s"
nodes = [1, 2]
`
	f, s := read(t, saved)
	fitted, by, err := Fit(f, s, time.Hour)
	require.NoError(t, err)
	require.EqualValues(t, 1, by)
	require.Equal(t, 40*time.Second, fitted.Run.For.Duration)
	require.Zero(t, fitted.Run.Until.Duration)
	f, s = read(t, saved+"[[raid]]\nkind = \"selfish\"\nshare = 0.3\nfor = \"9s\"\n")
	_, _, err = Fit(f, s, time.Hour)
	require.ErrorContains(t, err, "leave every [[raid]] out")
}

func TestCompare_HoldsPartitionsToWhatTheyCostAndLinesToNothing(t *testing.T) {
	r := &run.Result{Values: map[string]float64{"block_q50_s": 1, "block_q90_s": 2, "blocks": 10, "blocks_stale": 5, "reorg_depth_most": 5, "heal_s": 10}}
	held := func(p *run.Plan) (names []string) {
		for _, row := range Compare(p, r, r) {
			require.True(t, row.Alike())
			if row.Bound > 0 || row.Slack > 0 {
				names = append(names, row.Name)
			}
		}
		return names
	}
	p := threePlan()
	require.Equal(t, []string{"block_q50_s", "block_q90_s", "blocks"}, held(p))
	p.Up = []int64{1, 1, 1}
	require.Equal(t, []string{"blocks"}, held(p))
	p.Faults = []scenario.Fault{struck(scenario.Partition)}
	require.Equal(t, []string{"blocks", "blocks_stale", "reorg_depth_most", "heal_s"}, held(p))
	late := &run.Result{Values: map[string]float64{"blocks": 10, "blocks_stale": 8, "reorg_depth_most": 5, "heal_s": 12.6}}
	var bad []string
	for _, row := range Compare(p, r, late) {
		if !row.Alike() {
			bad = append(bad, row.Name)
		}
	}
	require.Equal(t, []string{"blocks_stale", "heal_s"}, bad)
}
