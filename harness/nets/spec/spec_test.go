package spec_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"strata/harness/nets/spec"
)

const good = `title = "Stale blocks"
[run]
protocol = "chain"
blocks = 100
[network]
nodes = 20
topology = { kind = "dials", dials = 4 }
[miners]
count = 10
interval = "600s"
`

const kept = `[run]
protocol = "ledger"
for = "60s"
[network]
nodes = 7
topology = { kind = "complete" }
[ledger]
kind = "leader"
`

const flooded = `[run]
protocol = "flood"
[network]
nodes = 20
topology = { kind = "dials", dials = 4 }
[traffic]
messages = 3
`

func read(t *testing.T, text string) *spec.File {
	f, err := spec.Read("x.toml", []byte(text))
	require.NoError(t, err)
	return f
}

func TestRead_TakesWhatIsRight(t *testing.T) {
	f := read(t, good)
	require.NoError(t, f.Check())
	require.Equal(t, 600*time.Second, f.Miners.Interval.Duration)
	require.Equal(t, spec.Position{Line: 6, Column: 1}, f.Where.Of("network.nodes"))
	require.Equal(t, spec.Position{Line: 7, Column: 30}, f.Where.Of("network.topology.dials"))
	c := f.Complete()
	require.Equal(t, "solutions", c.Network.Stack)
	require.Equal(t, 10, c.Run.Seeds)
	require.Equal(t, c, c.Complete(), "what is complete stays so")
}

// Every kind of bad input that users meet: where it is, and what to do.
func TestRead_SaysWhereAndWhatToDo(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for _, c := range []struct{ text, want string }{
		{with("nodes", "nods"), `x.toml:6:1: unknown key "nods" in [network]; did you mean "nodes"?`},
		{good + "[netwrk]\n", `x.toml:11:2: unknown key "netwrk" in the file; did you mean "network"?`},
		{with("dials = 4", "dails = 4"), `x.toml:7:30: unknown key "dails" in [network.topology]; did you mean "dials"?`},
		{good + "[[fault]]\nkind = \"crash\"\nshar = 0.1\n", `x.toml:13:1: unknown key "shar" in [fault]; did you mean "share"?`},
		{with(`"600s"`, "600"), `600 of what? A time has a unit, as in "600s", "600ms" or "600h"`},
		{with(`"600s"`, `"600"`), `x.toml:10:12: miners.interval: "600" of what`[:13]},
		{with(`"600s"`, `"ten minutes"`), `"ten minutes" is not a time`},
		{with("20", `"20"`), `x.toml:6:9: network.nodes: want a whole number, not this string`},
		{with("20", `20 20`), "x.toml:6:"},
		{"title = \"\xff\"", "not a text in UTF-8"},
		{good + "[places]\n[[places.class]]\nshare = 1\nup = \"25\"\n", `"25" will not do: want "25 Mbit/s"`},
		{good + "[places]\n[[places.class]]\nshare = \"half\"\n", `"half" is no share`},
	} {
		_, err := spec.Read("x.toml", []byte(c.text))
		require.ErrorContains(t, err, c.want)
	}
}

