package run_test

import (
	"context"
	"maps"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
	"strata/network"
	"strata/solutions"
)

func stacks() map[string]electives.Stack {
	return map[string]electives.Stack{"solutions": solutions.Electives(), "another": solutions.Electives()}
}

func job(t testing.TB, text string, seed uint64, set ...string) run.Job {
	f, err := spec.Read("x.toml", []byte(text))
	require.NoError(t, err)
	require.NoError(t, f.Override(set))
	require.NoError(t, f.Check())
	return run.Job{Spec: f.Complete(), Seed: seed, Stacks: stacks()}
}

func do(t testing.TB, j run.Job) *run.Result {
	r, err := run.Do(t.Context(), j)
	require.NoError(t, err)
	return r
}

// everything has all on that a chain can have.
const everything = `[run]
protocol = "chain"
blocks = 25
[network]
nodes = 40
topology = { kind = "dials", dials = 3 }
maintenance = "10s"
[[network.part]]
share = 0.1
stack = "another"
[[network.part]]
share = 0.05
member = "silent"
[[network.part]]
share = 0.05
member = "spam"
[[network.part]]
share = 0.05
member = "liar"
[[network.part]]
share = 0.05
member = "censor"
[places]
regions = "gervais2015"
shares = "bitcoin2015"
bandwidth = "simblock2015"
jitter = { law = "lognormal", mean = "20ms", shape = 1.0 }
[miners]
pools = "dogecoin"
interval = "20s"
[traffic]
transactions_per_block = 4
[churn]
share = 0.3
session = { law = "weibull", mean = "100s", shape = 0.6 }
gap = { law = "pareto", mean = "30s", shape = 2.5 }
[[fault]]
kind = "partition"
at = "100s"
for = "40s"
every = "200s"
share = 0.4
of = "hash power"
[[fault]]
kind = "crash"
at = "60s"
for = "20s"
every = "70s"
share = 0.1
[[fault]]
kind = "slow"
at = "50s"
for = "60s"
share = 0.2
rate = "50 kbit/s"
[[fault]]
kind = "delay"
at = "150s"
for = "60s"
regions = ["europe"]
by = "300ms"
[attack]
kind = "selfish"
share = 0.25
reach = 0.3
[measure]
graph = true
hops = true
finality = 2
block_times = true
`

// Both engines and any number of workers come to one trace and one result, with everything on.
func TestDo_DependsOnNeitherEngineNorWorkers(t *testing.T) {
	want := do(t, job(t, everything, 3))
	require.NotZero(t, want.Values["blocks"])
	require.NotZero(t, want.Values["transactions_chain"])
	require.NotZero(t, want.Values["arrivals"])
	require.NotZero(t, want.Values["hops_mean"])
	require.NotEmpty(t, want.Forks)
	for _, workers := range []int{2, 3} {
		j := job(t, everything, 3)
		j.Workers = workers
		require.Equal(t, string(want.Encode()), string(do(t, j).Encode()), "%d workers", workers)
	}
	require.Equal(t, string(want.Encode()), string(do(t, job(t, everything, 3, `run.engine="total order"`)).Encode()))
	require.NotEqual(t, want.Hash, do(t, job(t, everything, 4)).Hash)
}

func TestDo_FloodsAndRumoursDependOnNeitherEngineNorWorkers(t *testing.T) {
	for _, text := range []string{flood, rumour} {
		want := do(t, job(t, text, 1))
		j := job(t, text, 1)
		j.Workers = 2
		require.Equal(t, string(want.Encode()), string(do(t, j).Encode()))
		require.Equal(t, string(want.Encode()), string(do(t, job(t, text, 1, `run.engine="total order"`)).Encode()))
	}
}

const flood = `[run]
protocol = "flood"
[network]
nodes = 60
topology = { kind = "regular", degree = 6 }
[traffic]
messages = 5
`

const rumour = `[run]
protocol = "push"
[network]
nodes = 50
topology = { kind = "ring" }
[traffic]
messages = 3
gap = "40s"
`

func TestFlood_SendsWhatTheRulesSay_GSP6(t *testing.T) {
	v := do(t, job(t, flood, 7)).Values
	require.InDelta(t, 2*180-59, v["sends_per_message"], 0)
	require.InDelta(t, 1, v["reach_share"], 0)
	require.Positive(t, v["last_s"])
}

