package ledgers

import (
	"slices"

	"strata/network"
)

// hostVerify gives the verdict of Verify: 1 if the signature is right.
//
//go:wasmimport strata verify
//go:noescape
func hostVerify(key *network.PublicKey, message *byte, size uint32, signature *network.Signature) uint32

// Verify says whether the signature is the key's, by ZIP-215. Layers that are sealed have their host see to it.
func Verify(key network.PublicKey, message []byte, signature network.Signature) bool {
	var first *byte
	if len(message) > 0 {
		first = &message[0]
	}
	return hostVerify(&key, first, uint32(len(message)), &signature) == 1
}

// VerifyAll says whether all signatures are right, as Verify would of each.
func VerifyAll(all []Signed) bool {
	return !slices.ContainsFunc(all, func(s Signed) bool { return !Verify(s.Key, s.Message, s.Signature) })
}

// Key is a public key made ready to check many signatures.
type Key struct{ key network.PublicKey }

// Ready makes a key ready.
func Ready(key network.PublicKey) Key { return Key{key} }

// Verify gives the verdict of the function Verify.
func (k Key) Verify(message []byte, signature network.Signature) bool {
	return Verify(k.key, message, signature)
}
