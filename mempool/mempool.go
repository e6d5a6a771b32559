package mempool

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
)

// KindNewTx is the gossip kind of a new transaction; the payload is its canonical text.
const KindNewTx messaging.Kind = "bc:new_tx"

// Mempool is layer 5: the valid transactions that wait for a block.
//
// All methods are called on the node's loop.
type Mempool interface {
	// Start registers the gossip handler. Gossip itself is started by the caller, afterwards. w may
	// be nil. Errors: messaging.ErrDuplicateKind.
	Start(w Watcher) error

	// Announce pools a transaction and gossips it, or does neither and says why (MEM-1).
	// Errors: ErrBadSignature, ErrKnown, ErrConflict, ErrSenderFull.
	Announce(tx Transaction) error

	// Add pools a transaction without gossiping it. Errors: as Announce.
	Add(tx Transaction) error

	// Transactions lists the pool in order of arrival. The slice is the caller's (MEM-5).
	Transactions() []Transaction

	// Evict removes the transactions; those that are not pooled are passed over (MEM-6).
	Evict(ids ...TxID)

	// Stop ends all timers. Stopping twice does nothing.
	Stop()
}

// Watcher is told what becomes of transactions, from Start on (MEM-9). It is called in the middle of the
// pool's work: it takes notes, and calls nothing of the pool.
type Watcher interface {
	// TransactionPooled tells of each transaction that enters the pool, once, whichever way it came.
	TransactionPooled(tx Transaction)

	// TransactionLeft tells of each transaction that leaves the pool, once: it was evicted, it
	// expired, or it made room.
	TransactionLeft(tx Transaction)

	// TransactionRefused tells of each transaction that a peer sent and that was not pooled, before the
	// gossip handler returns. Errors: ErrMalformed, and those of Mempool.Add.
	TransactionRefused(from network.Addr, err error)
}

// New makes the layer on gossip. It has no effect on the world before Start. The config is
// complete.
type New func(host network.Host, g gossip.Gossip, cfg Config) Mempool

// Stack names the implementation of this layer and of those below, and who checks signatures for
// it and for the layer above.
type Stack struct {
	gossip.Stack
	NewMempool New
	Verifier   Verifier // goes into the Configs; nil leaves it to whoever builds on the stack
}
