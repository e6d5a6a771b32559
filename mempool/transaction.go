package mempool

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
)

// PublicKey is an Ed25519 public key; it names an account.
type PublicKey [ed25519.PublicKeySize]byte

// String is the key in lower-case hex, as on the wire.
func (k PublicKey) String() string { return hex.EncodeToString(k[:]) }

// Signature is an Ed25519 signature.
type Signature [ed25519.SignatureSize]byte

// TxID is the SHA-256 of a transaction's whole text.
type TxID [sha256.Size]byte

// String is the id in lower-case hex.
func (id TxID) String() string { return hex.EncodeToString(id[:]) }

// Transaction moves Amount from Sender to Recipient. It is a value: two are equal (==) exactly
// if their texts are.
type Transaction struct {
	Sender    PublicKey
	Recipient PublicKey
	Nonce     uint64 // number of transactions that Sender has made before this one
	Amount    uint64
	Signature Signature
}
