package explore

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPriorities_GoOnUntilTheyFall(t *testing.T) {
	choices := []choice{
		{event: event{kind: evItem, end: dialled(0, 1, 1)}, node: 1},
		{event: event{kind: evItem, end: dialled(0, 2, 1)}, node: 2},
		{event: event{kind: evWork}, node: 0},
	}
	firsts := map[int]bool{}
	for seed := range uint64(50) {
		p := newPriorities(rand.New(rand.NewPCG(seed, 1)), 0)
		before, changes := p.best(choices), 0
		firsts[before] = true
		for at := range within {
			got := p.first(choices, at)
			if got != before {
				require.True(t, p.demoted[at])
				changes++
			}
			before = got
		}
		require.Equal(t, len(p.demoted), changes)
	}
	require.Len(t, firsts, len(choices), "each chain is the first of some order")
}
