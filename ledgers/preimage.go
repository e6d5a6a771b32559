package ledgers

import "strata/network"

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

// Signed is a message with the signature that it is said to have.
type Signed struct {
	Key       network.PublicKey
	Message   []byte
	Signature network.Signature
}
