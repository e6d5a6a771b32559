package leader

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/disk"
	"strata/ledgers"
	"strata/ledgers/leader"
)

// longLog is a node with that many committed blocks, of transactions with a value of some size.
func longLog(t *testing.T, blocks, size int) *node {
	t.Helper()
	d := disk.New()
	device := disk.Device{On: func() *disk.Disk { return d }, End: func(_ string, s *disk.Sync, done func(error)) { done(s.End(false)) }}
	n := &node{state: leader.NewState(), commit: uint64(blocks)}
	require.NoError(t, n.blocks.Open(device, n.chain))
	require.NoError(t, n.certs.Open(device))
	parent := leader.Hash{}
	for i := range blocks {
		tx := &leader.Transaction{Number: uint64(i + 1), Key: []byte("key"), Value: make([]byte, size)}
		tx.Sign(n.chain, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
		b := &leader.Block{Header: leader.Header{Height: uint64(i + 1), Parent: parent}, Txs: []*leader.Transaction{tx, tx, tx, tx}}
		require.NoError(t, n.blocks.Put(b))
		parent = b.Hash(n.chain)
		n.hashes = append(n.hashes, parent)
		require.NoError(t, n.certs.Add(b.Height, &leader.Certificate{Acks: make([]leader.Ack, 3)}))
	}
	return n
}

// However long the log is, an answer has at most 64 blocks and 512 KiB.
func TestRange_IsBounded_LDR7(t *testing.T) {
	for _, c := range []struct{ size, want int }{{10, ledgers.MaxRange}, {leader.MaxValue, 40}} {
		n := longLog(t, 100, c.size)
		answer, ok := n.answerRange(make([]byte, 32))
		require.True(t, ok)
		require.Equal(t, c.want, int(answer[0]))
		require.LessOrEqual(t, len(answer), ledgers.MaxBlock+1<<10, "with the certificate")
		tip := n.hashes[99]
		_, ok = n.answerRange(tip[:])
		require.False(t, ok, "nothing comes after the tip")
		_, ok = n.answerRange(make([]byte, 31))
		require.False(t, ok)
		_, ok = n.answerRange(append([]byte{1}, make([]byte, 31)...))
		require.False(t, ok, "a block that is not in the log")
	}
}

// Whoever is asked gives at least one block and no more than 64 either.
func TestRange_OfTooManyIsNoAnswer_LDR7(t *testing.T) {
	block := (&leader.Block{Header: leader.Header{Height: 1}}).Encode()
	for count, want := range map[int]bool{0: false, 1: true, ledgers.MaxRange: true, ledgers.MaxRange + 1: false, 255: false} {
		answer := []byte{byte(count)}
		for range count {
			answer = ledgers.AppendBytes(answer, block)
		}
		blocks, _, err := decodeRange((&leader.Certificate{}).Append(answer))
		require.Equal(t, want, err == nil, "%d blocks: %v", count, err)
		if want {
			require.Len(t, blocks, count)
		}
	}
}
