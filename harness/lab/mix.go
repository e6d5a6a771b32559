package lab

import "strata/chain"

// Mix takes the named layers from over and the others from base.
func Mix(base, over chain.Stack, layers ...string) chain.Stack {
	for _, layer := range layers {
		switch layer {
		case "network":
			base.NewNetwork = over.NewNetwork
		case "messaging":
			base.NewMessaging = over.NewMessaging
		case "p2p":
			base.NewP2P = over.NewP2P
		case "gossip":
			base.NewGossip = over.NewGossip
		case "mempool":
			base.NewMempool = over.NewMempool
		case "chain":
			base.NewExecutor = over.NewExecutor
		}
	}
	return base
}
