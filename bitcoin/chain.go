package bitcoin

import (
	"context"
	"errors"

	"github.com/btcsuite/btcd/wire/v2"
)

// Chain is what this package asks of Bitcoin. Beside each method is the request that an Esplora server answers alike.
// Each call ends with ctx, or sooner.
type Chain interface {
	// Height is that of the newest block: GET /blocks/tip/height. Error: ErrUnreachable.
	Height(ctx context.Context) (uint32, error)

	// History is every transaction that pays a script or spends what paid it, in a block or waiting for one, in any
	// order: GET /scripthash/:hash/txs. Error: ErrUnreachable.
	History(ctx context.Context, script []byte) ([]Entry, error)

	// Send has a transaction passed on. One that is known already is no error: POST /tx. Errors: ErrUnreachable;
	// ErrRefused, with the reason.
	Send(ctx context.Context, tx *wire.MsgTx) error
}

// Entry is a transaction of a history.
type Entry struct {
	Tx    *wire.MsgTx
	Depth uint32 // how many blocks there are from the one that has it, itself counted; 0: none has it yet
}

// Errors.
var (
	// ErrUnreachable reports that nobody answers for Bitcoin. Nothing is lost: ask again later.
	ErrUnreachable = errors.New("bitcoin cannot be reached")

	// ErrRefused reports a transaction that Bitcoin's rules, or those of the node, do not let through.
	ErrRefused = errors.New("bitcoin refuses the transaction")

	// ErrFunds reports that a key has too little to spend.
	ErrFunds = errors.New("too little to spend")

	// ErrDust reports an amount that is too small to be passed on, or to be spent again.
	ErrDust = errors.New("the amount is dust")

	// ErrAddress reports an address that is none, or is one of another network.
	ErrAddress = errors.New("not an address of this network")

	// ErrKey reports 32 bytes that are no key.
	ErrKey = errors.New("not a key of secp256k1")

	// ErrHeight reports a height that a lock cannot end at.
	ErrHeight = errors.New("no lock can end at that height")

	// ErrSecret reports a secret that is not the lock's.
	ErrSecret = errors.New("the secret is not the one that the lock asks for")

	// ErrEarly reports a refund before the lock's height.
	ErrEarly = errors.New("it is too early for a refund")

	// ErrNoLock reports a lock that no block has, or that has ended.
	ErrNoLock = errors.New("there is no such lock, or it has ended")

	// ErrTerms reports a deed that is not one of the swap's lock.
	ErrTerms = errors.New("the deed is not one of this lock")
)
