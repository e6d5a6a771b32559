package mempool_test

import (
	"crypto/ed25519"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
	"github.com/stretchr/testify/require"

	"strata/mempool"
)

// verifier has no memory: whatever it is asked, it verifies.
var verifier mempool.ZIP215

// edgeCases are signatures about which implementations disagree, and wrong ones of each kind.
func edgeCases(t *testing.T) []mempool.Transaction {
	points := smallOrder(t)
	cases := []mempool.Transaction{golden(), bigS(), notAPoint()}
	for _, a := range points {
		for _, r := range points {
			tx := mempool.Transaction{Sender: mempool.PublicKey(a), Nonce: 3, Amount: 5}
			copy(tx.Signature[:32], r)
			cases = append(cases, tx)
			tx.Signature[32] = 1 // S = 1, which is nobody's signature
			cases = append(cases, tx)
		}
	}
	for _, tx := range mixedOrder(t, 16) {
		forged := tx
		forged.Amount++
		cases = append(cases, tx, forged)
	}
	return append(cases, noSuchR(t)...)
}

// noSuchR have an R that is no point, or is one in a form that is not canonical.
func noSuchR(t *testing.T) []mempool.Transaction {
	none, other := golden(), golden()
	copy(none.Signature[:32], append([]byte{2}, make([]byte, 31)...))
	copy(other.Signature[:32], smallOrder(t)[12])
	return []mempool.Transaction{none, other}
}

// Alone, in a batch of one, in one with others, right or wrong, small or large: a signature gets one
// verdict (CHN-13).
func TestVerifyBatch_AgreesWithVerify_CHN13(t *testing.T) {
	cases := edgeCases(t)
	want := make([]bool, len(cases))
	for i, tx := range cases {
		want[i] = verifier.Verify(tx) == nil
		require.Equal(t, want[i], verifier.Verify(tx) == nil, "asked again, case %d", i)
		require.Equal(t, want[i:i+1], verifier.VerifyBatch([]mempool.Transaction{tx}), "alone, case %d", i)
	}
	require.Contains(t, want, true)
	require.Contains(t, want, false)
	require.Equal(t, want, verifier.VerifyBatch(cases), "all together")

	var right []mempool.Transaction
	for i, tx := range cases {
		if want[i] {
			right = append(right, tx)
		}
	}
	for _, size := range []int{2, 90, len(right)} { // the library adds up few and many in two ways
		require.NotContains(t, verifier.VerifyBatch(right[:size]), false)
	}
}

// One wrong signature among many is found, wherever it is, and does no harm to the others (CHN-13).
func TestVerifyBatch_OneBadAmongMany_CHN13(t *testing.T) {
	many := signedTxs(2049)
	for _, size := range []int{1, 2, 10, 200, 2048, 2049} {
		for _, bad := range []int{0, size / 2, size - 1} {
			txs := slices.Clone(many[:size])
			txs[bad].Amount++
			want := slices.Repeat([]bool{true}, size)
			want[bad] = false
			require.Equal(t, want, verifier.VerifyBatch(txs), "%d of %d", bad, size)
		}
	}
}

// Two faults that make up for each other in a plain sum are found: S is larger by one in one signature and
// smaller by one in another, of the same key and of two keys (CHN-13).
func TestVerifyBatch_FaultsThatCancel_CHN13(t *testing.T) {
	txs := signedTxs(200)
	other := slices.IndexFunc(txs, func(tx mempool.Transaction) bool { return tx.Sender != txs[0].Sender })
	same := 1 + slices.IndexFunc(txs[1:], func(tx mempool.Transaction) bool { return tx.Sender == txs[0].Sender })
	for _, j := range []int{same, other} {
		forged := slices.Clone(txs)
		one := scalar.One()
		moveS(t, &forged[0], one)
		moveS(t, &forged[j], new(scalar.Scalar).Neg(one))
		want := slices.Repeat([]bool{true}, len(txs))
		want[0], want[j] = false, false
		require.Equal(t, want, verifier.VerifyBatch(forged))
	}
}

// moveS adds to a signature's S, modulo the group's order.
func moveS(t *testing.T, tx *mempool.Transaction, by *scalar.Scalar) {
	s, err := scalar.NewFromCanonicalBytes(tx.Signature[32:])
	require.NoError(t, err)
	require.NoError(t, s.Add(s, by).ToBytes(tx.Signature[32:]))
}

func TestVerifyBatch_Empty_CHN13(t *testing.T) {
	require.Empty(t, verifier.VerifyBatch(nil))
}

// signedTxs are of several senders, in no order.
func signedTxs(count int) []mempool.Transaction {
	txs := make([]mempool.Transaction, count)
	for i := range txs {
		key := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+i%7)), ed25519.SeedSize)))
		txs[i] = mempool.Sign(key, mempool.PublicKey{9}, uint64(i), uint64(i)*3)
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(count, func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
	return txs
}