func TestCheck_SaysWhereAndWhatToDo(t *testing.T) {
	with := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(good) }
	for _, c := range []struct{ text, want string }{
		{with("count = 10", "count = 21"), "x.toml:8:2: miners: 21 miners, and 20 nodes for them"},
		{with("nodes = 20", "nodes = 21", `"dials", dials = 4`, `"regular", degree = 7`), "x.toml:7:1: network.topology: no such graph: regular: 21 nodes with degree 7 would have half a link"},
		{with("count = 10", "shares = [0.5, 0.4]"), "x.toml:9:1: miners.shares: they add up to 0.9: want 1"},
		{with("count = 10", `shares = [0.5, "60 %"]`), "they add up to 1.1: want 1"},
		{with("count = 10\n", ""), "miners: want one of count, shares and pools"},
		{with("blocks = 100", "blocks = 100\nuntil = \"9s\""), "run.until: a run that breaks off has no blocks, for or settle"},
		{good + "[[fault]]\nkind = \"crash\"\nfor = \"1s\"\nnodes = [20]\n", "fault.0.nodes: 20: there is no such node; they are counted from 0"},
		{good + "[[fault]]\nkind = \"crash\"\nfor = \"1s\"\nnodes = [2]\nshare = 0.1\n", "fault.0.nodes: give a share or nodes, not both"},
		{good + "[attack]\nkind = \"selfish\"\nshare = 0.3\nat = \"1s\"\n", "attack.at: an attack that begins later is a [[raid]]"},
		{good + "[[raid]]\nkind = \"selfish\"\nshare = 0.3\n", "raid.0.for: missing: for how long?"},
		{good + "[[raid]]\nkind = \"withhold\"\nshare = 0.3\nfor = \"1s\"\n", "raid.0.hold: missing: for how long are blocks kept back?"},
		{good + "[[raid]]\nkind = \"eclipse\"\nshare = 0.3\nfor = \"1s\"\nslots = 8\n", "raid.0.kind: an eclipse is of the whole run: want [attack]"},
		{good + "[[raid]]\nkind = \"selfish\"\nshare = 0.3\nfor = \"9s\"\n[[raid]]\nkind = \"selfish\"\nshare = 0.3\nat = \"8s\"\nfor = \"1s\"\n", "raid.1.at: 8s: the raid before it is over at 9s"},
		{good + "[attack]\nkind = \"selfish\"\nshare = 0.3\n[[raid]]\nkind = \"selfish\"\nshare = 0.3\nfor = \"9s\"\n", "raid: the [attack] goes on all the time"},
		{with("blocks = 100\n", ""), "run.blocks: missing: a chain ends after so many blocks"},
		{with(`"chain"`, `"chian"`), `x.toml:3:1: run.protocol: unknown protocol "chian"; did you mean "chain"?`},
		{with("nodes = 20", "nodes = -1"), "network.nodes: -1: want 0 to 1000000"},
		{with("nodes = 20", "nodes = 0"), "network.nodes: missing"},
		{with(`"dials", dials = 4`, `"dials", dials = 10`), "dials is 10: want 1 to 9"},
		{with(`{ kind = "dials", dials = 4 }`, `{ kind = "star" }`, "count = 10", "count = 20"), "20 miners, and 19 nodes for them"},
		{good + "[[places.class]]\nname = \"home\"\nshare = 0.5\nup = \"8 Mbit/s\"\n", "places.class: the shares add up to 0.5: want 1"},
		{good + "[places]\nlatency = { law = \"exponential\" }\n", "places.latency.mean: missing: a exponential law has a mean"},
		{good + "[places]\njitter = { law = \"pareto\", mean = \"1s\", shape = 0.9 }\n", "no mean"},
		{good + "[places]\nshares = \"bitcoin2015\"\n", "shares of what?"},
		{good + "[attack]\nshare = 0.3\n", "attack.kind: missing"},
		{good + "[attack]\nkind = \"selfish\"\nshare = 1.5\n", "attack.share: 1.5: want 0 to 1"},
		{good + "[attack]\nkind = \"double-spend\"\nshare = 0.1\n", "attack.confirmations: missing"},
		{good + "[[fault]]\nkind = \"partition\"\nat = \"1h\"\nshare = 0.5\n", "x.toml:11:3: fault.0.for: missing: for how long?"},
		{good + "[[fault]]\nkind = \"crash\"\nfor = \"2h\"\nevery = \"1h\"\nshare = 0.5\n", "the next begins before"},
		{good + "[traffic]\nmessages = 3\n[[expect]]\nmeasure = \"stale_share\"\ntheory = \"x/(1+\"\n", "x.toml:15:1: expect.0.theory: formula"},
		{good + "[[expect]]\nmeasure = \"stale_share\"\n", "want theory, least or most"},
		{good + "[[sweep.axis]]\nkey = \"miners.intervall\"\nvalues = [\"1s\"]\n", `unknown key "intervall" in [miners]; did you mean "interval"?`},
		{good + "[[sweep.axis]]\nkey = \"miners.interval\"\nvalues = [\"1s\", 2]\n", "2 of what?"},
		{good + "[[sweep.axis]]\nkey = \"miners.interval\"\nfrom = \"0s\"\nto = \"9s\"\nsteps = 3\nlog = true\n", "above 0"},
		{good + "[[sweep.axis]]\nkey = \"miners.interval\"\n", "want values, or from and to"},
		{good + "[[sweep.axis]]\nkey = \"miners.count\"\nvalues = [5, 50]\n", "50 miners, and 20 nodes for them: want a node each (the hub of a star does not mine) (at the sweep's point count = 50)"},
		{good + "[[sweep.axis]]\nkey = \"miners.count\"\nfrom = 1\nto = 5\nsteps = 1001\n[[sweep.axis]]\nkey = \"run.blocks\"\nfrom = 1\nto = 5000\nsteps = 1000\n", "more than 1000000 points"},
		{good + "[sweep]\nkind = \"zip\"\n[[sweep.axis]]\nkey = \"miners.count\"\nvalues = [1, 2]\n[[sweep.axis]]\nkey = \"run.blocks\"\nvalues = [1]\n", "1 values, but the first axis has 2"},
		{strings.Replace(good, "chain", "flood", 1), "traffic.messages: flood wants messages"},
		{strings.Replace(good, "chain", "flood", 1), `x.toml:8:2: miners: means nothing with run.protocol = "flood", only with chain: leave it out`},
		{flooded + "[churn]\nshare = 0.1\n", `x.toml:8:2: churn: means nothing with run.protocol = "flood", only with chain`},
		{flooded + "[[fault]]\nkind = \"crash\"\nfor = \"1h\"\nshare = 0.5\n", `x.toml:8:3: fault: means nothing with run.protocol = "flood", only with chain`},
		{flooded + "fanout = 3\n", `x.toml:8:1: traffic.fanout: means nothing with run.protocol = "flood", only with forward`},
		{strings.Replace(flooded, "4 }", "4, degree = 8 }", 1), `network.topology.degree: means nothing with network.topology.kind = "dials", only with regular`},
		{strings.Replace(kept, `"leader"`, `"leeder"`, 1), `x.toml:8:1: ledger.kind: unknown kind "leeder"; did you mean "leader"?`},
		{strings.Replace(kept, "kind = \"leader\"\n", "", 1), "ledger.kind: missing: which ledger? want work, leader, validators, lattice or causal"},
		{strings.Replace(kept, "for = \"60s\"\n", "", 1), "run.for: missing: until when do clients pay?"},
		{strings.Replace(kept, "60s", "10s", 1), "x.toml:3:1: run.for: 10s: clients pay from the end of the warmup, 10s, on: want more"},
		{strings.Replace(kept, "nodes = 7", "nodes = 1", 1), "x.toml:5:1: network.nodes: want two or more"},
		{kept + "members = 8\n", "x.toml:9:1: ledger.members: 8 members, and 7 nodes for them"},
		{kept + "members = 22\n", "ledger.members: 22: want 0 to 21"},
		{kept + "payments_per_second = 1000.0\n", "ledger.payments_per_second: 50000 payments until 1m0s: want 20000 at most"},
		{kept + "payments_per_second = -1.0\n", "ledger.payments_per_second: -1: want more than 0"},
		{kept + "retry = \"1ms\"\n", "ledger.retry: 1ms: want 100ms or more"},
		{kept + "interval = \"1s\"\n", `ledger.interval: means nothing with ledger.kind = "leader", only with work, causal: leave it out`},
		{kept + "[ledger.trouble]\nkind = \"crush\"\n", `x.toml:10:1: ledger.trouble.kind: unknown kind "crush"; did you mean "crash"?`},
		{kept + "[ledger.trouble]\nkind = \"crash\"\n", "ledger.trouble.at: missing: when does it begin?"},
		{kept + "[ledger.trouble]\nkind = \"crash\"\nat = \"20s\"\n", "ledger.trouble.for: missing: for how long?"},
		{kept + "[ledger.trouble]\nkind = \"partition\"\nat = \"5s\"\nfor = \"9s\"\n", "x.toml:11:1: ledger.trouble.at: 5s: want it after the warmup, 10s"},
		{kept + "[ledger.trouble]\nkind = \"partition\"\nat = \"20s\"\nfor = \"50s\"\n", "it would end at 1m10s, after the last payment at 1m0s"},
		{kept + "[ledger.trouble]\nkind = \"two-faced\"\nat = \"20s\"\n", `x.toml:11:1: ledger.trouble.at: means nothing with ledger.trouble.kind = "two-faced", only with crash, crash-beyond, partition: leave it out`},
		{kept + "[ledger.trouble]\nat = \"20s\"\n", "ledger.trouble.kind: missing: what goes wrong?"},
		{kept + "[ledger.trouble]\nkind = \"none\"\ncrashes = 2\n", `ledger.trouble.crashes: means nothing with ledger.trouble.kind = "none", only with crash: leave it out`},
		{kept + "[ledger.trouble]\nkind = \"crash\"\nat = \"20s\"\nfor = \"9s\"\ncrashes = 7\n", "ledger.trouble.crashes: 7: nobody is left whom a client can ask: want 6 at most"},
		{strings.Replace(kept, "nodes = 7", "nodes = 2", 1) + "[ledger.trouble]\nkind = \"crash\"\nat = \"20s\"\nfor = \"9s\"\n", "x.toml:10:1: ledger.trouble.kind: 2 members of leader can lose none: want more nodes, or crash-beyond"},
		{kept + "[[sweep.axis]]\nkey = \"network.nodes\"\nvalues = [7, 1]\n", "network.nodes: want two or more (at the sweep's point nodes = 1)"},
		{strings.Replace(flooded, "[traffic]", "[ledger]\nkind = \"work\"\n[traffic]", 1), `ledger: means nothing with run.protocol = "flood", only with ledger: leave it out`},
		{kept + "[miners]\ncount = 3\n", `miners: means nothing with run.protocol = "ledger", only with chain: leave it out`},
		{kept + "[[fault]]\nkind = \"crash\"\nfor = \"1h\"\nshare = 0.5\n", `fault: means nothing with run.protocol = "ledger", only with chain`},
		{good + "[[fault]]\nkind = \"reset\"\nshare = 0.5\nby = \"1s\"\n", `x.toml:14:1: fault.0.by: means nothing with fault.0.kind = "reset", only with delay`},
		{good + "[attack]\nkind = \"selfish\"\nshare = 0.3\nhold = \"1s\"\n", `x.toml:14:1: attack.hold: means nothing with attack.kind = "selfish", only with withhold`},
	} {
		f, err := spec.Read("x.toml", []byte(c.text))
		require.NoError(t, err, c.text)
		require.ErrorContains(t, f.Check(), c.want)
	}
}

