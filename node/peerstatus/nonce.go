package peerstatus

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"

	"strata/mempool"
)

// newNonce draws one.
func newNonce(r *rand.Rand) (n Nonce) {
	binary.BigEndian.PutUint64(n[:8], r.Uint64())
	binary.BigEndian.PutUint64(n[8:], r.Uint64())
	return n
}

// text is the payload of a request.
func (n Nonce) text() []byte { return hex.AppendEncode(nil, n[:]) }

// parseNonce reads the payload of a request.
func parseNonce(request []byte) (n Nonce, ok bool) {
	f := mempool.NewFields(request, ',')
	f.Hex("nonce", n[:])
	return n, f.Err() == nil
}
