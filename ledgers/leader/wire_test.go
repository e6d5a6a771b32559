package leader

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
)

// The bytes of a transaction, an announcement and an acknowledgement are those that stand here.
func TestWire_GoldenBytes(t *testing.T) {
	_, tx := from(1, 7, 9)
	client := hex.EncodeToString(ed25519.NewKeyFromSeed(append([]byte{1}, make([]byte, 31)...)).Public().(ed25519.PublicKey))
	text := hex.EncodeToString(tx.Encode())
	require.Equal(t, client+"0000000000000007"+"0000000000000009"+"00000003"+"6b6579"+"00000000", text[:len(text)-128])
	back, err := DecodeTransaction(tx.Encode())
	require.NoError(t, err)
	require.Equal(t, tx.Encode(), back.Encode())

	a := &Ack{Signed: Signed{Member: 2}, View: 3, Height: 4, Hash: Hash{5}}
	want := "02" + "0000000000000003" + "0000000000000004" + "05" + hex.EncodeToString(make([]byte, 31+64))
	require.Equal(t, want, hex.EncodeToString(Encode(a)))
}

// A message has at least one transaction and at most MaxBatch, and nothing behind them; a batch of signatures has the
// verdicts of each (LDR-8).
func TestDecodeTransactions_LDR8(t *testing.T) {
	var message []byte
	var txs []*Transaction
	for i := range uint64(MaxBatch) {
		_, tx := from(1, i+1, 1)
		tx.Sign(ledgers.ChainID{}, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
		txs, message = append(txs, tx), append(message, tx.Encode()...)
	}
	read, err := DecodeTransactions(message)
	require.NoError(t, err)
	require.Len(t, read, len(txs))
	for i, tx := range read {
		require.Equal(t, txs[i].Encode(), tx.Encode())
	}
	one := txs[0].Encode()
	for _, wrong := range [][]byte{nil, one[:len(one)-1], append(bytes.Clone(one), 0), append(message, one...)} {
		_, err := DecodeTransactions(wrong)
		require.ErrorIs(t, err, ledgers.ErrMalformed)
	}
	for count := range 6 {
		require.True(t, VerifyAll(ledgers.ChainID{}, read[:count]))
	}
	require.True(t, VerifyAll(ledgers.ChainID{}, read))
	read[MaxBatch-1].Signature[5] ^= 1
	require.False(t, VerifyAll(ledgers.ChainID{}, read))
	require.True(t, VerifyAll(ledgers.ChainID{}, read[:MaxBatch-1]))
	require.False(t, VerifyAll(ledgers.ChainID{}, read[MaxBatch-1:]))
}

// Whatever bytes come, no decoder panics, and what it reads is written as it was.
func FuzzDecoders(f *testing.F) {
	_, tx := from(1, 1, 1)
	b := &Block{Header: Header{Height: 1, View: 2}, Txs: []*Transaction{tx}}
	f.Add(tx.Encode())
	f.Add(b.Encode())
	f.Add((&Announcement{Header: b.Header, IDs: b.IDs(ledgers.ChainID{})}).Encode())
	f.Add(Encode(&Begin{View: 1, Changes: []Change{{View: 1}}}))
	f.Add((&Standing{Height: 1, Acked: []uint64{1, 2}}).Encode())
	f.Fuzz(func(t *testing.T, text []byte) {
		same := func(encoded []byte, err error) {
			if err == nil && !bytes.Equal(encoded, text) {
				t.Fatalf("%x was read, and is written as %x", text, encoded)
			}
		}
		if tx, err := DecodeTransaction(text); err == nil {
			same(tx.Encode(), nil)
		}
		if b, err := DecodeBlock(text); err == nil {
			same(b.Encode(), nil)
		}
		if a, err := DecodeAnnouncement(text); err == nil {
			same(a.Encode(), nil)
		}
		if s, err := DecodeStanding(text); err == nil {
			same(s.Encode(), nil)
		}
		for _, w := range []Word{&Ack{}, &Wish{}, &Change{}, &Begin{}, &Beat{}, &Here{}, &Recovery{}, &Join{}} {
			if Decode(text, w) == nil {
				same(Encode(w), nil)
			}
		}
	})
}
