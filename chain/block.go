package chain

import (
	"crypto/sha256"
	"encoding/hex"

	"strata/mempool"
	"strata/messaging"
)

// KindNewBlock is the gossip kind of a new block; the payload is its text (FRK-7).
const KindNewBlock messaging.Kind = "bc:new_block"

// BlockHash is the SHA-256 of a block's text.
type BlockHash [sha256.Size]byte

// String is the hash in lower-case hex, as on the wire.
func (h BlockHash) String() string { return hex.EncodeToString(h[:]) }

// Block is a list of transactions that follows a parent. Its owner alone may modify it. On its way
// through a node it is Sealed.
type Block struct {
	Number       uint64 // of the parent + 1
	Nonce        uint64 // chosen so that the hash meets the difficulty
	Parent       BlockHash
	Coinbase     mempool.PublicKey // who gets the reward
	Transactions []mempool.Transaction
}

// Genesis is the one block without a parent: fixed, exempt from proof of work (FRK-3).
func Genesis() Block { return Block{} }
