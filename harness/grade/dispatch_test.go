package grade

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/explain"
	"strata/harness/grade/report"
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
	opt := Options{FirstSeed: 11, Seeds: 110, First: []string{"last"}}
	p := inTurn(opt, trials)
	total := p.size()
	got := turns(&p)
	require.Equal(t, []string{
		"last 11+4", "last 15+50", "last 65+6", "a 11+4", "b 11+3", "slow 11+4",
		"orders 11+1", "slow 15+50", "a 15+50", "a 65+50", "slow 65+6", "a 115+6",
	}, got)
	require.Len(t, got, total)
	opt.Soon, opt.Passes = 20, func(report.Report) {} // then those come before the others that are to pass soon
	p = inTurn(opt, trials)
	require.Equal(t, 8, p.soons())
	require.Equal(t, []string{
		"last 11+4 soon", "last 15+16 soon", "last 31+40", "a 11+4 soon", "b 11+3 soon", "slow 11+4 soon",
		"orders 11+1 soon", "slow 15+16 soon", "a 15+16 soon", "slow 31+40", "a 31+50", "a 81+40",
	}, turns(&p))
	trials[1].cost = time.Millisecond / 20 // it is done at once, so what is left of it is one batch
	p = inTurn(opt, trials)
	got = turns(&p)
	require.Equal(t, []string{"slow 31+40", "a 31+90"}, got[len(got)-2:])
	opt.Soon = 110 // which is all of them
	p = inTurn(opt, trials)
	require.Zero(t, p.soons())
}

// turns takes all batches.
func turns(p *pending) (all []string) {
	for b, more := p.take(); more; b, more = p.take() {
		text := fmt.Sprintf("%s %d+%d", b.trial.Scenario.Name, b.first, b.seeds)
		if b.soon {
			text += " soon"
		}
		all = append(all, text)
	}
	return all
}
