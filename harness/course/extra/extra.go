// Package extra has the scenarios that an instructor adds to the workshop's own. As it is here it has none: to grade with
// some, strata lays the instructor's files in the place of this one when it builds the child.
package extra

import (
	"strata/ledgers/electives"
	"strata/scenario"
)

// Suite lists the scenarios for the implementations that the stack names. Each grades a step that there is. The layers
// below that step should be known to be right.
func Suite(electives.Stack) []scenario.Scenario { return nil }
