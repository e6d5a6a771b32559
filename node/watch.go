package node

import (
	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/p2p"
)

// watchers are those who look on. They are called on the loop, in the middle of the node's work:
// they take notes, and call nothing of it.
type watchers struct {
	blocks []func(chain.Sealed)
	txs    []func(mempool.Transaction)
	peers  []func(peer network.Addr, arrived bool)
}

// OnBlock calls f with each block that is new here and hangs on genesis, of the chain or of a side
// branch, when it is stored.
func (n *Node) OnBlock(f func(chain.Sealed)) {
	if n.watch.blocks == nil {
		n.tree.WatchConnected(func(b chain.Sealed) {
			for _, f := range n.watch.blocks {
				f(b)
			}
		})
	}
	n.watch.blocks = append(n.watch.blocks, f)
}

// OnTransaction calls f with each transaction that enters the pool: this node's own, those of others,
// and those that come back because their block was undone.
func (n *Node) OnTransaction(f func(mempool.Transaction)) { n.watch.txs = append(n.watch.txs, f) }

// OnPeer calls f with each peer that arrives or is lost.
func (n *Node) OnPeer(f func(peer network.Addr, arrived bool)) {
	n.watch.peers = append(n.watch.peers, f)
}

func (w *watchers) tellPeer(peer network.Addr, arrived bool) {
	for _, f := range w.peers {
		f(peer, arrived)
	}
}

func (w *watchers) tellTransaction(tx mempool.Transaction) {
	for _, f := range w.txs {
		f(tx)
	}
}

// poolWatcher is told by the mempool what becomes of transactions (MEM-9).
type poolWatcher struct{ node *Node }

func (w poolWatcher) TransactionPooled(tx mempool.Transaction) {
	w.node.miner.PoolChanged()
	w.node.own.Pooled(tx)
	w.node.watch.tellTransaction(tx)
}

func (w poolWatcher) TransactionLeft(tx mempool.Transaction) {
	w.node.miner.PoolChanged()
	w.node.own.Left(tx)
}

func (w poolWatcher) TransactionRefused(from network.Addr, err error) {
	w.node.host.Log().Debug("transaction refused", "from", from, "err", err)
}

// Self is where others reach this node.
func (n *Node) Self() network.Addr { return n.cfg.P2P.Self }

// Verifier checks signatures for the whole node, and remembers them. It may be used from any
// goroutine.
func (n *Node) Verifier() mempool.Verifier { return n.cfg.Mempool.Verifier }

// Params are those of the chain.
func (n *Node) Params() chain.Params { return n.cfg.Params }

// CanMine says whether there is a coinbase to mine for.
func (n *Node) CanMine() bool { return n.cfg.Coinbase != mempool.PublicKey{} }

// maxPeersOfPeer bounds what one peer may say of its own peers.
const maxPeersOfPeer = 256

// AskPeers asks each peer for its own peers and calls found with each answer, ok false if there was
// none; at the latest when the requests time out. What a peer says need not be true. An answer is
// the caller's.
func (n *Node) AskPeers(found func(peer network.Addr, theirs []network.Addr, ok bool)) {
	for _, peer := range n.peers.Peers() {
		n.peers.Request(peer, p2p.KindGetPeers, nil, func(reply []byte, err error) {
			if err != nil {
				found(peer, nil, false)
				return
			}
			found(peer, p2p.SplitPeers(reply, maxPeersOfPeer), true)
		})
	}
}
