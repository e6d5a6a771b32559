package node

import (
	"crypto/sha256"
	"errors"

	"strata/chain"
	"strata/chain/blocktree"
	"strata/chain/fetch"
	"strata/gossip"
	"strata/network"
)

// receiveBlock handles a gossiped block. It travels on if it is new and its proof of work holds:
// that is what keeps strangers from flooding the network for nothing (FRK-7).
func (n *Node) receiveBlock(from network.Addr, text []byte) (pass bool) {
	if n.stopped || len(text) > n.cfg.Params.MaxText() {
		return false
	}
	hash := chain.BlockHash(sha256.Sum256(text))
	if n.tree.Knows(hash) {
		return false
	}
	if !n.cfg.Params.MeetsDifficulty(hash) { // before it is parsed: a hash is the cheapest check there is
		n.host.Log().Debug("block without proof of work: is the difficulty the same there?", "hash", hash, "from", from)
		return false
	}
	b, err := chain.ParseBlock(text)
	if err != nil {
		return false
	}
	added, err := n.add(b)
	switch {
	case err != nil:
		n.host.Log().Error("block not stored", "number", b.Number, "err", err)
		return false
	case added.Status == blocktree.Invalid:
		n.host.Log().Info("block refused", "number", b.Number, "from", from, "reason", added.Reason)
		return false
	}
	return true
}

// add puts the block into the tree and asks for what is missing then.
func (n *Node) add(b chain.Block) (blocktree.Added, error) {
	added, err := n.tree.Add(b)
	n.fetch.Want(n.tree.Wanted())
	return added, err
}

// mined takes the miner's block.
func (n *Node) mined(b chain.Block) {
	if err := n.AddBlock(b); err != nil {
		n.host.Log().Warn("mined block refused", "number", b.Number, "err", err)
	}
}

// tipMoved is called by the tree, whose state and store are up to date.
func (n *Node) tipMoved(c blocktree.Change) {
	n.miner.Restart()
	tip := n.tree.State()
	n.host.Log().Info("new tip", "number", tip.Number(), "hash", tip.Hash(), "undone", len(c.Undone))
	for _, f := range n.tips {
		f(c)
	}
}

// ask searches the network for a block (FRK-4).
func (n *Node) ask(hash chain.BlockHash, result func([]byte, error) bool) {
	n.search.Query(fetch.Kind, hash[:], result)
}

// answer gives whoever searches a block its text.
func (n *Node) answer(query []byte) (text []byte, ok bool) {
	if len(query) != len(chain.BlockHash{}) {
		return nil, false
	}
	return n.tree.BlockText(chain.BlockHash(query))
}

// fetched takes a block that was asked for, or learns that there is none.
func (n *Node) fetched(hash chain.BlockHash, b chain.Block, err error) {
	switch {
	case errors.Is(err, fetch.ErrNotFound):
		n.tree.Forget(hash)
	case err != nil:
		err = n.tree.Refuse(hash) // a hash has one text, and that is no block
	default:
		var added blocktree.Added
		if added, err = n.tree.Add(b); added.Status == blocktree.Invalid {
			// Add does not remember a lack of proof of work. But what hangs on this block would have
			// it asked for again and again, and did cost its maker the work.
			err = n.tree.Refuse(hash)
		}
	}
	if err != nil && !errors.Is(err, fetch.ErrNotFound) {
		n.host.Log().Error("fetched block not stored", "hash", hash, "err", err)
	}
	n.fetch.Want(n.tree.Wanted())
}

// watcher tells each new peer our tip, so that a node that comes late, or that was cut off, need
// not wait for the next block. It is a gossip message to one peer, under a fresh id.
type watcher struct{ node *Node }

func (w watcher) PeerArrived(peer network.Addr) {
	n := w.node
	tip := n.tree.State()
	if n.stopped || tip.Number() == 0 {
		return
	}
	text, ok := n.tree.BlockText(tip.Hash())
	if !ok {
		return
	}
	payload := gossip.Encode(gossip.NewID(n.host.Rand()), text)
	// It fails if the peer is lost again, and then there is nobody to tell.
	_ = n.peers.Send(peer, gossip.KindPrefix+KindNewBlock, payload)
}

func (w watcher) PeerLost(network.Addr) {}
