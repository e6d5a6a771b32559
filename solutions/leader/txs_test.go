package leader

import (
	"crypto/ed25519"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/network"
)

// clock is a host that has nothing but timers, which the test runs.
type clock struct {
	network.Host
	due []func()
}

func (c *clock) Now() time.Time    { return time.Time{} }
func (c *clock) Log() *slog.Logger { return slog.New(slog.DiscardHandler) }
func (c *clock) After(_ time.Duration, f func()) network.TimerID {
	c.due = append(c.due, f)
	return 0
}

func (c *clock) pass() {
	due := c.due
	c.due = nil
	for _, f := range due {
		f()
	}
}

// The first transaction goes on at once, and those that come soon after it together; of a message those that are news.
func TestTransactions_TravelTogether_LDR8_LED6(t *testing.T) {
	n, host := longLog(t, 0, 1), &clock{}
	g := ledgertest.NewGossip(func() time.Duration { return 0 }, nil)
	n.host, n.gossip, n.self, n.cfg.Whole = host, g, observer, true
	n.pool = ledgers.NewPool[*leader.Transaction](100, 64)
	n.build.init(n)
	tx := func(number uint64) *leader.Transaction {
		tx := &leader.Transaction{Number: number, Key: []byte("key")}
		tx.Sign(n.chain, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
		return tx
	}
	message := func(numbers ...uint64) (b []byte) {
		for _, number := range numbers {
			b = append(b, tx(number).Encode()...)
		}
		return b
	}
	said := func() [][]byte {
		all := ledgertest.Of(leader.KindTx, g.Sent)
		g.Sent = nil
		return all
	}
	for number := range uint64(4) {
		_, err := n.Submit(tx(number + 1).Encode())
		require.NoError(t, err)
	}
	require.Equal(t, [][]byte{message(1)}, said())
	host.pass()
	require.Equal(t, [][]byte{message(2, 3, 4)}, said())
	host.pass()
	require.True(t, n.onTx("", message(5, 6)), "all of it is news, and is passed on as it is")
	require.Empty(t, said())
	require.False(t, n.onTx("", message(6, 7)))
	require.Equal(t, [][]byte{message(7)}, said())
	host.pass()
	require.False(t, n.onTx("", message(6, 7)), "no news")
	for number := range uint64(40) {
		_, err := n.Submit(tx(number + 8).Encode())
		require.NoError(t, err)
	}
	require.Len(t, said(), 1)
	n.flushTxs() // a block is about to be announced
	require.Len(t, said(), 1)
	host.pass()
	require.Empty(t, said())
}