// What a ledger's members and payments are where the file does not say.
func TestComplete_OfALedger(t *testing.T) {
	c := read(t, kept).Complete()
	require.Equal(t, spec.Ledger{Kind: "leader", Members: 7, Clients: 8, Rate: 1, Trouble: spec.Trouble{Kind: "none"}, Retry: spec.Duration{Duration: 5 * time.Second},
		Interval: spec.Duration{Duration: 4 * time.Second}}, c.Ledger)
	require.Equal(t, 50, c.Payments())
	require.Equal(t, c, c.Complete(), "what is complete stays so")
	require.Equal(t, 21, c.Ledger.MembersOf(100)+14, "members that the file names stay")
	require.Equal(t, 21, spec.Ledger{}.MembersOf(100))
	for n, want := range map[int][2]int{3: {1, 0}, 4: {1, 1}, 7: {3, 2}, 21: {10, 6}} {
		for kind, faulty := range map[string]int{"leader": want[0], "validators": want[1], "work": want[1], "lattice": want[1], "causal": want[1]} {
			require.Equal(t, faulty, spec.Ledger{Kind: kind}.Faulty(n), "%s of %d", kind, n)
		}
	}
}

// What means something at some points of a sweep only may stand in the file.
func TestCheck_WhatTheSweepWantsAtSomePoints(t *testing.T) {
	text := strings.Replace(flooded, "4 }", "4, degree = 8 }", 1) + "[[sweep.axis]]\nkey = \"network.topology.kind\"\nvalues = [\"dials\", \"regular\"]\n"
	require.NoError(t, read(t, text).Check())
}

