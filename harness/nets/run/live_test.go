package run_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/run"
	"strata/harness/nets/spec"
)

// clicked is a network on which clicks of every kind make a difference.
const clicked = `[run]
protocol = "chain"
blocks = 25
[network]
nodes = 24
topology = { kind = "dials", dials = 3 }
maintenance = "10s"
[places]
regions = "gervais2015"
[miners]
count = 6
interval = "8s"
[traffic]
transactions_per_block = 3
[[fault]]
kind = "reset"
share = 0.3
at = "20s"
every = "45s"
[[fault]]
kind = "crash"
share = 0.2
at = "33s"
for = "4s"
every = "50s"
`

// piped has uplinks, so that what is on its way can have met a fault that is yet to come.
const piped = clicked + `[[places.class]]
share = 1
up = "64 kbit/s"
down = "256 kbit/s"
`

// live is a run that goes on.
type live struct {
	*run.Live
	t *testing.T
}

func lively(t *testing.T, text string, seed uint64, workers int) live {
	t.Helper()
	f, err := spec.Read("x.toml", []byte(text))
	require.NoError(t, err)
	require.NoError(t, f.Check())
	l, err := run.NewLive(t.Context(), run.Job{Spec: f.Spec, Seed: seed, Stacks: stacks(), Workers: workers})
	require.NoError(t, err)
	return live{l, t}
}

// on goes on for so long, in odd pieces.
func (l live) on(d time.Duration) {
	l.t.Helper()
	until := l.Now() + d
	for l.Now() < until {
		require.NoError(l.t, l.Run(l.t.Context(), min(until, l.Now()+d/3+777*time.Microsecond)))
	}
}

func (l live) strike(f spec.Fault) int {
	l.t.Helper()
	n, err := l.Strike(l.t.Context(), f)
	require.NoError(l.t, err)
	return n
}

// again runs the saved file, and compares.
func (l live) again() *run.Result {
	l.t.Helper()
	text := l.Spec().Encode()
	f, err := spec.Read("saved.toml", text)
	require.NoError(l.t, err, "%s", text)
	require.NoError(l.t, f.Check(), "%s", text)
	points, err := f.Points()
	require.NoError(l.t, err)
	require.Equal(l.t, 1, points.Len())
	res, err := run.Do(l.t.Context(), run.Job{Spec: points.At(0).Spec.Complete(), Seed: f.Run.First, Stacks: stacks(), Workers: 1})
	require.NoError(l.t, err)
	require.Equal(l.t, l.Hash(), res.Hash, "%s", text)
	return res
}

func seconds(n float64) spec.Duration {
	return spec.Duration{Duration: time.Duration(n * float64(time.Second))}
}

// Every kind of fault, of nodes and of regions, lifted and not, with and without something on its way that meets it: a run
// of the file that says so has the same hash.
func TestLive_EveryFaultIsInTheFile(t *testing.T) {
	for name, text := range map[string]string{"fast": clicked, "with uplinks": piped} {
		for _, kind := range []string{"partition", "cut", "stall", "delay", "slow", "reset", "crash", "leave", "pause"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				l := lively(t, text, 5, 2)
				f := spec.Fault{Kind: kind, Nodes: []int{3, 4, 9, 17, 20}}
				switch kind {
				case "cut", "stall", "delay", "slow":
					f.For = seconds(11)
				case "partition", "crash", "pause":
					f.For = seconds(0)
				}
				if kind == "delay" {
					f.By = seconds(2.5)
				}
				if kind == "slow" {
					f.Rate = spec.Rate{BitsPerSecond: 8000}
				}
				l.on(25 * time.Second)
				before := l.Hash()
				n := l.strike(f)
				require.Equal(t, before, l.Hash(), "what was, stays")
				l.on(14 * time.Second)
				other := f
				other.Nodes, other.Regions = nil, []string{"europe"}
				l.strike(other)
				l.on(3 * time.Second)
				if f.For == seconds(0) && kind != "reset" && kind != "leave" {
					require.NoError(t, l.Lift(n))
					require.ErrorIs(t, l.Lift(n), run.ErrGone)
				}
				l.on(20 * time.Second)
				l.again()
			})
		}
	}
}

// Every kind of attack, ended by hand, by itself and not at all.
func TestLive_EveryRaidIsInTheFile(t *testing.T) {
	for _, kind := range []string{"selfish", "double-spend", "catch-up", "withhold", "censor"} {
		t.Run(kind, func(t *testing.T) {
			a := spec.Attack{Kind: kind, Share: 0.51}
			switch kind {
			case "double-spend":
				a.Confirmations = 2
			case "catch-up":
				a.Behind = 2
			case "withhold":
				a.Hold = seconds(5)
			}
			l := lively(t, clicked, 7, 2)
			l.on(31 * time.Second)
			n, err := l.Raid(a)
			require.NoError(t, err)
			l.on(40 * time.Second)
			_, err = l.Raid(a)
			require.ErrorIs(t, err, run.ErrClick, "one at a time")
			require.NoError(t, l.EndRaid(n))
			require.ErrorIs(t, l.EndRaid(n), run.ErrGone)
			l.on(5 * time.Second)
			a.For = seconds(30)
			_, err = l.Raid(a)
			require.NoError(t, err)
			l.on(40 * time.Second)
			a.For, a.Share = seconds(0), 0.3
			_, err = l.Raid(a)
			require.NoError(t, err)
			l.on(20 * time.Second)
			res := l.again()
			require.Positive(t, res.Values["raid_0_found"])
			require.Contains(t, res.Values, "raid_2_on_chain")
		})
	}
}

