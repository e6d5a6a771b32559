package bitcoin_test

import (
	"strings"
	"testing"

	"github.com/btcsuite/btcd/wire/v2"
	"github.com/stretchr/testify/require"

	"strata/bitcoin"
)

// A transfer comes to an address of the same network, costs a fee that a node passes on, and leaves the rest to spend.
func TestTransfer_S11(t *testing.T) {
	alice, bob := funded(t, 100_000), empty()
	_, err := alice.Transfer(t.Context(), node, address(bob), 60_000)
	require.NoError(t, err)
	require.Zero(t, has(t, bob), "what no block has cannot be spent yet")
	require.Zero(t, has(t, alice), "what is about to be spent is not there any longer")
	mine(t, 1)
	require.EqualValues(t, 60_000, has(t, bob))
	left := has(t, alice)
	require.Less(t, left, int64(40_000-140), "a fee of two satoshis a virtual byte, of which there are 140 or more")
	require.Greater(t, left, int64(40_000-2*150))
	_, err = bob.Transfer(t.Context(), node, address(alice), 59_000)
	require.NoError(t, err)
	mine(t, 1)
	require.Equal(t, left+59_000, has(t, alice))
}

// Many small coins make one payment, with a signature each.
func TestTransfer_OfManyCoins_S11(t *testing.T) {
	alice, bob := empty(), empty()
	for range 6 {
		_, err := rich.Transfer(t.Context(), node, address(alice), 10_000)
		require.NoError(t, err)
		mine(t, 1)
	}
	_, err := alice.Transfer(t.Context(), node, address(bob), 55_000)
	require.NoError(t, err)
	mine(t, 1)
	require.EqualValues(t, 55_000, has(t, bob))
}

// What cannot be paid is refused in one line, and nobody hears of it.
func TestTransfer_Refused_S11(t *testing.T) {
	poor, alice, bob := empty(), funded(t, 100_000), empty()
	for _, c := range []struct {
		name   string
		from   bitcoin.Wallet
		to     string
		amount int64
		err    error
		says   string
	}{
		{"unfunded", poor, address(bob), 1000, bitcoin.ErrFunds, address(poor) + " has 0 satoshis"},
		{"too much", alice, address(bob), 100_000, bitcoin.ErrFunds, "has 100000 satoshis in blocks, and 100000 and a fee"},
		{"far too much", alice, address(bob), 1 << 62, bitcoin.ErrFunds, "send it some"},
		{"dust", alice, address(bob), 293, bitcoin.ErrDust, "293 satoshis, and nobody passes on less than 294"},
		{"nothing", alice, address(bob), 0, bitcoin.ErrDust, "nobody passes on"},
		{"less than nothing", alice, address(bob), -1, bitcoin.ErrDust, "nobody passes on"},
		{"no address", alice, "bob", 1000, bitcoin.ErrAddress, `"bob": copy it again`},
		{"another network", alice, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 1000, bitcoin.ErrAddress, "one of simnet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.from.Transfer(t.Context(), node, c.to, c.amount)
			line(t, err, c.err, c.says)
		})
	}
	mine(t, 1)
	require.EqualValues(t, 100_000, has(t, alice))
	require.Zero(t, has(t, bob))
}

// The least amount that is no dust is passed on.
func TestTransfer_LeastAmount_S11(t *testing.T) {
	alice, bob := funded(t, 100_000), empty()
	_, err := alice.Transfer(t.Context(), node, address(bob), 294)
	require.NoError(t, err)
	mine(t, 1)
	require.EqualValues(t, 294, has(t, bob))
}

// What is left over and would be dust goes to the miner.
func TestTransfer_DustIsLeftOver_S11(t *testing.T) {
	alice, bob := funded(t, 100_000), empty()
	_, err := alice.Transfer(t.Context(), node, address(bob), 99_600)
	require.NoError(t, err)
	mine(t, 1)
	require.EqualValues(t, 99_600, has(t, bob))
	require.Zero(t, has(t, alice))
}

// What a block pays its miner can be spent when it has come of age.
func TestCoins_OfMiners_S11(t *testing.T) {
	own := empty()
	reward := wire.NewMsgTx(1)
	reward.AddTxIn(&wire.TxIn{PreviousOutPoint: wire.OutPoint{Index: wire.MaxPrevOutIndex}})
	reward.AddTxOut(wire.NewTxOut(5000, own.Home()))
	for depth, n := range map[uint32]int{0: 0, 1: 0, 99: 0, 100: 1} {
		require.Len(t, bitcoin.Coins([]bitcoin.Entry{{Tx: reward, Depth: depth}}, own.Home(), net), n, "depth %d", depth)
	}
}

// line checks that an error is one line, of a kind, and says something.
func line(t *testing.T, err, kind error, says string) {
	t.Helper()
	require.ErrorIs(t, err, kind)
	require.ErrorContains(t, err, says)
	require.False(t, strings.Contains(err.Error(), "\n"), "more than one line: %v", err)
}
