package ledgertest

import (
	"crypto/ed25519"

	"strata/network"
)

// Signer signs as one of those whom the scenario plays.
type Signer ed25519.PrivateKey

// Key is the public key.
func (s Signer) Key() (k network.PublicKey) {
	copy(k[:], ed25519.PrivateKey(s).Public().(ed25519.PublicKey))
	return k
}

// Sign signs the message.
func (s Signer) Sign(message []byte) (sig network.Signature) {
	copy(sig[:], ed25519.Sign(ed25519.PrivateKey(s), message))
	return sig
}
