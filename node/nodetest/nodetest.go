// Package nodetest is the conformance suite of the whole stack: six layers of one student, with the
// provided store, block tree, miner and node around them, as several nodes of one chain.
//
// The suite trusts none of it: it mines blocks of its own, computes the accounts again from the
// genesis block on, and talks to the nodes through strangers who break the rules of blocks, and of
// blocks alone.
package nodetest

import (
	"slices"
	"time"

	"strata/chain"
	"strata/scenario"
)

// step is what every scenario grades.
const step = "stack.1"

// Suite lists the scenarios for a stack.
func Suite(stack chain.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(
		[]scenario.Scenario{
			s.spread(), s.flood(), s.mine(), s.isolated(), s.crashes(), s.stop(), // networks
			s.late(), s.shuffled(), s.withheld(), s.transactions(), s.weather(), s.twins(), // what reaches a node, and how
		},
		provided(s.firstSeen(), s.onlyWork(), s.invalid(), s.genesis()),                                                 // FRK-1, 2, 3, 7
		provided(s.orphans(), s.undone(), s.restart(), s.miner()),                                                       // FRK-4, 5, 6, 8
		provided(s.wiped(), s.lostWrites(), s.deepForks()),                                                              // disks and forks at their worst
		provided(append(s.misled(), s.catchUp(), s.parted(), s.resumed(), s.questioned(), s.carried(), s.hoarded())...), // SYN
	)
}

// provided marks scenarios about what no student writes: the block tree, the store, the miner, the
// sync. They are no part of a student's grade; the workshop's own tests and mutants run them.
func provided(all ...scenario.Scenario) []scenario.Scenario {
	for i := range all {
		all[i].Provided = true
	}
	return all
}

type suite struct{ stack chain.Stack }

// params make a block cost 16 hashes.
var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 4}

func newScenario(name, title string, length time.Duration, setup func(w scenario.World), rules ...string) scenario.Scenario {
	return scenario.Scenario{Name: "stack/" + name, Title: title, Step: step, Rules: rules, For: length, Setup: setup}
}
