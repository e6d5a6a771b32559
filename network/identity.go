package network

import "encoding/hex"

// PublicKey names whoever has the private half: Ed25519, 32 bytes.
type PublicKey [32]byte

// String is the key in lower-case hex.
func (k PublicKey) String() string { return hex.EncodeToString(k[:]) }

// Signature is an Ed25519 signature.
type Signature [64]byte

// Identity is this node's key. The private half stays in the host.
type Identity interface {
	// Key is the public half. It is the same over restarts.
	Key() PublicKey

	// Sign signs with Ed25519. What is signed begins with its domain, so that no signature can be
	// taken for one of another meaning (LED-8).
	Sign(message []byte) Signature
}
