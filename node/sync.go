package node

import (
	"slices"

	"strata/chain"
	"strata/network"
	"strata/node/blocksync"
	"strata/node/blocktree"
	"strata/node/guard"
)

// newSync makes the sync of a node whose peers and tree are there.
func (n *Node) newSync() *blocksync.Sync {
	return blocksync.New(n.host, n.cfg.Sync, blocksync.Around{
		Peers:   n.peers,
		Chain:   n.tree,
		Params:  n.cfg.Params,
		Import:  n.importBlocks,
		Changed: n.want,
		Blame:   n.blameSync,
	})
}

// blameSync blames a peer whose sync was no good, unless it is of another chain.
func (n *Node) blameSync(peer network.Addr, _ error) {
	n.book.Judge(peer, func() { n.guard.PenalisePeer(peer, guard.BadSync) })
}

// importBlocks takes what sync has got, which bounds it itself.
func (n *Node) importBlocks(blocks []chain.Sealed, done func([]blocktree.Added, error)) {
	n.intake.take(blocks, 0, done)
}

// want says which blocks to search for: those that are missing, unless they are on their way into the
// tree. While sync gets blocks no new search begins (FRK-4, SYN-8).
func (n *Node) want() {
	busy := n.sync.Busy()
	n.fetch.Want(slices.DeleteFunc(n.tree.Wanted(), func(hash chain.BlockHash) bool {
		return n.intake.holds(hash) || busy && !n.fetch.Asking(hash)
	}))
}
