package ledgers

import (
	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"strata/network"
)

// Preimage begins what is signed: `strata`, 0x00, the ledger's name, 0x00, the kind, 0x00, the chain id.
// The fields follow, each of fixed size or with its length before it, so that no two kinds share one
// (LED-8).
func Preimage(ledger, kind string, chain ChainID) []byte {
	b := make([]byte, 0, 256)
	b = append(b, "strata\x00"...)
	b = append(append(b, ledger...), 0)
	b = append(append(b, kind...), 0)
	return append(b, chain[:]...)
}

// options make every implementation give the same verdict (CHN-13).
var options = &voi.Options{Verify: voi.VerifyOptionsZIP_215}

// Verify says whether the signature is the key's, by ZIP-215.
func Verify(key network.PublicKey, message []byte, signature network.Signature) bool {
	return voi.VerifyWithOptions(key[:], message, signature[:], options)
}