func TestPush_TakesAsManyRoundsAsExpected(t *testing.T) {
	v := do(t, job(t, rumour, 7)).Values
	require.InDelta(t, 1, v["whole_share"], 0)
	require.InDelta(t, math.Log2(50)+math.Log(50), v["rounds"], 3)
}

func TestForward_ReachesTheShareOfTheory(t *testing.T) {
	v := do(t, job(t, rumour, 7, "run.protocol=forward", "traffic.fanout=3", "network.nodes=400", "traffic.messages=10", "network.topology.kind=ring")).Values
	require.InDelta(t, .94, v["reach_share"], .03)
}

func TestGraph_IsOnlyMeasured(t *testing.T) {
	r := do(t, job(t, flood, 7, "run.protocol=graph", "traffic.messages=0"))
	require.InDelta(t, 6, r.Values["degree_mean"], 0)
	require.InDelta(t, 180, r.Values["links"], 0)
	require.NotEmpty(t, r.Hash)
}

const small = `[run]
protocol = "chain"
blocks = 120
[network]
nodes = 12
topology = { kind = "complete" }
[places]
latency = { law = "constant", mean = "20ms" }
[miners]
count = 8
interval = "20s"
`

func TestLottery_SharesAreThoseOfTheFile(t *testing.T) {
	v := do(t, job(t, small, 2, "miners.count=0", "miners.shares=[0.6, 0.3, 0.1]", "run.blocks=600", "measure.block_times=true")).Values
	require.InDelta(t, .6, v["found_share_1"], .08)
	require.InDelta(t, .1, v["found_share_3"], .05)
	require.InDelta(t, 20, v["gap_mean_s"], 3)
	require.InDelta(t, 1, v["gap_deviation_over_mean"], .15)
	require.Greater(t, v["gap_chance"], 1e-3)
	require.InDelta(t, 600, v["blocks"], 40)
}

func TestPartition_LosesTheShorterSide(t *testing.T) {
	set := []string{"run.blocks=60"}
	text := small + "[[fault]]\nkind = \"partition\"\nat = \"200s\"\nfor = \"400s\"\nshare = 0.5\nof = \"hash power\"\n"
	v := do(t, job(t, text, 5, set...)).Values
	require.Greater(t, v["blocks_stale"], 2.)
	require.Positive(t, v["heal_s"])
	require.Less(t, v["heal_s"], 120.)
	require.Greater(t, v["reorg_depth_most"], 1.)
	require.Less(t, do(t, job(t, small, 5, set...)).Values["blocks_stale"], 2.)
}

func TestAttacks_AreWhatTheySay(t *testing.T) {
	selfish := do(t, job(t, small, 1, "attack.kind=selfish", "attack.share=0.4", "run.blocks=600")).Values
	require.Greater(t, selfish["revenue_share_attacker"], .40, "it pays: %v", selfish["gamma"])
	require.Positive(t, selfish["races"])
	require.Greater(t, selfish["stale_share"], .15)

	// Whom its blocks reach first works on them: in a race all but the miner who found the other block.
	reached := do(t, job(t, small, 1, "attack.kind=selfish", "attack.share=0.4", "run.blocks=600", "attack.reach=1", "places.latency.mean=200ms", "places.floor=5ms")).Values
	require.InDelta(t, 7./8, reached["gamma"], .12)
	require.Zero(t, selfish["gamma"])

	double := do(t, job(t, small, 1, "attack.kind=double-spend", "attack.share=0.3", "attack.confirmations=1", "run.blocks=800")).Values
	require.Greater(t, double["attacks"], 30.)
	require.InDelta(t, .6, double["success_share"], .2)

	catch := do(t, job(t, small, 1, "attack.kind=catch-up", "attack.share=0.3", "attack.behind=2", "attack.give_up=10", "run.blocks=800")).Values
	require.Greater(t, catch["attacks"], 20.)
	require.InDelta(t, .18, catch["success_share"], .15)

	// Of the branches that get even some get longer: these are published, and undo what stood on the chain.
	require.InDelta(t, .3/.7*catch["successes"], catch["rewritten"], 4)
	require.GreaterOrEqual(t, catch["reorg_depth_most"], 2.)
	most := do(t, job(t, small, 1, "attack.kind=catch-up", "attack.share=0.6", "attack.behind=6", "attack.give_up=100", "run.blocks=800")).Values
	require.Greater(t, most["rewritten"], 10.)
	require.InDelta(t, most["attacks"], most["rewritten"], 0, "with most of the hash power every race is won")
	require.GreaterOrEqual(t, most["stale_share"], .2, "what the others found is undone")

	held := do(t, job(t, small, 1, "attack.kind=withhold", "attack.share=0.3", "attack.hold=30s", "run.blocks=200")).Values
	require.Greater(t, held["stale_share_of_attacker"], .1)

	censor := do(t, job(t, small, 1, "attack.kind=censor", "attack.share=0.3", "traffic.transactions_per_block=2")).Values
	require.InDelta(t, .3, censor["revenue_share_attacker"], .12)

	eclipse := do(t, job(t, small, 1, "attack.kind=eclipse", "attack.share=0.5", "attack.slots=2", "network.nodes=200", "run.blocks=2", `network.topology={kind="dials", dials=2}`)).Values
	require.InDelta(t, .25, eclipse["eclipsed_share"], .12)
}

