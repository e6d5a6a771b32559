package grade

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/explain"
	"strata/scenario"
)

// What failed last has all its seeds at first, then each scenario a few, then what takes longest, and every seed has one turn.
func TestInTurn(t *testing.T) {
	trialOf := func(name string, states, seeds int) *trial {
		s := scenario.Scenario{Name: name}
		s.Explore.States = states
		return &trial{Case: explain.Case{Scenario: s}, seeds: seeds}
	}
	trials := []*trial{trialOf("last", 0, 60), trialOf("a", 0, 110), trialOf("orders", 9, 1), trialOf("b", 0, 3),
		trialOf("slow", 0, 60)}
	trials[1].cost, trials[4].cost = time.Millisecond, 2*time.Millisecond // as their first batches will tell
	p := inTurn(Options{FirstSeed: 11, First: []string{"last"}}, trials)
	total := p.size()
	var got []string
	for b, more := p.take(); more; b, more = p.take() {
		got = append(got, fmt.Sprintf("%s %d+%d", b.trial.Scenario.Name, b.first, b.seeds))
	}
	require.Equal(t, []string{
		"last 11+4", "last 15+50", "last 65+6", "a 11+4", "b 11+3", "slow 11+4",
		"orders 11+1", "slow 15+50", "a 15+50", "a 65+50", "slow 65+6", "a 115+6",
	}, got)
	require.Len(t, got, total)
}
