// Package suites lists every scenario that the workshop has.
package suites

import (
	"slices"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/network/networktest"
)

// All lists the scenarios of every layer's conformance suite, lowest layer first, on the stack.
func All(stack chain.Stack) []networktest.Scenario {
	net := stack.Stack.Stack.Stack.Stack.Stack
	return slices.Concat(
		networktest.Suite(net),
		chaintest.Suite(stack),
	)
}

// Find returns the scenario of that name.
func Find(stack chain.Stack, name string) (networktest.Scenario, bool) {
	all := All(stack)
	i := slices.IndexFunc(all, func(s networktest.Scenario) bool { return s.Name == name })
	if i < 0 {
		return networktest.Scenario{}, false
	}
	return all[i], true
}
