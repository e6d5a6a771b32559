package ledgers

import (
	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"strata/network"
)

// Signed is what somebody is said to have signed.
type Signed struct {
	Key       network.PublicKey
	Message   []byte
	Signature network.Signature
}

// VerifyAll says of each whether Verify would. It is about three times as fast, where few keys have signed much.
// At most a thousand or so at a time: each takes a kilobyte meanwhile.
//
// Source: D. Bernstein and others, High-speed high-security signatures, section 5; the cofactor in the equation is
// what makes a batch agree with single signatures (ZIP-215).
func VerifyAll(all []Signed) []bool {
	if len(all) == 0 { // which the library takes for a mistake
		return nil
	}
	batch := voi.NewBatchVerifierWithCapacity(len(all))
	keys := map[network.PublicKey]*voi.ExpandedPublicKey{} // a key is unpacked once
	for _, s := range all {
		key, known := keys[s.Key]
		if !known {
			key, _ = voi.NewExpandedPublicKey(s.Key[:]) // nil if it is no point: then it verifies nothing
			keys[s.Key] = key
		}
		batch.AddExpandedWithOptions(key, s.Message, s.Signature[:], options)
	}
	_, right := batch.Verify(nil)
	return right
}
