package mempool_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
	"github.com/stretchr/testify/require"

	"strata/mempool"
)

// smallOrder are all encodings of the eight points of small order that decode by ZIP-215: eight
// canonical ones, and six that are not (a sign that x=0 does not have, or y of p or p+1).
func smallOrder(t *testing.T) [][]byte {
	eights := []string{
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	}
	texts := append(eights,
		"01"+strings.Repeat("00", 31), "ec"+strings.Repeat("ff", 30)+"7f",
		"00"+strings.Repeat("00", 31), "ed"+strings.Repeat("ff", 30)+"7f",
		"ee"+strings.Repeat("ff", 30)+"7f")
	var points [][]byte
	for _, text := range texts {
		p, err := hex.DecodeString(text)
		require.NoError(t, err)
		negative := slices.Clone(p)
		negative[31] |= 0x80
		points = append(points, p, negative)
	}
	return points
}

// With a key and an R of small order and S = 0 the equation of ZIP-215, 8SB = 8R + 8kA, says
// 0 = 0 + 0, whatever the message. Everyone has to agree that such a signature is valid: the
// standard library does not.
func TestVerify_SmallOrder_CHN13(t *testing.T) {
	points := smallOrder(t)
	require.Len(t, points, 14)
	refused := 0
	for _, a := range points {
		for _, r := range points {
			tx := mempool.Transaction{Sender: mempool.PublicKey(a), Nonce: 3, Amount: 5}
			copy(tx.Signature[:32], r)
			require.NoError(t, verifier.Verify(tx), "A %x R %x", a, r)
			if !ed25519.Verify(a, tx.SigningText(), tx.Signature[:]) {
				refused++
			}
		}
	}
	require.Greater(t, refused, 100, "these vectors should tell ZIP-215 from the standard library")
}

// mixedOrder are transactions of a key with a part of small order, with an honest signature for the
// rest of it.
func mixedOrder(t *testing.T, count uint64) []mempool.Transaction {
	wide := func(parts ...[]byte) *scalar.Scalar {
		h := sha512.Sum512(bytes.Join(parts, nil))
		s, err := scalar.NewFromBytesModOrderWide(h[:])
		require.NoError(t, err)
		return s
	}
	point := func(p *curve.EdwardsPoint) []byte { b, _ := p.MarshalBinary(); return b }

	var torsion curve.EdwardsPoint
	require.NoError(t, torsion.UnmarshalBinary(smallOrder(t)[0]))
	a, r := wide([]byte("secret")), wide([]byte("once"))
	A := new(curve.EdwardsPoint).MulBasepoint(curve.ED25519_BASEPOINT_TABLE, a)
	A.Add(A, &torsion)
	R := new(curve.EdwardsPoint).MulBasepoint(curve.ED25519_BASEPOINT_TABLE, r)

	var txs []mempool.Transaction
	for nonce := range count {
		tx := mempool.Transaction{Sender: mempool.PublicKey(point(A)), Nonce: nonce}
		k := wide(point(R), point(A), tx.SigningText())
		s := new(scalar.Scalar).Add(r, new(scalar.Scalar).Mul(k, a))
		copy(tx.Signature[:32], point(R))
		require.NoError(t, s.ToBytes(tx.Signature[32:]))
		txs = append(txs, tx)
	}
	return txs
}

func TestVerify_MixedOrder_CHN13(t *testing.T) {
	stdlib := 0
	for _, tx := range mixedOrder(t, 32) {
		require.NoError(t, verifier.Verify(tx))
		if ed25519.Verify(tx.Sender[:], tx.SigningText(), tx.Signature[:]) {
			stdlib++
		}
		tx.Amount++
		require.ErrorIs(t, verifier.Verify(tx), mempool.ErrBadSignature)
	}
	require.Less(t, stdlib, 16, "the standard library takes about one in eight")
}

// ZIP-215 is lenient about points, not about S: one below the group's order, or there would be
// two ids for one signed transfer.
func TestVerify_BigS_CHN13(t *testing.T) {
	require.ErrorIs(t, verifier.Verify(bigS()), mempool.ErrBadSignature)
}

// bigS has the group's order added to the S of a right signature.
func bigS() mempool.Transaction {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	tx := golden()
	s := slices.Clone(tx.Signature[32:])
	slices.Reverse(s)
	moved := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(moved)
	copy(tx.Signature[32:], moved)
	return tx
}

func TestVerify_NotAPoint_CHN13(t *testing.T) {
	require.ErrorIs(t, verifier.Verify(notAPoint()), mempool.ErrBadSignature)
}

func notAPoint() mempool.Transaction {
	tx := mempool.Transaction{Sender: mempool.PublicKey{2}} // y = 2 has no x
	tx.Signature[0] = 1
	return tx
}
