package pctcp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/pctcp"
)

func TestChains_GoOnWithWhatCausedThem(t *testing.T) {
	var c pctcp.Chains
	first := c.Born(1, pctcp.Event{})
	require.EqualValues(t, 1, first.Chain, "nothing caused it")
	c.Handle(first)
	second, other := c.Born(2, pctcp.Event{}), c.Born(3, pctcp.Event{})
	require.EqualValues(t, 1, second.Chain, "the first that it caused goes on")
	require.EqualValues(t, 3, other.Chain, "the next begins a chain")
	require.EqualValues(t, 3, c.Born(4, other).Chain, "or follows what must come before it")
	require.EqualValues(t, 5, c.Born(5, other).Chain, "which is not the last of its chain any more")
	c.Handle(second)
	require.EqualValues(t, 1, c.Born(6, pctcp.Event{}).Chain)
}

// ready makes events of three chains that all race at one node.
func ready(name uint64) []pctcp.Ready {
	return []pctcp.Ready{{Chain: 1, Name: name, Races: true}, {Chain: 2, Name: name, Races: true},
		{Chain: 3, Name: name, Races: true}}
}

func TestScheduler_DemotesSeldomAndForGood(t *testing.T) {
	firsts, changed := map[int]int{}, 0
	const runs = 300
	for key := range uint64(runs) {
		s := pctcp.New(key, 3, nil)
		before, changes := s.First(ready(0)), 0
		firsts[before]++
		for name := range uint64(200) {
			if i := s.First(ready(name + 1)); i != before {
				before = i
				changes++
			}
		}
		require.LessOrEqual(t, changes, 2, "a mistake of depth 3 takes two demotions")
		changed += changes
	}
	require.Len(t, firsts, 3, "each chain is the first of some runs")
	require.Greater(t, changed, runs)
}

func TestScheduler_LeavesOneDemotionOut(t *testing.T) {
	for key := range uint64(50) {
		var told []int
		s := pctcp.New(key, 3, func(n int) bool { told = append(told, n); return true })
		first := s.First(ready(0))
		for name := range uint64(2000) {
			require.Equal(t, first, s.First(ready(name)), "nothing falls")
		}
		require.Equal(t, []int{1, 2}, told)
	}
}

func TestScheduler_FallsOnlyWhereEventsRace(t *testing.T) {
	s := pctcp.New(5, 4, nil)
	calm := ready(0)
	for i := range calm {
		calm[i].Races = false
	}
	first := s.First(calm)
	for name := range uint64(1000) {
		for i := range calm {
			calm[i].Name = name
		}
		require.Equal(t, first, s.First(calm))
	}
}
