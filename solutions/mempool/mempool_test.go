package mempool_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/harness/lab"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
	solution "strata/solutions/mempool"
)

// mute is a gossip that says nothing, or fails.
type mute struct{ err error }

var _ gossip.Gossip = mute{}

func (mute) Start(p2p.Watcher) error                     { return nil }
func (mute) Handle(messaging.Kind, gossip.Handler) error { return nil }
func (m mute) Broadcast(messaging.Kind, []byte) error    { return m.err }
func (mute) Stop()                                       {}

// live runs script on one pool for a few minutes of virtual time.
func live(t *testing.T, g gossip.Gossip, cfg mempool.Config, script func(w scenario.World, pool func() mempool.Mempool)) {
	cfg, err := cfg.Complete()
	require.NoError(t, err)
	r := lab.Run(scenario.Scenario{Name: t.Name(), For: 3 * time.Minute, Setup: func(w scenario.World) {
		var pool mempool.Mempool
		w.Node(w.Addr(0), func(h network.Host) { pool = solution.New(h, g, cfg) })
		script(w, func() mempool.Mempool { return pool })
	}}, lab.Options{Seed: 1})
	require.False(t, r.Failed(), r)
}

// One timer serves the whole pool, and an empty pool has none: a node with 5,000 transactions
// would otherwise carry 5,000 timers.
func TestPool_OneTimer_MEM7(t *testing.T) {
	live(t, mute{}, mempool.Config{MaxTxs: 8}, func(w scenario.World, pool func() mempool.Mempool) {
		w.Always(scenario.Promise("MEM-7", "one timer"), func() error {
			want := min(1, len(pool().Transactions()))
			if got := w.Usage(w.Addr(0)).Timers; got != want {
				return fmt.Errorf("expected %d timers with %d transactions, got %d", want, len(pool().Transactions()), got)
			}
			return nil
		})
		for i := range 60 {
			at := time.Duration(i) * time.Second
			w.At(at, w.Addr(0), "add", func() { _ = pool().Add(mempooltest.Pay(i%5, 5, uint64(i), 1)) })
			if i%3 == 0 {
				w.At(at+time.Millisecond, w.Addr(0), "evict", func() { pool().Evict(mempooltest.Pay((i/2)%5, 5, uint64(i/2), 1).ID()) })
			}
			if i%20 == 19 {
				w.At(at+2*time.Millisecond, w.Addr(0), "evict all", func() {
					for _, tx := range pool().Transactions() {
						pool().Evict(tx.ID())
					}
				})
			}
		}
	})
}

func TestPool_StopIsFinal_MEM7(t *testing.T) {
	live(t, mute{}, mempool.Config{}, func(w scenario.World, pool func() mempool.Mempool) {
		w.At(0, w.Addr(0), "stop", func() {
			pool().Stop()
			require.NoError(t, pool().Add(mempooltest.Pay(0, 1, 0, 1)))
			require.Zero(t, w.Usage(w.Addr(0)).Timers)
		})
	})
}

func TestPool_AnnouncesBothOrNeither_MEM1(t *testing.T) {
	broken := errors.New("broken")
	live(t, mute{broken}, mempool.Config{}, func(w scenario.World, pool func() mempool.Mempool) {
		w.At(0, w.Addr(0), "announce", func() {
			require.ErrorIs(t, pool().Announce(mempooltest.Pay(0, 1, 0, 1)), broken)
			require.Empty(t, pool().Transactions())
			require.NoError(t, pool().Add(mempooltest.Pay(0, 1, 0, 1)))
		})
	})
}

func TestPool_ErrorsNameTheTransaction(t *testing.T) {
	live(t, mute{}, mempool.Config{}, func(w scenario.World, pool func() mempool.Mempool) {
		w.At(0, w.Addr(0), "add twice", func() {
			tx := mempooltest.Pay(0, 1, 0, 1)
			require.NoError(t, pool().Add(tx))
			require.EqualError(t, pool().Add(tx), "mempool: transaction "+tx.ID().String()+": transaction already pooled")
		})
	})
}
