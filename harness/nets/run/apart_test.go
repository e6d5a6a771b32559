package run

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/spec"
	"strata/ledgers/electives"
	"strata/solutions"
)

// partedSpec is a chain that falls apart for a while.
const partedSpec = `[run]
protocol = "chain"
for = "120s"
warmup = "10s"
settle = "20s"
[network]
nodes = 8
topology = { kind = "dials", dials = 3 }
maintenance = "2s"
[miners]
count = 4
interval = "3s"
[[fault]]
kind = "partition"
at = "30s"
for = "30s"
share = 0.5
of = "hash power"
`

func TestPlan_WhatNodesTellGivesTheMeasuresOfTheRun(t *testing.T) {
	f, err := spec.Read("it.toml", []byte(partedSpec))
	require.NoError(t, err)
	job := Job{Spec: f.Complete(), Seed: 5, Workers: 1, Stacks: ours()}
	want, err := Do(t.Context(), job)
	require.NoError(t, err)

	w, err := build(job)
	require.NoError(t, err)
	r := w.protocol.(*chainRun)
	told := make([][]Told, len(r.members))
	for i, m := range r.members {
		m.tell = func(e Told) { told[i] = append(told[i], e) }
	}
	require.NoError(t, r.run(t.Context()))
	p, err := NewPlan(job)
	require.NoError(t, err)
	got, err := p.Result(told)
	require.NoError(t, err)
	for _, name := range []string{"blocks", "blocks_stale", "block_q50_s", "block_q90_s", "reorgs", "reorg_depth_most", "heal_s", "blind_s"} {
		require.Equal(t, want.Values[name], got.Values[name], name)
	}
	require.NotZero(t, got.Values["heal_s"])
	require.NotZero(t, got.Values["blocks_stale"])
	require.Len(t, p.Faults, 1)
	require.Equal(t, 30*time.Second, p.Faults[0].At)
}

func TestPlan_RefusesABlockThatANodeCannotHaveFound(t *testing.T) {
	f, err := spec.Read("it.toml", []byte(partedSpec))
	require.NoError(t, err)
	p, err := NewPlan(Job{Spec: f.Complete(), Seed: 5, Stacks: ours()})
	require.NoError(t, err)
	_, err = p.Result([][]Told{{{Kind: Found, Text: []byte("no block")}}})
	require.ErrorContains(t, err, "node 0 told of a block")
}

func ours() map[string]electives.Stack {
	return map[string]electives.Stack{"solutions": solutions.Electives()}
}
