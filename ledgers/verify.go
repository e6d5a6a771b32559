//go:build !wasip1

package ledgers

import (
	"slices"

	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"strata/network"
)

// options make every implementation give the same verdict (CHN-13).
var options = &voi.Options{Verify: voi.VerifyOptionsZIP_215}

// Verify says whether the signature is the key's, by ZIP-215.
func Verify(key network.PublicKey, message []byte, signature network.Signature) bool {
	return voi.VerifyWithOptions(key[:], message, signature[:], options)
}

// expandUpTo is the size of a batch up to which tables of multiples of the keys pay.
const expandUpTo = 94

// VerifyAll says whether all signatures are right, as Verify would of each. Many together take less than half of the
// time.
func VerifyAll(all []Signed) bool {
	const few = 3 // for so many a batch is no faster
	if len(all) <= few {
		return !slices.ContainsFunc(all, func(s Signed) bool { return !Verify(s.Key, s.Message, s.Signature) })
	}
	batch := voi.NewBatchVerifierWithCapacity(len(all))
	if len(all) > expandUpTo {
		batch.ForceNoPublicKeyExpansion()
	}
	signs := map[network.PublicKey]int{}
	for _, s := range all {
		signs[s.Key]++
	}
	keys := map[network.PublicKey]*voi.ExpandedPublicKey{} // of who has signed several: a key is unpacked once
	for _, s := range all {
		if signs[s.Key] == 1 {
			batch.AddWithOptions(s.Key[:], s.Message, s.Signature[:], options)
			continue
		}
		if keys[s.Key] == nil {
			keys[s.Key], _ = voi.NewExpandedPublicKey(s.Key[:]) // nil if it is no point: then it verifies nothing
		}
		batch.AddExpandedWithOptions(keys[s.Key], s.Message, s.Signature[:], options)
	}
	return batch.VerifyBatchOnly(nil)
}

// Key is a public key made ready to check many signatures, in three quarters of the time each.
type Key struct{ point *voi.ExpandedPublicKey } // nil: the bytes are no point, and nothing is signed with it

// Ready makes a key ready.
func Ready(key network.PublicKey) (k Key) {
	if point, err := voi.NewExpandedPublicKey(key[:]); err == nil {
		k.point = point
	}
	return k
}

// Verify gives the verdict of the function Verify.
func (k Key) Verify(message []byte, signature network.Signature) bool {
	return k.point != nil && voi.VerifyExpandedWithOptions(k.point, message, signature[:], options)
}
