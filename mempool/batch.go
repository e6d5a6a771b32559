package mempool

import (
	"crypto/sha3"
	"crypto/sha512"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
)

// equation is one for all signatures (R, S) of a batch, each by a key A over a text whose hash is k:
//
//	8 (Σ zS) B = 8 Σ zR + 8 Σ (Σ zk) A
//
// Each signature has a factor z of 128 bits, so that no two faults make up for each other. The factors
// come from a hash of the whole batch: nobody can choose a signature after them, and the same batch
// has the same. The inner sum is over all that one key signed: a key is one point of the sum,
// however many it signed.
//
// Source: D. Bernstein and others, High-speed high-security signatures, section 5; the cofactor, 8,
// is what makes a batch agree with single signatures (ZIP-215).
type equation struct {
	terms []term
	keys  map[PublicKey]*keyTerm
	batch *sha3.SHAKE // of k and S of each signature; k is itself a hash, of R, A and the text
}

// term is what one signature adds to the equation.
type term struct {
	r    curve.EdwardsPoint
	s, k scalar.Scalar
	z    scalar.Scalar
	key  *keyTerm
}

// keyTerm is a key and how often it counts.
type keyTerm struct {
	a     curve.EdwardsPoint
	times scalar.Scalar // Σ zk
}

// allRight says whether every signature is right. If it is not, nothing says which one is wrong.
func allRight(txs []Transaction) bool {
	e := equation{terms: make([]term, len(txs)), keys: map[PublicKey]*keyTerm{}, batch: sha3.NewSHAKE128()}
	for i := range txs {
		if !e.unpack(&e.terms[i], &txs[i]) {
			return false
		}
	}
	return e.holds()
}

// unpack reads a signature and its key. It refuses what has a wrong form.
func (e *equation) unpack(t *term, tx *Transaction) bool {
	r, s := tx.Signature[:curve.CompressedPointSize], tx.Signature[curve.CompressedPointSize:]
	if t.key = e.key(tx.Sender); t.key == nil || t.r.UnmarshalBinary(r) != nil {
		return false
	}
	if _, err := t.s.SetCanonicalBytes(s); err != nil { // below the group's order
		return false
	}
	var space [curve.CompressedPointSize + len(PublicKey{}) + MaxText]byte
	text := append(append(space[:0], r...), tx.Sender[:]...)
	k := sha512.Sum512(tx.appendSigned(text))
	_, _ = t.k.SetBytesModOrderWide(k[:]) // this length is right
	_, _ = e.batch.Write(k[:])            // a hash takes everything
	_, _ = e.batch.Write(s)
	return true
}

// key is the term of a key, nil if that is no point. A key is unpacked once.
func (e *equation) key(k PublicKey) *keyTerm {
	t := e.keys[k]
	if t == nil {
		t = new(keyTerm)
		if t.a.UnmarshalBinary(k[:]) != nil {
			return nil
		}
		e.keys[k] = t
	}
	return t
}

// holds adds up the right side less the left: 8 times what is left has to be zero.
func (e *equation) holds() bool {
	size := 1 + len(e.terms) + len(e.keys)
	times, points := make([]*scalar.Scalar, 0, size), make([]*curve.EdwardsPoint, 0, size)
	var base scalar.Scalar
	for i := range e.terms {
		t := &e.terms[i]
		t.z = e.factor()
		base.Sub(&base, t.s.Mul(&t.s, &t.z))
		t.key.times.Add(&t.key.times, t.k.Mul(&t.k, &t.z))
		times, points = append(times, &t.z), append(points, &t.r)
	}
	for _, key := range e.keys {
		times, points = append(times, &key.times), append(points, &key.a)
	}
	times, points = append(times, &base), append(points, curve.ED25519_BASEPOINT_POINT)
	return new(curve.EdwardsPoint).MultiscalarMulVartime(times, points).IsSmallOrder()
}

// factor is the next z.
func (e *equation) factor() scalar.Scalar {
	var littleEndian [scalar.ScalarSize]byte
	_, _ = e.batch.Read(littleEndian[:16]) // an extendable output has no end
	var z scalar.Scalar
	_, _ = z.SetBits(littleEndian[:]) // this length is right
	return z
}
