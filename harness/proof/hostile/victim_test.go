package hostile_test

import (
	"log/slog"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/node/process/daemon"
	"strata/node/process/tcphost"
	"strata/p2p"
	"strata/solutions"
)

// params are those of the scenarios of whole nodes.
var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 4}

// victim is a guarded node on TCP.
type victim struct {
	*daemon.Running
	transactions chan mempool.Transaction // those that are new to it
}

func run(t *testing.T, cfg node.Config) *victim {
	v, err := launch(t, cfg)
	require.NoError(t, err)
	return v
}

// launch is run for any goroutine.
func launch(t *testing.T, cfg node.Config) (*victim, error) {
	cfg.Params = params
	if cfg.Guard == nil {
		cfg.Guard = &guard.Config{}
	}
	running, err := daemon.Run(solutions.Stack(), cfg, slog.DiscardHandler)
	if err != nil {
		return nil, err
	}
	v := &victim{running, make(chan mempool.Transaction, 1000)}
	t.Cleanup(func() {
		v.do(t, v.Node.Stop)
		v.Loop.Close()
		require.NoError(t, v.Loop.Err())
	})
	v.Loop.Do(func() { v.Node.OnTransaction(func(tx mempool.Transaction) { v.transactions <- tx }) })
	return v, v.Loop.Err()
}

// do runs f on the node's loop, however long that takes to get round to it.
func (v *victim) do(t *testing.T, f func()) { require.True(t, v.Loop.Do(f), v.Loop.Err()) }

func (v *victim) totals(t *testing.T) (totals guard.Totals) {
	v.do(t, func() { totals = v.Node.Guard().Totals() })
	return totals
}

// within is how long an event is waited for that has to come.
const within = 5 * time.Minute

// serves lets an honest node find the victim and send it a payment, which has to arrive.
func (v *victim) serves(t *testing.T) {
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	found := make(chan network.Addr, 100)
	honest := run(t, node.Config{P2P: p2p.Config{Self: addrs[0], Bootstrap: []network.Addr{v.Addr}, BackoffMax: time.Second}})
	honest.do(t, func() {
		honest.Node.OnPeer(func(peer network.Addr, arrived bool) {
			if arrived {
				found <- peer
			}
		})
		for _, peer := range honest.Node.Peers() {
			found <- peer
		}
	})
	await(t, found, v.Addr)
	tx := mempooltest.Pay(6, 7, uint64(honest.Addr[len(honest.Addr)-1])<<20, 5)
	honest.do(t, func() { require.NoError(t, honest.Node.Submit(tx)) })
	await(t, v.transactions, tx)
}

// await reads until that comes.
func await[T comparable](t *testing.T, from <-chan T, want T) {
	deadline := time.After(within)
	for {
		select {
		case got := <-from:
			if got == want {
				return
			}
		case <-deadline:
			require.Fail(t, "it did not come", "%v", want)
		}
	}
}

// heap is the bytes of live objects and of those not swept yet.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// watchHeap samples the heap until stop is called, which returns the highest.
func watchHeap() (stop func() uint64) {
	done, highest := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				highest <- most
				return
			case <-tick.C:
				most = max(most, heap())
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-highest
	}
}

// live is the heap after a collection.
func live() uint64 {
	runtime.GC()
	return heap()
}
