package mempool_test

import (
	"crypto/ed25519"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
)

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

// Alone, in a batch of one, in one with others, right or wrong, small or large, and when it is
// remembered: a signature gets one verdict (CHN-13).
func TestVerifyBatch_AgreesWithVerify_CHN13(t *testing.T) {
	cases := edgeCases(t)
	want := make([]bool, len(cases))
	for i, tx := range cases {
		mempool.ForgetVerified()
		want[i] = tx.Verify() == nil
		require.Equal(t, want[i], tx.Verify() == nil, "asked again, case %d", i)
	}
	require.Contains(t, want, true)
	require.Contains(t, want, false)

	for i, tx := range cases {
		mempool.ForgetVerified()
		require.Equal(t, want[i:i+1], mempool.VerifyBatch([]mempool.Transaction{tx}), "alone, case %d", i)
	}
	mempool.ForgetVerified()
	require.Equal(t, want, mempool.VerifyBatch(cases), "all together")
	require.Equal(t, want, mempool.VerifyBatch(cases), "all together, the right ones known")
	for i, tx := range cases {
		require.Equal(t, want[i], tx.Verify() == nil, "after the batch, case %d", i)
	}

	var right []mempool.Transaction
	for i, tx := range cases {
		if want[i] {
			right = append(right, tx)
		}
	}
	for _, size := range []int{2, 90, len(right)} { // with tables of the keys, and without
		mempool.ForgetVerified()
		require.NotContains(t, mempool.VerifyBatch(right[:size]), false)
	}
}

// One wrong signature among many is found, wherever it is, and does no harm to the others (CHN-13).
func TestVerifyBatch_OneBadAmongMany_CHN13(t *testing.T) {
	many := signedTxs(2049)
	for _, size := range []int{1, 2, 10, 94, 95, 200, 2048, 2049} {
		for _, bad := range []int{0, size / 2, size - 1} {
			mempool.ForgetVerified()
			txs := slices.Clone(many[:size])
			txs[bad].Amount++
			want := slices.Repeat([]bool{true}, size)
			want[bad] = false
			require.Equal(t, want, mempool.VerifyBatch(txs), "%d of %d", bad, size)
			require.Equal(t, size-1, mempool.Remembered(), "what is wrong is not remembered")
		}
	}
}

func TestVerifyBatch_Empty_CHN13(t *testing.T) {
	require.Empty(t, mempool.VerifyBatch(nil))
	tx := signedTxs(1)
	require.Equal(t, []bool{true}, mempool.VerifyBatch(tx))
	require.Equal(t, []bool{true, true}, mempool.VerifyBatch(append(tx, tx...)), "nothing left to verify")
}

// The memo is of the whole text: another signature, or another transfer, is another question.
func TestMemo_IsOfTheWholeText_CHN13(t *testing.T) {
	mempool.ForgetVerified()
	tx := golden()
	require.NoError(t, tx.Verify())
	for _, change := range []func(*mempool.Transaction){
		func(tx *mempool.Transaction) { tx.Signature[40] ^= 1 },
		func(tx *mempool.Transaction) { tx.Recipient[0] ^= 1 },
		func(tx *mempool.Transaction) { tx.Nonce++ },
		func(tx *mempool.Transaction) { tx.Amount++ },
	} {
		other := tx
		change(&other)
		require.ErrorIs(t, other.Verify(), mempool.ErrBadSignature)
		require.Equal(t, []bool{true, false}, mempool.VerifyBatch([]mempool.Transaction{tx, other}))
	}
	require.Equal(t, 1, mempool.Remembered())
}

func TestMemo_IsBounded(t *testing.T) {
	mempool.ForgetVerified()
	defer mempool.ForgetVerified()
	zero := smallOrder(t)[4] // signatures by it cost nothing to make
	for nonce := range uint64(3 * mempool.MemoSize / 512) {
		txs := make([]mempool.Transaction, 512)
		for i := range txs {
			txs[i] = mempool.Transaction{Sender: mempool.PublicKey(zero), Nonce: nonce, Amount: uint64(i)}
			copy(txs[i].Signature[:32], zero)
		}
		require.NotContains(t, mempool.VerifyBatch(txs), false)
		require.LessOrEqual(t, mempool.Remembered(), 2*mempool.MemoSize)
	}
	require.Equal(t, 2*mempool.MemoSize, mempool.Remembered())
}

func TestVerify_FromAnyGoroutine(t *testing.T) {
	mempool.ForgetVerified()
	txs := signedTxs(40)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, tx := range txs {
				if tx.Verify() != nil || slices.Contains(mempool.VerifyBatch(txs), false) {
					t.Error("a right signature is refused")
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, len(txs), mempool.Remembered())
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
