package node

import (
	"errors"

	"strata/mempool"
	"strata/node/rebroadcast"
)

// ErrNotWaiting reports a transaction that cannot be replaced: it does not wait here, or has another sender
// or nonce than the one that is to take its place.
var ErrNotWaiting = errors.New("no transaction with this sender and nonce waits here under that id")

// newRebroadcaster makes what cares for the transactions of this node's users, and for those that a
// reorganisation returns. Error: the store's.
func (n *Node) newRebroadcaster() (*rebroadcast.Rebroadcaster, error) {
	return rebroadcast.New(n.host, rebroadcast.Config{}, rebroadcast.Around{
		Store:    n.cfg.Store,
		Account:  n.Account,
		Waiting:  n.pool.Transactions,
		Announce: n.pool.Announce,
		Spread: func(tx mempool.Transaction) {
			// It fails for what is too long for a frame, which no transaction is.
			_ = n.gossip.Broadcast(mempool.KindNewTx, tx.Text())
		},
	})
}

// Submit takes a transaction from this node's own user: it is pooled and gossiped, and announced again until it
// is in a block or cannot get into one, also by this node's next life. Errors: those of mempool.Mempool.Announce;
// the store's: then it is announced, and not kept.
func (n *Node) Submit(tx mempool.Transaction) error { return n.submit(tx, n.own.Keep) }

func (n *Node) submit(tx mempool.Transaction, keep func(mempool.Transaction) error) error {
	err := n.pool.Announce(tx)
	if err == nil || errors.Is(err, mempool.ErrKnown) {
		err = errors.Join(err, keep(tx))
	}
	return err
}

// Replace does as Submit with a transaction that takes the place of one that waits in this node's pool, with the
// same sender and nonce. Pools elsewhere keep the one that they saw first (MEM-4) until it expires: which of the
// two gets into a block is not this node's to say. Errors: ErrNotWaiting, and those of Submit; then the other
// stays.
func (n *Node) Replace(old mempool.TxID, tx mempool.Transaction) error {
	for _, waiting := range n.pool.Transactions() {
		if waiting.ID() != old {
			continue
		}
		if waiting.Sender != tx.Sender || waiting.Nonce != tx.Nonce {
			return ErrNotWaiting
		}
		if err := n.cfg.Mempool.Verifier.Verify(tx); err != nil {
			return err
		}
		n.pool.Evict(old)
		return n.submit(tx, func(tx mempool.Transaction) error { return n.own.Replace(old, tx) })
	}
	return ErrNotWaiting
}
