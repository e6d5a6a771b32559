package signatures_test

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/node/offloop/signatures"
)

// counting is a verifier that counts what it is asked.
type counting struct {
	mempool.Verifier
	singles int
	batches []int // the sizes
}

func (c *counting) Verify(tx mempool.Transaction) error {
	c.singles++
	return c.Verifier.Verify(tx)
}

func (c *counting) VerifyBatch(txs []mempool.Transaction) []bool {
	c.batches = append(c.batches, len(txs))
	return c.Verifier.VerifyBatch(txs)
}

// newMemory is a memory and what stands behind it.
func newMemory() (*signatures.Memory, *counting) {
	c := &counting{Verifier: mempool.ZIP215{}}
	return signatures.Remember(c), c
}

// signed makes transactions of several senders.
func signed(count int) []mempool.Transaction {
	txs := make([]mempool.Transaction, count)
	for i := range txs {
		key := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+i%7)), ed25519.SeedSize)))
		txs[i] = mempool.Sign(key, mempool.PublicKey{9}, uint64(i), uint64(i)*3)
	}
	return txs
}

// forged is a transaction with a signature that is not its own.
func forged(tx mempool.Transaction) mempool.Transaction {
	tx.Amount++
	return tx
}

// What was found right is not verified again, alone or in a batch; what is wrong is, each time.
func TestMemory_AsksOnce_CHN13(t *testing.T) {
	m, asked := newMemory()
	txs := signed(3)
	wrong := forged(txs[0])
	for range 2 {
		require.NoError(t, m.Verify(txs[0]))
		require.ErrorIs(t, m.Verify(wrong), mempool.ErrBadSignature)
	}
	require.Equal(t, 3, asked.singles, "the right one once, the wrong one twice")
	batch := []mempool.Transaction{txs[1], wrong, txs[0], txs[2]}
	for range 2 {
		require.Equal(t, []bool{true, false, true, true}, m.VerifyBatch(batch))
	}
	require.Equal(t, []int{3, 1}, asked.batches)
	require.NoError(t, m.Verify(txs[2]))
	require.Equal(t, 3, asked.singles, "the batch is remembered")
	require.Equal(t, 3, m.Len(), "what is wrong is not remembered")
}

func TestMemory_EmptyBatch_CHN13(t *testing.T) {
	m, asked := newMemory()
	require.Empty(t, m.VerifyBatch(nil))
	tx := signed(1)
	require.Equal(t, []bool{true, true}, m.VerifyBatch(append(tx, tx...)))
	require.Equal(t, []bool{true}, m.VerifyBatch(tx))
	require.Equal(t, []int{2}, asked.batches, "nothing left to verify")
}

// The memory is of the whole text: another signature, or another transfer, is another question.
func TestMemory_IsOfTheWholeText_CHN13(t *testing.T) {
	m, _ := newMemory()
	tx := signed(1)[0]
	require.NoError(t, m.Verify(tx))
	for _, change := range []func(*mempool.Transaction){
		func(tx *mempool.Transaction) { tx.Signature[40] ^= 1 },
		func(tx *mempool.Transaction) { tx.Recipient[0] ^= 1 },
		func(tx *mempool.Transaction) { tx.Nonce++ },
		func(tx *mempool.Transaction) { tx.Amount++ },
	} {
		other := tx
		change(&other)
		require.ErrorIs(t, m.Verify(other), mempool.ErrBadSignature)
		require.Equal(t, []bool{true, false}, m.VerifyBatch([]mempool.Transaction{tx, other}))
	}
	require.Equal(t, 1, m.Len())
}

// yes takes every signature for right: it costs nothing.
type yes struct{}

func (yes) Verify(mempool.Transaction) error { return nil }
func (yes) VerifyBatch(txs []mempool.Transaction) []bool {
	return slices.Repeat([]bool{true}, len(txs))
}

// The latest 16,384 are always remembered, and never more than twice as many.
func TestMemory_IsBounded(t *testing.T) {
	const generation = 16_384
	m := signatures.Remember(yes{})
	for from := range uint64(3 * generation / 512) {
		txs := make([]mempool.Transaction, 512)
		for i := range txs {
			txs[i].Nonce = 512*from + uint64(i)
		}
		m.VerifyBatch(txs)
		require.LessOrEqual(t, m.Len(), 2*generation)
	}
	require.Equal(t, 2*generation, m.Len())
	require.NoError(t, m.Verify(mempool.Transaction{Nonce: 1 << 40}))
	require.Equal(t, generation+1, m.Len(), "the older generation is gone")
}

func TestMemory_FromAnyGoroutine(t *testing.T) {
	m := signatures.Remember(mempool.ZIP215{})
	txs := signed(40)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, tx := range txs {
				if m.Verify(tx) != nil || slices.Contains(m.VerifyBatch(txs), false) {
					t.Error("a right signature is refused")
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, len(txs), m.Len())
}
