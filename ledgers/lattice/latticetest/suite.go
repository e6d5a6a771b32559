// Package latticetest is the conformance suite of elective 9: scenarios that every implementation of
// strata/ledgers/lattice must pass, on every host.
package latticetest

import (
	"slices"

	"strata/ledgers/lattice"
	"strata/scenario"
)

// Suite lists the scenarios for the implementation that the stack names. The layers below should be known to be right.
func Suite(stack lattice.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.judging(), s.placing(), s.tallying(), s.voting(), s.cementing(), s.around(), s.whole())
}