// The file can be saved at any time, even before the network stands, and the run goes on as if nothing had been.
func TestLive_SavedAtAnyTime(t *testing.T) {
	l := lively(t, clicked, 3, 1)
	for range 6 {
		l.again()
		l.on(9 * time.Second)
		l.strike(spec.Fault{Kind: "crash", Nodes: []int{int(l.Now()/time.Second) % 24}})
	}
	l.again()
}

// Of honest blocks as many are missing during a raid as the raider finds, and it finds its share.
func TestRaid_TakesItsShare(t *testing.T) {
	text := fmt.Sprintf("%s[[raid]]\nkind = \"withhold\"\nhold = \"1ms\"\nat = \"2000s\"\nfor = \"8000s\"\nshare = \"30 %%\"\n",
		`[run]
protocol = "chain"
until = "12000s"
[network]
nodes = 6
topology = { kind = "complete" }
[miners]
count = 3
interval = "10s"
`)
	res := do(t, job(t, text, 1))
	// 800 blocks are expected in the raid, 240 of them its own: four standard deviations are 52.
	require.InDelta(t, 240, res.Values["raid_0_found"], 52)
	require.InDelta(t, 1200, res.Values["blocks"], 140)
	require.Equal(t, res.Values["blocks"]-res.Values["blocks_stale"] > 1000, true)
}

// What cannot be done is refused with a reason, and changes nothing.
func TestLive_RefusesWhatCannotBe(t *testing.T) {
	l := lively(t, clicked, 1, 1)
	l.on(20 * time.Second)
	before := l.Spec()
	for _, c := range []struct {
		fault spec.Fault
		is    error
		want  string
	}{
		{spec.Fault{Kind: "flood", Nodes: []int{1}}, run.ErrClick, `unknown kind "flood"`},
		{spec.Fault{Kind: "join", Nodes: []int{1}}, run.ErrClick, "all nodes have joined"},
		{spec.Fault{Kind: "crash"}, run.ErrClick, "whom does it strike?"},
		{spec.Fault{Kind: "crash", Nodes: []int{24}}, run.ErrClick, "24: there is no such node"},
		{spec.Fault{Kind: "crash", Nodes: []int{-1}}, run.ErrClick, "-1: there is no such node"},
		{spec.Fault{Kind: "crash", Regions: []string{"atlantis"}}, run.ErrGone, `no region "atlantis"`},
		{spec.Fault{Kind: "delay", Nodes: []int{1}, For: seconds(1)}, run.ErrClick, "by how much?"},
		{spec.Fault{Kind: "cut", Nodes: []int{1}}, run.ErrClick, "for how long?"},
		{spec.Fault{Kind: "slow", Nodes: []int{1}, For: seconds(1)}, run.ErrClick, "want 1 kbit/s or more"},
	} {
		_, err := l.Strike(t.Context(), c.fault)
		require.ErrorIs(t, err, c.is)
		require.ErrorContains(t, err, c.want)
	}
	_, err := l.Raid(spec.Attack{Kind: "eclipse", Share: .3, Slots: 8})
	require.ErrorIs(t, err, run.ErrClick)
	_, err = l.Raid(spec.Attack{Kind: "withhold", Share: .3})
	require.ErrorContains(t, err, "for how long are blocks kept back?")
	require.ErrorIs(t, l.Lift(0), run.ErrGone, "a fault of the file")
	require.ErrorIs(t, l.Lift(99), run.ErrGone)
	require.ErrorIs(t, l.EndRaid(0), run.ErrGone)
	require.Equal(t, before, l.Spec())

	n := l.strike(spec.Fault{Kind: "cut", Nodes: []int{2}, For: seconds(30)})
	require.ErrorIs(t, l.Lift(n), run.ErrClick)
	l.strike(spec.Fault{Kind: "leave", Nodes: []int{2, 3}})
	l.on(time.Second)
	_, err = l.Strike(t.Context(), spec.Fault{Kind: "crash", Nodes: []int{2, 3}})
	require.ErrorIs(t, err, run.ErrGone)
	require.ErrorContains(t, err, "none of these nodes is up")
	l.again()
}

// What is no chain cannot be shown, and a raid cannot be beside an attack that goes on all the time.
func TestLive_SaysWhatItCannotShow(t *testing.T) {
	f, err := spec.Read("x.toml", []byte("[run]\nprotocol = \"graph\"\n[network]\nnodes = 5\ntopology = { kind = \"ring\" }\n"))
	require.NoError(t, err)
	_, err = run.NewLive(t.Context(), run.Job{Spec: f.Spec, Stacks: stacks()})
	require.ErrorIs(t, err, run.ErrNotLive)
	l := lively(t, clicked+"[attack]\nkind = \"selfish\"\nshare = 0.3\n", 1, 1)
	_, err = l.Raid(spec.Attack{Kind: "censor", Share: .3})
	require.ErrorIs(t, err, run.ErrClick)
	require.ErrorContains(t, err, "[attack]")
}