func TestCheck_ReportsAllMistakesInTheOrderOfTheFile(t *testing.T) {
	f := read(t, strings.NewReplacer("blocks = 100", "blocks = -5", "count = 10", "count = 99").Replace(good))
	var all spec.Mistakes
	require.ErrorAs(t, f.Check(), &all)
	require.Len(t, all, 2)
	require.Equal(t, []int{4, 8}, []int{all[0].At.Line, all[1].At.Line})
}

func TestOverride_ReachesEveryKey(t *testing.T) {
	f := read(t, good+"[[fault]]\nkind = \"crash\"\nat = \"1h\"\nfor = \"1h\"\nshare = 0.1\n")
	require.NoError(
		t,
		f.Override([]string{"network.nodes=500", "miners.interval=10s", `title="x = y"`, "fault.0.share=25 %",
			"network.topology.kind=regular", "network.topology.dials=0", "network.topology.degree = 8", "miners.count=0", "miners.shares=[0.5, 0.5]", "network.guard=off"}),
	)
	require.NoError(t, f.Check())
	require.Equal(t, 500, f.Network.Nodes)
	require.Equal(t, "x = y", f.Title)
	require.InDelta(t, 0.25, float64(f.Faults[0].Share), 1e-12)
	require.Equal(t, []spec.Share{0.5, 0.5}, f.Miners.Shares)
	for text, want := range map[string]string{
		"network.nods=3":    `unknown key "nods" in [network]; did you mean "nodes"?`,
		"network.nodes":     "want key=value",
		"network.nodes=x":   "network.nodes",
		"fault.1.share=0.1": "has 1 elements, counted from 0",
		"title.x=1":         "is a value and has no keys",
		"miners.interval=5": "5 of what?",
	} {
		require.ErrorContains(t, f.Override([]string{text}), want, text)
	}
}

