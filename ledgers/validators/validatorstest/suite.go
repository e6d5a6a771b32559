// Package validatorstest is the conformance suite of elective 8: scenarios that every implementation of
// strata/ledgers/validators must pass, on every host.
package validatorstest

import (
	"slices"

	"strata/ledgers/validators"
	"strata/scenario"
)

// Suite lists the scenarios for the implementation that the stack names. The layers below should be known to be
// right.
func Suite(stack validators.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.judging(), s.voting(), s.timing(), s.signing(), s.ranges(), s.snapshots(), s.whole())
}
