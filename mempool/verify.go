package mempool

import (
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

// ZIP215 is the Verifier that remembers nothing. Its batches are about four times as fast as single
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

const (
	// maxBatch is the number of signatures verified together. More are hardly faster, and each
	// takes a kilobyte meanwhile.
	maxBatch = 2048

	// expandUpTo is the size of a batch up to which tables of multiples of the keys pay.
	expandUpTo = 94
)

// VerifyBatch checks the signatures as one batch, or several if they are very many.
//
// Source: D. Bernstein and others, High-speed high-security signatures, section 5; the cofactor in
// the equation is what makes a batch agree with single signatures (ZIP-215).
func (ZIP215) VerifyBatch(txs []Transaction) []bool {
	right := make([]bool, 0, len(txs))
	for len(txs) > 0 { // the library takes an empty batch for a mistake
		n := min(len(txs), maxBatch)
		right = append(right, verifyTogether(txs[:n])...)
		txs = txs[n:]
	}
	return right
}

// verifyTogether asks the library about one batch. Should a signature be wrong, it looks at them one
// by one.
func verifyTogether(txs []Transaction) []bool {
	sends := map[PublicKey]int{}
	for _, tx := range txs {
		sends[tx.Sender]++
	}
	batch := voi.NewBatchVerifierWithCapacity(len(txs))
	if len(txs) > expandUpTo {
		batch.ForceNoPublicKeyExpansion()
	}
	keys := map[PublicKey]*voi.ExpandedPublicKey{} // of who sends several: a key is unpacked once
	for _, tx := range txs {
		if sends[tx.Sender] == 1 {
			batch.AddWithOptions(tx.Sender[:], tx.SigningText(), tx.Signature[:], options)
			continue
		}
		if keys[tx.Sender] == nil {
			// nil if it is no point: then it verifies nothing
			keys[tx.Sender], _ = voi.NewExpandedPublicKey(tx.Sender[:])
		}
		batch.AddExpandedWithOptions(keys[tx.Sender], tx.SigningText(), tx.Signature[:], options)
	}
	_, verdicts := batch.Verify(nil)
	return verdicts
}
