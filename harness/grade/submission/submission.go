// Package submission names the student's implementation of every layer: what is
// in exercises/, or what the grader lays over it. Only the programs that run a student's code link
// it, for that code may not compile.
package submission

import (
	"strata/chain"
	theirchain "strata/exercises/chain"
	theirgossip "strata/exercises/gossip"
	theirmempool "strata/exercises/mempool"
	theirmessaging "strata/exercises/messaging"
	theirnetwork "strata/exercises/network"
	theirp2p "strata/exercises/p2p"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Stack is the student's implementation of every layer.
func Stack() chain.Stack {
	net := network.Stack{NewNetwork: theirnetwork.New}
	msg := messaging.Stack{Stack: net, NewMessaging: theirmessaging.New}
	peers := p2p.Stack{Stack: msg, NewP2P: theirp2p.New}
	g := gossip.Stack{Stack: peers, NewGossip: theirgossip.New}
	pool := mempool.Stack{Stack: g, NewMempool: theirmempool.New}
	return chain.Stack{Stack: pool, NewExecutor: theirchain.New}
}
