package node

import (
	"strata/chain"
	"strata/network"
	"strata/node/guard"
	"strata/node/peerstatus"
)

// newBook makes what asks each peer who it is, and of which chain. A node without a guard has none: it blames
// nobody, and a graded stack says nothing but what its layers say.
func (n *Node) newBook() *peerstatus.Book {
	if n.guard == nil {
		return nil
	}
	return peerstatus.New(n.host, peerstatus.Around{
		Peers: n.peers,
		Own: func() peerstatus.Status {
			tip := n.tree.State()
			return peerstatus.Status{
				Self: n.cfg.P2P.Self, Params: n.cfg.Params, Genesis: chain.Genesis().Hash(), Height: tip.Number(), Tip: tip.Hash(),
			}
		},
		Verify:  n.cfg.VerifyStatus,
		Learned: n.learned,
	})
}

// learned is told who a peer is. Nothing is got from one of another chain, and nothing said against it but in
// the log.
func (n *Node) learned(peer network.Addr, s peerstatus.Status, disagrees string) {
	n.guard.Identify(peer, s.Key, s.Self)
	if disagrees == "" {
		return
	}
	n.host.Log().Warn("peer is of another chain: neither side can use the blocks of the other", "peer", peer, "its", disagrees)
	n.sync.PeerLost(peer)
}

// Disagreements lists the peers that are of another chain, and in what, in ascending order.
func (n *Node) Disagreements() []peerstatus.Disagreement { return n.book.Disagreements() }

// blame is a Penalise for what the peer has passed on and what is being handled now, or was then: a peer of
// another chain, which may turn out only later, is not to blame for its blocks.
func (n *Node) blame(peer network.Addr) func(guard.Offence) {
	penalise := n.guard.Blame()
	return func(o guard.Offence) { n.book.Judge(peer, func() { penalise(o) }) }
}
