package mempool

import (
	"slices"

	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// Verifier checks signatures. Each verdict is that of ZIP-215 (CHN-13): it depends on nothing but the
// transaction, whoever asks, and however often. A verifier may therefore remember verdicts, serve
// many nodes at once, or ask somebody else. Both methods may be called from any goroutine.
//
// Layers 5 and 6 get theirs in their Configs. It is the same one within a node, so that a
// transaction that was verified for the pool need not be verified again in a block.
type Verifier interface {
	// Verify checks one signature. It is expensive, unless the verdict is remembered. Errors:
	// ErrBadSignature.
	Verify(tx Transaction) error

	// VerifyBatch checks many signatures, and says of each whether Verify would return nil. It takes
	// long: a node calls it within network.Host.Offload. The slice is the caller's.
	VerifyBatch(txs []Transaction) []bool
}

// ZIP215 is the Verifier that remembers nothing. Its batches are up to five times as fast as single
// signatures.
type ZIP215 struct{}

// options make every implementation give the same verdict on signatures that were crafted with
// points of small order or in non-canonical form; the RFC leaves these open (CHN-13).
var options = &voi.Options{Verify: voi.VerifyOptionsZIP_215}

// Verify checks one signature. Errors: ErrBadSignature.
func (ZIP215) Verify(tx Transaction) error {
	var text [MaxText]byte
	if !voi.VerifyWithOptions(tx.Sender[:], tx.appendSigned(text[:0]), tx.Signature[:], options) {
		return ErrBadSignature
	}
	return nil
}

// maxBatch is the number of signatures verified together. More are hardly faster, and each takes half a
// kilobyte meanwhile, or a whole one by a key of its own.
const maxBatch = 2048

// VerifyBatch checks the signatures as one batch, or several if they are very many. Should one be
// wrong, it looks at those of its batch one by one.
func (v ZIP215) VerifyBatch(txs []Transaction) []bool {
	right := make([]bool, 0, len(txs))
	for batch := range slices.Chunk(txs, maxBatch) {
		together := allRight(batch)
		for _, tx := range batch {
			right = append(right, together || v.Verify(tx) == nil)
		}
	}
	return right
}
