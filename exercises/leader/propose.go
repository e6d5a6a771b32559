// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

package leader

import (
	"fmt"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

// propose makes the next block, if this node leads, something waits, and few enough are under way.
func (n *node) propose() {
	height, parent := n.tip()
	if !n.leads() || height-n.commit >= leader.UnderWay || n.pool.Len() == 0 || n.build.gathering {
		return
	}
	n.build.gathering = true
	wait, enough := n.cfg.Gather, n.cfg.BlockOps
	if height == n.commit {
		enough = 1 // nothing is under way: what comes until this is committed gathers by itself
	}
	if n.pool.Ready(enough, n.build.next(n)) {
		wait = 0
	}
	n.host.After(wait, func() {
		n.build.gathering = false
		if h, p := n.tip(); h == height && p == parent && n.leads() {
			n.proposeNow()
		}
		n.propose()
	})
}

// proposeNow makes a block of what waits; none if nothing can come next. All hear of it at once, so that they sync it
// while this node does: a member that loses it in a crash leads this view no more (LDR-2).
func (n *node) proposeNow() {
	height, parent := n.tip()
	txs := n.pool.Fill(n.cfg.BlockOps, leader.BlockRoom, n.build.next(n), nil)
	if len(txs) == 0 {
		return
	}
	b := &leader.Block{Header: leader.Header{Height: height + 1, Parent: parent, View: n.view}, Txs: txs}
	b.Root = leader.Root(b.IDs(n.chain))
	b.Header.Sign(n.chain, n.host.Identity())
	n.take(b)
	n.announce(b)
}

// announce tells all of a block of this node's.
func (n *node) announce(b *leader.Block) {
	a := leader.Announcement{Header: b.Header, IDs: b.IDs(n.chain)}
	n.flushTxs()
	n.spread(leader.KindBlock, a.Encode())
}

// next says which number a client's next transaction has after all blocks of the log.
func (b *builder) next(n *node) func(network.PublicKey) uint64 {
	return func(client network.PublicKey) uint64 {
		return max(n.state.Next(client), b.pending[client]+1)
	}
}

// taken is told of a block that came into the log: its transactions wait there, no more in the pool.
func (b *builder) taken(n *node, block *leader.Block) {
	for i, id := range block.IDs(n.chain) {
		tx := block.Txs[i]
		b.logged[id] = block.Height
		b.pending[tx.Client] = max(b.pending[tx.Client], tx.Number)
		n.pool.Remove(id)
	}
}

// dropped is told of a block that left the log: its transactions wait in the pool again.
func (b *builder) dropped(n *node, block *leader.Block) {
	for i, id := range block.IDs(n.chain) {
		delete(b.logged, id)
		_, _ = n.pool.Add(id, block.Txs[i]) // if there is no place, its client submits it again
	}
	clear(b.pending)
	for height := n.state.Height + 1; height < block.Height; height++ {
		if left, _ := n.blocks.Get(n.hashAt(height)); left != nil {
			for _, tx := range left.Txs {
				b.pending[tx.Client] = max(b.pending[tx.Client], tx.Number)
			}
		}
	}
}

// executed is told of a block that was executed.
func (b *builder) executed(n *node, block *leader.Block, outcomes []leader.Outcome) {
	for i, o := range outcomes {
		delete(b.logged, o.ID)
		n.pool.Remove(o.ID)
		if tx := block.Txs[i]; b.pending[tx.Client] <= tx.Number {
			delete(b.pending, tx.Client)
		}
		if o.Err != nil {
			b.refuse(o.ID, o.Err)
		}
	}
	for _, id := range n.pool.Clean(n.pool.Clients(), n.state.Next) {
		b.refuse(id, errOvertaken)
		n.watch.Refused(id, errOvertaken)
	}
}

// errOvertaken is why a transaction is refused that waited while another one of its number was executed.
var errOvertaken = fmt.Errorf("%w: another transaction of the client has its number (LDR-8)", ledgers.ErrStale)

// maxRefused bounds what is remembered of refused operations: whoever asks later is told that nothing is
// known of it, and hears why when it submits again.
const maxRefused = 10_000

func (b *builder) refuse(id ledgers.OpID, why error) {
	if len(b.refused) >= maxRefused {
		clear(b.refused)
	}
	b.refused[id] = why
}

// inLog says whether the operation is in a block that is not executed yet.
func (b *builder) inLog(id ledgers.OpID) bool { return b.logged[id] > 0 }
