package leader

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// from makes a client's transaction.
func from(client byte, number, fee uint64) (ledgers.OpID, *Transaction) {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = client
	tx := &Transaction{Number: number, Fee: fee, Key: []byte("key")}
	tx.Sign(ledgers.ChainID{}, ed25519.NewKeyFromSeed(seed))
	return tx.ID(ledgers.ChainID{}), tx
}

// first has each client's next number be 1.
func first(network.PublicKey) uint64 { return 1 }

// A client's transactions come out by number; between clients the fee of the next one decides, then arrival, after
// those that have waited longest.
func TestPool_FeesThenArrival_LDR8(t *testing.T) {
	p := ledgers.NewPool[*Transaction](5000, 64)
	add := func(client byte, number, fee uint64) {
		id, tx := from(client, number, fee)
		fresh, err := p.Add(id, tx)
		require.NoError(t, err)
		require.True(t, fresh)
	}
	for i := range uint64(ledgers.MaxBlockOps / 10) { // the tenth for those that have waited longest, at no fee
		add(byte(100+i/64), i%64+1, 0)
	}
	add(3, 2, 100) // dear, and after its cheap first one
	add(3, 1, 1)
	add(4, 1, 50)
	add(5, 1, 50)
	add(6, 2, 1000) // number 1 is missing: it cannot come yet
	var order []uint64
	for _, tx := range p.Fill(1000, BlockRoom, first, nil)[100:] {
		order = append(order, tx.Fee)
	}
	require.Equal(t, []uint64{50, 50, 1, 100}, order)
}

// The pool takes an id once, one transaction for a client and number, and 64 of a client; when it is full, the last of
// the client with the lowest fee goes, which may be the newcomer.
func TestPool_Bounds_LDR8(t *testing.T) {
	p := ledgers.NewPool[*Transaction](3, 2)
	id, tx := from(1, 1, 5)
	fresh, err := p.Add(id, tx)
	require.NoError(t, err)
	require.True(t, fresh)
	fresh, err = p.Add(id, tx)
	require.NoError(t, err)
	require.False(t, fresh, "an id is taken once")
	other, rival := from(1, 1, 9)
	_, err = p.Add(other, rival)
	require.ErrorIs(t, err, ledgers.ErrStale, "one transaction for a client and number")
	id2, tx2 := from(1, 2, 5)
	_, err = p.Add(id2, tx2)
	require.NoError(t, err)
	id3, tx3 := from(1, 3, 5)
	_, err = p.Add(id3, tx3)
	require.ErrorIs(t, err, ledgers.ErrFull, "two of one client")
	cheap, cheapTx := from(2, 1, 1)
	_, err = p.Add(cheap, cheapTx)
	require.NoError(t, err)
	cheaper, cheaperTx := from(3, 1, 0)
	_, err = p.Add(cheaper, cheaperTx)
	require.ErrorIs(t, err, ledgers.ErrFull, "the newcomer has the lowest fee")
	dear, dearTx := from(4, 1, 7)
	_, err = p.Add(dear, dearTx)
	require.NoError(t, err)
	require.Nil(t, p.Get(cheap), "it made room")
	require.Equal(t, 3, p.Len())
}
