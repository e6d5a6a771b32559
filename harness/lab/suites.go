package lab

import (
	"strata/chain"
	"strata/network/networktest"
)

// Suites lists the scenarios of every layer's conformance suite, lowest layer first.
func Suites(stack chain.Stack) []networktest.Scenario {
	var all []networktest.Scenario
	return all
}
