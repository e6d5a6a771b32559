package ledgers

import (
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Roster is a messaging layer whose answers to p2p:get_peers name all members as well. Two halves of a
// ledger that were apart, and have peers enough each, would never ask anybody else for the way to the other
// (P2P-8); members know the way, for genesis has it.
type Roster struct {
	messaging.Messaging
	Members []Member
	Self    network.Addr
}

// Handle puts the members into the answers of that one kind.
func (r Roster) Handle(kind messaging.Kind, h messaging.Handler) error {
	if kind != p2p.KindGetPeers {
		return r.Messaging.Handle(kind, h)
	}
	return r.Messaging.Handle(kind, func(from network.ConnID, payload []byte) (reply []byte, ok bool) {
		reply, ok = h(from, payload)
		if !ok {
			return reply, ok
		}
		peers := p2p.SplitPeers(reply, maxAnswered)
		for _, m := range r.Members {
			if m.Addr != r.Self && !slices.Contains(peers, m.Addr) {
				peers = append(peers, m.Addr)
			}
		}
		return p2p.JoinPeers(peers), true
	})
}

// maxAnswered is how many peers of an answer are read: more than a node can have.
const maxAnswered = 1000
