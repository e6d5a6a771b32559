package mempool

import "errors"

// One error for each reaction that a caller can have.
var (
	// ErrMalformed reports a text that is not a transaction in canonical form (CHN-1). Drop it.
	ErrMalformed = errors.New("malformed transaction")

	// ErrBadSignature reports a signature that is not the sender's (CHN-13). Drop the transaction.
	ErrBadSignature = errors.New("bad signature")

	// ErrKnown reports a transaction that is pooled already (MEM-3). There is nothing to do.
	ErrKnown = errors.New("transaction already pooled")

	// ErrConflict reports another pooled transaction of that sender and nonce (MEM-4). Choose
	// the next nonce.
	ErrConflict = errors.New("another transaction of that sender has that nonce")

	// ErrSenderFull reports a sender with MaxPerSender transactions pooled (MEM-8). Wait for a block.
	ErrSenderFull = errors.New("too many transactions of that sender")
)
