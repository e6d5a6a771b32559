// Package causaltest is the conformance suite of elective 10: scenarios that every implementation of
// strata/ledgers/causal must pass, on every host.
package causaltest

import (
	"slices"
	"time"

	"strata/ledgers/causal"
	"strata/scenario"
)

const second = time.Second

// suite makes the scenarios for one implementation.
type suite struct{ stack causal.Stack }

// Suite lists the scenarios for the implementation that the stack names. The layers below should be known to be
// right.
func Suite(stack causal.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.delivering(), s.reconciling(), s.seeking(), s.documents(), s.judging(), s.wholes(), s.banking(), s.agreements())
}