func points(t *testing.T, sweep string) (all []string) {
	f := read(t, good+sweep)
	require.NoError(t, f.Check())
	p, err := f.Points()
	require.NoError(t, err)
	for i := range p.Len() {
		all = append(all, p.At(i).String())
	}
	return all
}

func TestPoints_GridZipAndRanges(t *testing.T) {
	axes := "[[sweep.axis]]\nkey = \"miners.count\"\nvalues = [1, 2]\n[[sweep.axis]]\nkey = \"miners.interval\"\nas = \"t\"\nfrom = \"1s\"\nto = \"100s\"\nsteps = 3\nlog = true\n"
	require.Equal(
		t,
		[]string{
			"count = 1, t = 1s",
			"count = 1, t = 10s",
			"count = 1, t = 1m40s",
			"count = 2, t = 1s",
			"count = 2, t = 10s",
			"count = 2, t = 1m40s",
		},
		points(t, axes),
	)
	zip := "[sweep]\nkind = \"zip\"\n" + strings.Replace(axes, "[1, 2]", "[1, 2, 3]", 1)
	require.Equal(t, []string{"count = 1, t = 1s", "count = 2, t = 10s", "count = 3, t = 1m40s"}, points(t, zip))
	require.Equal(t, []string{"without a sweep"}, points(t, ""))

	f := read(t, good+axes)
	p, err := f.Points()
	require.NoError(t, err)
	require.InDelta(t, 100, p.At(5).Values[1].Number, 1e-9, "in seconds")
	require.Equal(t, 100*time.Second, p.At(5).Spec.Miners.Interval.Duration)
	require.Equal(t, 600*time.Second, f.Miners.Interval.Duration, "the original stays")
}

