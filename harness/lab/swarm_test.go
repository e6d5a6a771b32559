package lab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

func TestSwarm_MixesClasses(t *testing.T) {
	all := scenario.Faults{Fragment: true, Jitter: time.Second, Resets: 3, Partitions: 1, Crashes: 2, Churn: 1,
		Until: time.Minute}
	with, mixes := 0, map[scenario.Faults]bool{}
	const seeds = 400
	for seed := range uint64(seeds) {
		f := swarm(all, seed)
		require.Equal(t, f, swarm(all, seed))
		require.Equal(t, all.Until, f.Until)
		require.NotZero(t, classes(f))
		for _, n := range [][2]int{{f.Resets, all.Resets}, {f.Partitions, all.Partitions}, {f.Crashes, all.Crashes},
			{f.Churn, all.Churn}} {
			require.LessOrEqual(t, n[0], n[1])
		}
		require.LessOrEqual(t, f.Jitter, all.Jitter)
		if f.Resets > 0 {
			with++
		}
		f.Jitter = 0
		mixes[f] = true
	}
	require.InDelta(t, seeds*3/4, with, seeds/10, "a quarter has all, two thirds of the rest have resets")
	require.Greater(t, len(mixes), 50)
	for seed := uint64(3); seed < seeds; seed += 4 {
		require.Equal(t, all, swarm(all, seed))
	}
}

func TestSwarm_LeavesASingleClass(t *testing.T) {
	one := scenario.Faults{Crashes: 2, Until: time.Minute}
	for seed := range uint64(20) {
		require.Equal(t, one, swarm(one, seed))
	}
}
