package node

import (
	"errors"

	"strata/chain"
	"strata/gossip"
	"strata/network"
	"strata/node/blocktree"
	"strata/node/fetch"
	"strata/node/guard"
)

// receiveBlock handles a gossiped block. It travels on if it is new and its proof of work holds:
// that is what keeps strangers from flooding the network for nothing (FRK-7).
func (n *Node) receiveBlock(from network.Addr, text []byte) (pass bool) {
	if n.stopped || len(text) > n.cfg.Params.MaxText() {
		return false
	}
	hash := chain.HashOf(text)
	if n.tree.Knows(hash) || n.intake.holds(hash) {
		n.heardAgain(from, hash, text)
		return false
	}
	if !n.cfg.Params.MeetsDifficulty(hash) { // before it is parsed: a hash is the cheapest check there is
		n.blame(from)(guard.NoWork)
		n.host.Log().Debug("block without proof of work: is the difficulty the same there?", "hash", hash, "from", from)
		return false
	}
	b, err := chain.ParseSealed(text, hash)
	if err != nil {
		n.blame(from)(guard.NoWork) // work on something else than a block
		return false
	}
	if n.intake.idle() && (len(b.Transactions) == 0 || n.tree.Refused(b.Parent)) { // nothing to verify
		added, err := n.tree.Add(b)
		return n.received(from, b.Number, added, err, n.blame(from))
	}
	if !n.intake.mayWait(len(text)) {
		n.host.Log().Warn("block dropped: too many wait for their signatures to be verified", "number", b.Number, "from", from)
		return false
	}
	blame := n.blame(from)
	n.intake.take([]chain.Sealed{b}, len(text), func(added []blocktree.Added, err error) {
		n.received(from, b.Number, one(added), err, blame)
	})
	return true
}

// heardAgain notes that another peer has a block that we know of, perhaps without its ancestors.
func (n *Node) heardAgain(from network.Addr, hash chain.BlockHash, text []byte) {
	if b, err := chain.ParseBlock(text); err == nil && !n.tree.Refused(hash) {
		n.sync.Heard(from, b.Number, false)
	}
}

// one is the first result, if there is any.
func one(added []blocktree.Added) blocktree.Added {
	if len(added) == 0 {
		return blocktree.Added{}
	}
	return added[0]
}

// received learns what became of a gossiped block, and says whether it was of any use.
func (n *Node) received(from network.Addr, number uint64, added blocktree.Added, err error, blame func(guard.Offence)) (useful bool) {
	switch {
	case err != nil:
		n.host.Log().Error("block not stored", "number", number, "err", err)
		return false
	case added.Status == blocktree.Invalid:
		blame(guard.BadBlock)
		n.host.Log().Info("block refused", "number", number, "from", from, "reason", added.Reason)
		return false
	case added.Reason != nil: // a side branch that this node cannot follow, see blocktree.ErrTooDeep
		n.host.Log().Warn("block not followed", "number", number, "from", from, "reason", added.Reason)
	}
	n.sync.Heard(from, number, added.Status == blocktree.Orphan && number > n.tree.State().Number()+2)
	n.want()
	return true
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
	n.host.Log().Debug("tip moved", "number", tip.Number(), "hash", tip.Hash(), "undone", len(c.Undone))
	n.own.TipMoved(c)
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
	hash := chain.BlockHash(query)
	if text, ok = n.tree.BlockText(hash); ok {
		return text, true
	}
	return n.intake.text(hash)
}

// fetched takes a block that was asked for, or learns that there is none.
func (n *Node) fetched(hash chain.BlockHash, b chain.Sealed, err error) {
	switch {
	case errors.Is(err, fetch.ErrNotFound):
		n.tree.Forget(hash)
	case err != nil:
		n.refuse(hash) // a hash has one text, and that is no block
	default:
		n.intake.take([]chain.Sealed{b}, 0, func(added []blocktree.Added, err error) { n.found(hash, one(added), err) })
	}
	n.want()
}

// found learns what became of a block that was asked for. The fetcher bounds how many there are.
func (n *Node) found(hash chain.BlockHash, added blocktree.Added, err error) {
	switch {
	case err != nil:
		n.host.Log().Error("fetched block not stored", "hash", hash, "err", err)
	case added.Status == blocktree.Invalid:
		// Add does not remember a lack of proof of work. But what hangs on this block would have
		// it asked for again and again, and did cost its maker the work.
		n.refuse(hash)
	case added.Status == blocktree.Orphan:
		n.sync.Missing()
	}
}

// refuse has the tree remember that no valid block has that hash.
func (n *Node) refuse(hash chain.BlockHash) {
	if err := n.tree.Refuse(hash); err != nil {
		n.host.Log().Error("invalid block not remembered", "hash", hash, "err", err)
	}
}

// watcher tells each new peer our tip, so that a node that comes late, or that was cut off, need
// not wait for the next block. It is a gossip message to one peer, under a fresh id.
type watcher struct{ node *Node }

func (w watcher) PeerArrived(peer network.Addr) {
	n := w.node
	n.watch.tellPeer(peer, true)
	n.memory.arrived(peer)
	n.book.PeerArrived(peer)
	n.sync.PeerArrived(peer)
	if len(n.Peers()) == 1 {
		n.own.Met()
	}
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
	_ = n.peers.Send(peer, gossip.KindPrefix+chain.KindNewBlock, payload)
}

func (w watcher) PeerLost(peer network.Addr) {
	w.node.watch.tellPeer(peer, false)
	w.node.book.PeerLost(peer)
	w.node.guard.Unidentify(peer)
	w.node.sync.PeerLost(peer)
	w.node.reunion.peerLost()
}
