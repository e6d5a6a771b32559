// Package mempooltest is the conformance suite of layer 5, and makes the keys and transactions
// that the tests of others need.
//
// Most scenarios put one pool on a gossip that only takes notes (desk.go); the last ones let pools
// talk over real layers.
package mempooltest

import (
	"slices"

	"strata/mempool"
	"strata/scenario"
)

// Suite lists the scenarios of the layer.
func Suite(stack mempool.Stack) []scenario.Scenario {
	return slices.Concat(addSuite(stack), receiveSuite(stack), listSuite(stack), networkSuite(stack), hostileSuite(stack))
}
