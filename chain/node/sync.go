package node

import (
	"strata/chain"
	"strata/chain/blocksync"
	"strata/chain/blocktree"
)

// newSync makes the sync of a node whose peers and tree are there.
func (n *Node) newSync() *blocksync.Sync {
	return blocksync.New(n.host, n.cfg.Sync, blocksync.Around{
		Peers:   n.peers,
		Chain:   n.tree,
		Params:  n.cfg.Params,
		Import:  n.importBlocks,
		Changed: n.want,
		Blame:   n.sentry.blameSync,
	})
}

// importBlocks takes what sync has got, which bounds it itself.
func (n *Node) importBlocks(blocks []chain.Block, done func([]blocktree.Added, error)) {
	n.intake.take(blocks, 0, done)
}

// want says which blocks to search for: those that are missing, unless sync gets them, or they are on
// their way into the tree (FRK-4, SYN-8).
func (n *Node) want() {
	if n.sync.Busy() {
		n.fetch.Want(nil)
		return
	}
	var wanted []chain.BlockHash
	for _, hash := range n.tree.Wanted() {
		if !n.intake.holds(hash) {
			wanted = append(wanted, hash)
		}
	}
	n.fetch.Want(wanted)
}
