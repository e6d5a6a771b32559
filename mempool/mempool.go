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
	// Start registers the gossip handler. Gossip itself is started by the caller, afterwards.
	// Errors: messaging.ErrDuplicateKind.
	Start() error

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