func TestPoints_LatinHypercubeHasOneOfEachPart(t *testing.T) {
	f := read(
		t,
		good+"[sweep]\nkind = \"latin\"\npoints = 8\n[[sweep.axis]]\nkey = \"miners.interval\"\nfrom = \"0s\"\nto = \"80s\"\n[[sweep.axis]]\nkey = \"attack.share\"\nfrom = 0.0\nto = 0.4\n",
	)
	p, err := f.Points()
	require.NoError(t, err)
	var parts, others [8]int
	for i := range p.Len() {
		v := p.At(i).Values
		parts[int(v[0].Number/10)]++
		others[int(v[1].Number/0.05)]++
	}
	require.Equal(t, [8]int{1, 1, 1, 1, 1, 1, 1, 1}, parts)
	require.Equal(t, parts, others)
}

func TestShort_AndEssence(t *testing.T) {
	f := read(t, good+"[[short]]\nkey = \"run.blocks\"\nvalue = 7\n")
	long := f.Essence()
	require.NoError(t, f.Shorten())
	require.Equal(t, 7, f.Run.Blocks)
	require.NotEqual(t, long, f.Essence())
	other := f.Spec
	other.Title, other.Run.Seeds, other.Run.First = "otherwise called", 99, 50
	require.Equal(t, f.Essence(), other.Essence(), "what is said about runs is not what they are")
}

// The schema takes what the reader takes, and refuses unknown keys and missing units.
func TestSchema_AgreesWithTheReader(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec.Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("experiment.json", doc))
	schema, err := c.Compile("experiment.json")
	require.NoError(t, err)
	validate := func(text string) error {
		var v map[string]any
		require.NoError(t, toml.Unmarshal([]byte(text), &v))
		asJSON, err := json.Marshal(v)
		require.NoError(t, err)
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		require.NoError(t, err)
		return schema.Validate(instance)
	}
	require.NoError(t, validate(good))
	files, err := filepath.Glob("../../../experiments/*.toml")
	require.NoError(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, validate(string(text)), name)
	}
	require.Error(t, validate(good+"[nets]\n"))
	require.Error(t, validate(strings.Replace(good, `"600s"`, "600", 1)))
	require.Error(t, validate(strings.Replace(good, `"chain"`, `"chian"`, 1)))
}

func TestReference_SaysSomethingOfEveryKey(t *testing.T) {
	keys := spec.Reference()
	require.Greater(t, len(keys), 100)
	for _, k := range keys {
		require.NotEmpty(t, k.Doc, k.Path)
		require.NotEmpty(t, k.Type, k.Path)
	}
}

func TestUnits_AreWrittenAsTheyAreRead(t *testing.T) {
	for text, want := range map[string]int64{"25 Mbit/s": 25e6, "800 kbit/s": 8e5, "1.5Gbit/s": 15e8, "none": 0, "9 bit/s": 9} {
		var r spec.Rate
		require.NoError(t, r.UnmarshalText([]byte(text)))
		require.Equal(t, want, r.BitsPerSecond)
		again, err := r.MarshalText()
		require.NoError(t, err)
		require.NoError(t, r.UnmarshalText(again))
		require.Equal(t, want, r.BitsPerSecond)
	}
	for _, text := range []string{"25", "25 MB/s", "-1 bit/s", "1e99 bit/s", "NaN bit/s", ""} {
		require.Error(t, new(spec.Rate).UnmarshalText([]byte(text)), text)
	}
	for text, want := range map[string]time.Duration{"2d": 48 * time.Hour, "0": 0, "1h30m": 90 * time.Minute, "0.5d": 12 * time.Hour} {
		var d spec.Duration
		require.NoError(t, d.UnmarshalText([]byte(text)))
		require.Equal(t, want, d.Duration)
	}
	for _, text := range []string{"-1s", "1e9h", "d", "99999d", "-2d"} {
		require.Error(t, new(spec.Duration).UnmarshalText([]byte(text)), text)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add(good + "[[fault]]\nkind = \"crash\"\n[sweep]\nkind = \"zip\"\n[[sweep.axis]]\nkey = \"a.b\"\nvalues = [1]\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := spec.Read("x.toml", []byte(text))
		if err == nil && file.Check() == nil {
			_ = file.Complete()
			points, err := file.Points()
			require.NoError(t, err)
			points.At(points.Len() - 1)
		}
	})
}