func TestChurn_NodesComeBackAndCatchUp(t *testing.T) {
	text := small + "[churn]\nshare = 0.3\nsession = { law = \"exponential\", mean = \"100s\" }\ngap = { law = \"exponential\", mean = \"50s\" }\n"
	v := do(t, job(t, text, 3)).Values
	require.Greater(t, v["arrivals"], 5.)
	require.Positive(t, v["sync_messages"])
	require.Less(t, v["stale_share"], .05)
}

// Who loses its disk in a crash comes back with nothing but the genesis block, and has to fetch the chain.
func TestCrash_WipeTakesTheDisk(t *testing.T) {
	text := small + "[[fault]]\nkind = \"crash\"\nat = \"1000s\"\nfor = \"1s\"\nshare = 0.5\n"
	kept := do(t, job(t, text, 3, "run.blocks=100")).Values
	wiped := do(t, job(t, text, 3, "run.blocks=100", "fault.0.wipe=true")).Values
	require.Greater(t, wiped["sync_bytes"], kept["sync_bytes"]+10_000, "some 50 blocks at each of six nodes")
	require.Less(t, wiped["stale_share"], .05)
}

func TestPlaces_SlowUplinksSlowBlocksDown(t *testing.T) {
	fast := do(t, job(t, small, 3, "run.blocks=30")).Values
	text := small + "[[places.class]]\nname = \"modem\"\nshare = 1\nup = \"20 kbit/s\"\ndown = \"none\"\n"
	slow := do(t, job(t, text, 3, "run.blocks=30")).Values
	require.Greater(t, slow["block_q90_s"], 5*fast["block_q90_s"])
}

func TestDo_EndsWhenItIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := run.Do(ctx, job(t, small, 1))
	require.ErrorIs(t, err, context.Canceled)
}

func TestDo_SaysWhatIsMissing(t *testing.T) {
	_, err := run.Do(t.Context(), job(t, small, 1, "network.stack=mine"))
	require.ErrorIs(t, err, run.ErrNoStack)
	_, err = run.Do(t.Context(), job(t, small, 1, "network.nodes=0", `network.topology={file="none.csv"}`))
	require.ErrorContains(t, err, "none.csv")
}

// A panic of a node's code is the run's error, and not the process's end.
func TestDo_APanicIsAnError(t *testing.T) {
	broken := solutions.Electives()
	broken.NewNetwork = func(network.Host, network.Config) network.Network { panic(network.NotWritten("network.1")) }
	for _, workers := range []int{1, 2} {
		j := job(t, small, 1)
		j.Stacks, j.Workers = map[string]electives.Stack{"solutions": broken}, workers
		_, err := run.Do(t.Context(), j)
		require.ErrorContains(t, err, "network.1")
	}
}

func TestResult_IsReadAsItWasWritten(t *testing.T) {
	r := do(t, job(t, small, 1, "run.blocks=5"))
	back, err := run.Decode(r.Encode())
	require.NoError(t, err)
	require.Equal(t, r, back)
	require.True(t, maps.Equal(r.Values, back.Values))
	_, err = run.Decode([]byte("{"))
	require.Error(t, err)
}

func TestAddr_NeighboursAreStrangers(t *testing.T) {
	seen := map[network.Addr]bool{}
	for i := range 100_000 {
		a := run.Addr(i)
		require.NoError(t, a.Validate())
		require.False(t, seen[a])
		seen[a] = true
	}
}
