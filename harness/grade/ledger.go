package grade

import (
	"slices"
	"time"

	"strata/harness/course/steps"
)

// ledger has what the runs of each layer may cost, and have cost, in processor time: one submission holds up
// no class. Right layers take a few per cent of it.
type ledger map[string]*account

type account struct{ budget, spent time.Duration }

// What a layer's runs may cost, if the options do not say it.
const (
	budgetLayer    = 30 * time.Second
	budgetElective = 3 * time.Minute // in place of that: its runs are whole ledgers
	budgetRun      = 2 * time.Millisecond
	budgetOrder    = 5 * time.Second // of a scenario whose orders are explored
	sealedCosts    = 10              // times as much
)

// newLedger is that of the trials.
func newLedger(opt Options, trials []*trial) ledger {
	l := make(ledger)
	for _, t := range trials {
		a := l[t.Step.Layer]
		if a == nil {
			a = &account{budget: budgetLayer}
			if slices.Contains(steps.Electives, t.Step.Layer) {
				a.budget = budgetElective
			}
			l[t.Step.Layer] = a
		}
		if t.Scenario.Explore.States > 0 {
			a.budget += budgetOrder
		} else {
			a.budget += time.Duration(t.seeds) * budgetRun
		}
	}
	if opt.Sealed {
		for _, a := range l {
			a.budget *= sealedCosts
		}
	}
	if opt.Budget > 0 {
		for _, a := range l {
			a.budget = opt.Budget
		}
	}
	return l
}

// spend notes what runs of a layer have cost.
func (l ledger) spend(layer string, spent time.Duration) { l[layer].spent += spent }

// left is what the layer has left.
func (l ledger) left(layer string) time.Duration { return max(0, l[layer].budget-l[layer].spent) }

// over says whether the layer has nothing left.
func (l ledger) over(layer string) bool { return l[layer].spent >= l[layer].budget }
