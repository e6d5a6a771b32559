// Package solutions names the reference implementation of every layer.
package solutions

import (
	"strata/chain"
	"strata/gossip"
	"strata/ledgers/electives"
	"strata/ledgers/lattice"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	ourcausal "strata/solutions/causal"
	ourchain "strata/solutions/chain"
	ourecho "strata/solutions/echo"
	ourgossip "strata/solutions/gossip"
	ourlattice "strata/solutions/lattice"
	ourleader "strata/solutions/leader"
	ourmempool "strata/solutions/mempool"
	ourmessaging "strata/solutions/messaging"
	ournetwork "strata/solutions/network"
	ourp2p "strata/solutions/p2p"
	ourvalidators "strata/solutions/validators"
)

// Stack is the reference's implementation of every layer.
func Stack() chain.Stack {
	pool := mempool.Stack{Stack: upToGossip(), NewMempool: ourmempool.New}
	return chain.Stack{Stack: pool, NewExecutor: ourchain.New}
}

// upToGossip is its implementation of the layers up to gossip.
func upToGossip() gossip.Stack {
	net := network.Stack{NewNetwork: ournetwork.New}
	msg := messaging.Stack{Stack: net, NewMessaging: ourmessaging.New}
	peers := p2p.Stack{Stack: msg, NewP2P: ourp2p.New}
	return gossip.Stack{Stack: peers, NewGossip: ourgossip.New}
}

// Lattice is the reference's implementation of elective 9 and the layers below. A program that runs nothing else is small.
func Lattice() lattice.Stack {
	return lattice.Stack{Stack: upToGossip(), NewLattice: ourlattice.New}
}

// Electives is the reference's implementation of every layer and every elective.
func Electives() electives.Stack {
	return electives.Stack{
		Stack: Stack(), NewEcho: ourecho.New,
		NewLog: ourleader.NewLog, NewLeader: ourleader.New,
		NewJudge: ourvalidators.NewJudge, NewValidators: ourvalidators.New, NewAgreement: ourvalidators.NewAgreement,
		NewLattice:  ourlattice.New,
		NewDocument: ourcausal.NewDocument, NewCausal: ourcausal.New, NewBank: ourcausal.NewBank,
	}
}
