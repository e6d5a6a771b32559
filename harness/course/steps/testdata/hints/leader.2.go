package leader

import "strata/ledgers/leader"

func (n *node) take(b *leader.Block) {
	if _, tip := n.tip(); b.Parent != tip {
		return
	}
	hash := b.Hash(n.chain)
	view := n.view
	n.hashes = append(n.hashes, hash)
	n.build.taken(n, b)
	n.store(b)
	n.write(leader.RecordBlock, b.Encode(), func() {
		if n.view != view || n.hashAt(b.Height) != hash {
			return
		}
		n.synced = max(n.synced, b.Height)
		n.acknowledge(b.Height, hash)
	})
}

func (n *node) acknowledge(height uint64, hash leader.Hash) {
	if !n.member() {
		return
	}
	if !n.normal() {
		return
	}
	if n.hashAt(height) != hash || height > n.synced {
		return
	}
	n.say(&leader.Ack{View: n.view, Height: height, Hash: hash})
}
