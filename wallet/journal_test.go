package wallet_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/wallet"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func pay(nonce uint64) mempool.Transaction {
	return mempool.Sign(key(1), mempool.PublicKey{2}, nonce, 10)
}

func open(t *testing.T, path string) *wallet.Journal {
	j, err := wallet.OpenJournal(path, pay(0).Sender)
	require.NoError(t, err)
	return j
}

// nextOf is the next nonce where the chain has come to that nonce.
func nextOf(t *testing.T, j *wallet.Journal, nonce uint64) uint64 {
	next, err := j.Next(nonce)
	require.NoError(t, err)
	return next
}

func TestJournal_SeveralSendsInARow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	j := open(t, path)
	require.Equal(t, uint64(5), nextOf(t, j, 5))
	require.NoError(t, j.Add(pay(5), noon))
	require.NoError(t, j.Add(pay(6), noon))
	require.Equal(t, uint64(7), nextOf(t, j, 5), "the chain knows of none yet")

	j = open(t, path)
	require.Equal(t, []wallet.Sent{{pay(5), noon}, {pay(6), noon}}, j.Pending())
	require.Equal(t, uint64(7), nextOf(t, j, 5), "over a restart")
	j.Settle(6)
	require.Equal(t, []wallet.Sent{{pay(6), noon}}, j.Pending())
	require.Equal(t, uint64(7), nextOf(t, j, 6))
	j.Settle(9)
	require.Empty(t, j.Pending())
	require.Equal(t, uint64(9), nextOf(t, j, 9), "others sent with this key too")
}

// A gap is what got lost: it is filled first, since nothing behind it can become valid.
func TestJournal_FillsAGap(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "alice.wallet"))
	require.NoError(t, j.Add(pay(7), noon))
	require.Equal(t, uint64(6), nextOf(t, j, 6))
	require.NoError(t, j.Add(pay(6), noon))
	require.Equal(t, uint64(8), nextOf(t, j, 6))
}

func TestJournal_Bounds(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "alice.wallet"))
	_, err := j.Next(math.MaxUint64)
	require.ErrorIs(t, err, wallet.ErrLastNonce)
	for nonce := range uint64(64) {
		require.NoError(t, j.Add(pay(nonce), noon))
	}
	_, err = j.Next(0)
	require.ErrorIs(t, err, wallet.ErrTooMany)
}

func TestJournal_BadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	for _, text := range []string{"", "{}", `[{"transaction": "x"}]`} {
		require.NoError(t, os.WriteFile(path+".sent", []byte(text), 0o600))
		_, err := wallet.OpenJournal(path, pay(0).Sender)
		require.ErrorIs(t, err, wallet.ErrMalformed)
		require.ErrorContains(t, err, path+".sent: not a keystore's journal; remove it if no transaction is under way")
	}
}

// A keystore in the place of another, whose journal stayed: the nonces in it are not those of the new account.
func TestJournal_OfAnotherAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	require.NoError(t, open(t, path).Add(pay(0), noon))
	j, err := wallet.OpenJournal(path, mempool.PublicKey{2})
	require.NoError(t, err)
	require.Empty(t, j.Pending())
	require.Equal(t, uint64(0), nextOf(t, j, 0), "a gap would keep all that follows from ever being valid")
}

// What could not be written was not sent, and its nonce is free.
func TestJournal_DiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "alice.wallet")
	j := open(t, path)
	require.Error(t, j.Add(pay(0), noon))
	require.Empty(t, j.Pending())
}
