package lab

import "strata/ledgers/electives"

// Mix takes the named layers and electives from over and the others from base.
func Mix(base, over electives.Stack, layers ...string) electives.Stack {
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
		case "echo":
			base.NewEcho = over.NewEcho
		case "leader":
			base.NewLog, base.NewLeader = over.NewLog, over.NewLeader
		case "validators":
			base.NewJudge, base.NewValidators = over.NewJudge, over.NewValidators
			if over.NewAgreement != nil { // no boundary carries it
				base.NewAgreement = over.NewAgreement
			}
		case "lattice":
			base.NewLattice = over.NewLattice
		case "causal":
			base.NewDocument, base.NewCausal, base.NewBank = over.NewDocument, over.NewCausal, over.NewBank
		}
	}
	return base
}
