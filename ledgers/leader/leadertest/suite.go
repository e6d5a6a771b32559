// Package leadertest is the conformance suite of elective 7: scenarios that every implementation of
// strata/ledgers/leader must pass, on every host.
package leadertest

import (
	"slices"

	"strata/ledgers/leader"
	"strata/scenario"
)

// Suite lists the scenarios for the implementation that the stack names. The layers below should be known
// to be right.
func Suite(stack leader.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.logs(), s.acknowledging(), s.counting(), s.changing(), s.building(), s.around(), s.disks(), s.common(), s.lives())
}
