package run_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/run"
	"strata/ledgers/electives"
	"strata/solutions"
)

// ledgerOf is a run of one of the five.
const ledgerOf = `[run]
protocol = "ledger"
for = "50s"
settle = "60s"
[network]
nodes = 5
topology = { kind = "complete" }
[places]
latency = { law = "constant", mean = "50ms" }
[ledger]
kind = "%s"
%s[ledger.trouble]
kind = "%s"
`

// passing is a trouble that begins and ends.
const passing = "at = \"15s\"\nfor = \"30s\"\n"

func ledgerJob(t testing.TB, kind, trouble string, set ...string) run.Job {
	interval := ""
	if kind == "work" {
		interval = "interval = \"1s\"\n"
	}
	text := fmt.Sprintf(ledgerOf, kind, interval, trouble)
	if trouble != "none" && trouble != "two-faced" {
		text += passing
	}
	return job(t, text, 1, set...)
}

// Without trouble every payment is final everywhere, after as many delays as each ledger's messages take one after the
// other, and every client has its answer.
func TestLedger_PaysAndEndsEverywhere(t *testing.T) {
	for _, c := range []struct {
		kind        string
		least, most float64 // delays
	}{
		// A payment goes to the members, then there are: block, acknowledgements; proposal and two rounds of votes; two
		// rounds of votes. What is more is synced disks, and waiting for the block before. Causal's blocks are a second
		// apart.
		{"leader", 3, 4.5}, {"validators", 4, 6.5}, {"lattice", 3, 4},
		{"causal", 4, 26},
		{"work", 60, 240}, // six blocks, a second apart
	} {
		v := do(t, ledgerJob(t, c.kind, "none")).Values
		require.EqualValues(t, 40, v["payments"], c.kind)
		require.EqualValues(t, 1, v["final_share"], c.kind)
		require.EqualValues(t, 1, v["answered_share"], c.kind)
		require.Zero(t, v["undone"]+v["disagreements"]+v["blamed"], c.kind)
		require.GreaterOrEqual(t, v["final_q50_delays"], c.least, c.kind)
		require.LessOrEqual(t, v["final_q50_delays"], c.most, c.kind)
		require.Positive(t, v["messages_per_payment"], c.kind)
		require.Greater(t, v["wire_bytes_per_payment"], v["payload_bytes_per_payment"], c.kind)
	}
}

// With as many members down as a ledger can lose it goes on; with one more, or in halves, it waits and says nothing false.
// Proof of work never waits: in halves it says what it has to take back.
func TestLedger_WhatHaltsAndWhatIsUndone(t *testing.T) {
	for _, kind := range []string{"leader", "validators", "lattice", "causal"} {
		for trouble, halts := range map[string]float64{"crash": 0, "crash-beyond": 1, "partition": 1} {
			name := kind + " " + trouble
			v := do(t, ledgerJob(t, kind, trouble, "network.nodes=4")).Values
			require.Equal(t, halts, v["halted"], name)
			require.Zero(t, v["undone"]+v["disagreements"]+v["answers_undone"], name)
			require.EqualValues(t, 1, v["final_share"], name)
			require.EqualValues(t, 1, v["answered_share"], name)
			require.Equal(t, halts == 1, v["longest_pause_s"] > 25, name)
		}
	}
	v := do(t, ledgerJob(t, "work", "partition", "network.nodes=4")).Values
	require.Zero(t, v["halted"])
	require.Positive(t, v["undone"])
	require.Positive(t, v["answers_undone"])
	require.Positive(t, v["disagreements"])
	require.EqualValues(t, 1, v["final_share"], "in the end all is in one chain")
}

// A member with two faces makes correct members of a ledger disagree whose model has crashes alone, and of no other.
func TestLedger_TwoFaces(t *testing.T) {
	for _, kind := range []string{"work", "validators", "lattice", "causal"} {
		v := do(t, ledgerJob(t, kind, "two-faced")).Values
		require.Zero(t, v["disagreements"]+v["undone"]+v["outside_model"], kind)
		require.EqualValues(t, 1, v["final_share"], kind)
	}
	forked := ledgerJob(t, "leader", "two-faced")
	forked.Seed = 3 // of which as many members hear the one face first as the other: which they are is drawn
	v := do(t, forked).Values
	require.EqualValues(t, 1, v["outside_model"])
	require.Positive(t, v["disagreements"])
	require.Less(t, v["final_share"], 1.0)
}

// Both engines and any number of workers come to one trace and one result.
func TestLedger_DependsOnNeitherEngineNorWorkers(t *testing.T) {
	for _, kind := range []string{"work", "leader", "validators", "lattice", "causal"} {
		for _, trouble := range []string{"partition", "two-faced", "crash"} {
			set := []string{"run.for=30s", "run.settle=20s", "ledger.members=4"}
			if trouble != "two-faced" {
				set = append(set, "ledger.trouble.for=10s")
			}
			j := ledgerJob(t, kind, trouble, set...)
			j.Workers = 1
			one := string(do(t, j).Encode())
			j.Workers = 2
			require.Equal(t, one, string(do(t, j).Encode()), "%s %s: two workers", kind, trouble)
			j.Spec.Run.Engine = "total order"
			require.Equal(t, one, string(do(t, j).Encode()), "%s %s: total order", kind, trouble)
		}
	}
}

// Layers without the elective are an error, and no panic.
func TestLedger_WithoutTheElective(t *testing.T) {
	for _, kind := range []string{"leader", "validators", "lattice", "causal"} {
		j := ledgerJob(t, kind, "none")
		j.Stacks = map[string]electives.Stack{"solutions": {Stack: solutions.Stack()}}
		_, err := run.Do(t.Context(), j)
		require.ErrorIs(t, err, run.ErrNoStack)
		require.ErrorContains(t, err, kind)
	}
}

// A payment of elective 10 is in every document long before a block has it, and waits for no majority.
func TestLedger_CausalIsThereBeforeItIsFinal_CAU8(t *testing.T) {
	v := do(t, ledgerJob(t, "causal", "none")).Values
	require.InDelta(t, 1, v["seen_q50_s"]/v["latency_s"], 0.5)
	require.Less(t, v["seen_q99_s"], v["final_q50_s"])
	halves := do(t, ledgerJob(t, "causal", "partition", "network.nodes=4")).Values
	require.EqualValues(t, 1, halves["halted"])
	require.Less(t, halves["seen_q50_s"], halves["final_q50_s"])
}

// A crash may strike as many members as the file says.
func TestLedger_CrashesAsManyAsTheFileSays(t *testing.T) {
	for crashes, halts := range map[string]float64{"1": 0, "2": 0, "3": 1} {
		v := do(t, ledgerJob(t, "leader", "crash", "ledger.trouble.crashes="+crashes)).Values
		require.Equal(t, halts, v["halted"], crashes)
		require.Equal(t, crashes, fmt.Sprint(v["struck"]))
	}
}
