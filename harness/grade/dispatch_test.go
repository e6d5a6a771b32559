package grade

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/explain"
	"strata/scenario"
)

// What failed last has all its seeds at first, then each scenario a few, and every seed has one turn.
func TestInTurn(t *testing.T) {
	trialOf := func(name string, states, seeds int) *trial {
		s := scenario.Scenario{Name: name}
		s.Explore.States = states
		return &trial{Case: explain.Case{Scenario: s}, seeds: seeds}
	}
	trials := []*trial{trialOf("last", 0, 60), trialOf("a", 0, 110), trialOf("orders", 9, 1), trialOf("b", 0, 3)}
	var got []string
	for _, b := range inTurn(Options{FirstSeed: 11, First: []string{"last"}}, trials) {
		got = append(got, fmt.Sprintf("%s %d+%d", b.trial.Scenario.Name, b.first, b.seeds))
	}
	require.Equal(t, []string{
		"last 11+4", "last 15+50", "last 65+6", "a 11+4", "b 11+3", "a 15+50", "a 65+50", "a 115+6", "orders 11+1",
	}, got)
}
