// Package suites lists every scenario that the workshop has.
package suites

import (
	"slices"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/gossip/gossiptest"
	"strata/harness/explore/orders"
	"strata/harness/explore/orders/upon"
	"strata/harness/lab"
	"strata/ledgers/causal/causaltest"
	"strata/ledgers/electives"
	"strata/ledgers/lattice/latticetest"
	"strata/ledgers/leader/leadertest"
	"strata/ledgers/validators/validatorstest"
	"strata/mempool/mempooltest"
	"strata/messaging/echo/echotest"
	"strata/messaging/messagingtest"
	"strata/network/networktest"
	"strata/node/nodetest"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// Electives lists the scenarios of every elective, and of the practice layer.
func Electives(stack electives.Stack) []scenario.Scenario {
	return slices.Concat(leadertest.Suite(stack.Leader()), validatorstest.Suite(stack.Validators()),
		latticetest.Suite(stack.Lattice()), causaltest.Suite(stack.Causal()), echotest.Suite(stack.Echo()))
}

// Everything lists All and Electives.
func Everything(stack electives.Stack) []scenario.Scenario {
	return slices.Concat(All(stack.Stack), Electives(stack))
}

// Known lists Everything, and the scenarios of electives whose orders are explored: these take minutes, and no grade
// runs them.
func Known(stack electives.Stack) []scenario.Scenario {
	if stack.Verifier == nil {
		stack.Verifier = lab.Verdicts
	}
	return slices.Concat(Everything(stack), upon.Electives(stack))
}

// All lists the scenarios of every layer's conformance suite, lowest layer first, then those of
// whole nodes, then those whose orders are explored, on the stack. Without a verifier in the stack it
// is that of all runs, lab.Verdicts.
func All(stack chain.Stack) []scenario.Scenario {
	if stack.Verifier == nil {
		stack.Verifier = lab.Verdicts
	}
	pool := stack.Stack
	g := pool.Stack
	peers := g.Stack
	msg := peers.Stack
	return slices.Concat(
		networktest.Suite(msg.Stack),
		messagingtest.Suite(msg),
		p2ptest.Suite(peers),
		gossiptest.Suite(g),
		mempooltest.Suite(pool),
		chaintest.Suite(stack),
		nodetest.Suite(stack),
		orders.Suite(stack),
		upon.Suite(stack),
	)
}
