package chain

import "strata/mempool"

// Executor is layer 6: the state transition and the block builder. It keeps nothing between
// calls, so that it may be asked about any state.
type Executor interface {
	// Execute executes one transaction on s: its signature, nonce and balance are checked, and the
	// amount moves (CHN-5, CHN-6). Apply and Build do so with each that they take; it stands here so
	// that it can be graded, and written, first. After an error s is undefined, as after Apply's.
	// Errors: ErrBadSignature, ErrBadNonce, ErrBadBalance, ErrOverflow.
	Execute(s *State, tx mempool.Transaction) error

	// Apply executes the block on s, which afterwards is the state that the block leaves. An
	// invalid block gets one error that wraps the sentinel of the rule it broke, and s is then
	// undefined: the caller throws it away (CHN-9). Work on a Fork to keep the state before.
	// Errors: ErrNumber, ErrParent, ErrProofOfWork, ErrTooManyTransactions, ErrBadSignature,
	// ErrBadNonce, ErrBadBalance, ErrOverflow.
	Apply(s *State, b Sealed) error

	// Build makes the next block on s for the coinbase from the pool's transactions. The block
	// is not mined: its Nonce is 0; once it is, Apply accepts it on the same state (CHN-10,
	// CHN-11). Transactions that can never become valid are evicted from the pool (CHN-12).
	// s is not changed.
	Build(s *State, pool Pool, coinbase mempool.PublicKey) Block
}

// Pool is what Build needs of a mempool.Mempool.
type Pool interface {
	Transactions() []mempool.Transaction
	Evict(ids ...mempool.TxID)
}

// New makes the layer. The config is complete (Config.Complete).
type New func(cfg Config) Executor

// Stack names the implementation of every layer of a node.
type Stack struct {
	mempool.Stack
	NewExecutor New
}
