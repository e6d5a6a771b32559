package mempool

import (
	"crypto/sha256"

	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// zip215 makes every implementation give the same verdict on signatures that were crafted with
// points of small order or in non-canonical form; the RFC leaves these open (CHN-13).
var zip215 = &voi.Options{Verify: voi.VerifyOptionsZIP_215}

// Verify checks the signature by the rules of ZIP-215 (CHN-13). It may be called from any
// goroutine. One that was found right lately costs a hash. Errors: ErrBadSignature.
func (tx Transaction) Verify() error {
	var buf [MaxText]byte
	text := tx.AppendText(buf[:0])
	id := TxID(sha256.Sum256(text))
	if verified.has(id) {
		return nil
	}
	if !voi.VerifyWithOptions(tx.Sender[:], signed(text), tx.Signature[:], zip215) {
		return ErrBadSignature
	}
	verified.add(id)
	return nil
}

// signed is what the signature is over, of a transaction's whole text.
func signed(text []byte) []byte { return text[:len(text)-len(",")-2*len(Signature{})] }

const (
	// maxBatch is the number of signatures verified together. More are hardly faster, and each
	// takes a kilobyte meanwhile.
	maxBatch = 2048

	// expandUpTo is the size of a batch up to which tables of multiples of the keys pay.
	expandUpTo = 94
)

// VerifyBatch checks many signatures, about four times as fast as Verify does one by one, and says
// of each whether it is right: the verdict is that of Verify (CHN-13). The right ones are
// remembered, so that Verify is cheap on them afterwards. It may be called from any goroutine and
// takes long: call it within network.Host.Offload.
//
// Source: D. Bernstein and others, High-speed high-security signatures, section 5; the cofactor in
// the equation is what makes a batch agree with single signatures (ZIP-215).
func VerifyBatch(txs []Transaction) []bool {
	right := make([]bool, len(txs))
	for from := 0; from < len(txs); from += maxBatch {
		to := min(from+maxBatch, len(txs))
		verifyBatch(txs[from:to], right[from:to])
	}
	return right
}

// verifyBatch verifies those that are not known to be right.
func verifyBatch(txs []Transaction, right []bool) {
	var unknown []int
	var ids []TxID
	var texts [][]byte
	for i, tx := range txs {
		text := tx.Text()
		id := TxID(sha256.Sum256(text))
		if right[i] = verified.has(id); !right[i] {
			unknown, ids, texts = append(unknown, i), append(ids, id), append(texts, text)
		}
	}
	if len(unknown) == 0 {
		return // the library takes an empty batch for a mistake
	}
	verdicts := verdictsOf(txs, unknown, texts)
	found := ids[:0]
	for n, i := range unknown {
		if right[i] = verdicts[n]; right[i] {
			found = append(found, ids[n])
		}
	}
	verified.add(found...)
}

// verdictsOf asks the library about some of the transactions, given their texts, as one batch. Should
// a signature be wrong, it looks at them one by one.
func verdictsOf(txs []Transaction, which []int, texts [][]byte) []bool {
	sends := map[PublicKey]int{}
	for _, i := range which {
		sends[txs[i].Sender]++
	}
	batch := voi.NewBatchVerifierWithCapacity(len(which))
	if len(which) > expandUpTo {
		batch.ForceNoPublicKeyExpansion()
	}
	keys := map[PublicKey]*voi.ExpandedPublicKey{} // of who sends several: a key is unpacked once
	for n, i := range which {
		tx := txs[i]
		if sends[tx.Sender] == 1 {
			batch.AddWithOptions(tx.Sender[:], signed(texts[n]), tx.Signature[:], zip215)
			continue
		}
		if keys[tx.Sender] == nil {
			keys[tx.Sender], _ = voi.NewExpandedPublicKey(tx.Sender[:]) // nil if it is no point: then it verifies nothing
		}
		batch.AddExpandedWithOptions(keys[tx.Sender], signed(texts[n]), tx.Signature[:], zip215)
	}
	_, verdicts := batch.Verify(nil)
	return verdicts
}
