package miner

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/sim"
	"strata/mempool"
	"strata/network"
)

// tree is a chain that grows by what the miner finds.
type tree struct{ state *chain.State }

func (c *tree) State() *chain.State { return c.state }

// builder puts the whole pool into the block.
type builder struct{ built int }

func (e *builder) Execute(*chain.State, mempool.Transaction) error { panic("not used") }

func (e *builder) Apply(*chain.State, chain.Sealed) error { panic("not used") }

func (e *builder) Build(s *chain.State, p chain.Pool, coinbase mempool.PublicKey) chain.Block {
	e.built++
	return chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase, Transactions: p.Transactions()}
}

type pool struct{ txs []mempool.Transaction }

func (p *pool) Transactions() []mempool.Transaction {
	return append([]mempool.Transaction(nil), p.txs...)
}
func (p *pool) Evict(...mempool.TxID) {}

// rig is a miner on a simulated host.
type rig struct {
	*Miner
	t       *testing.T
	net     *sim.Net
	tree    *tree
	pool    *pool
	builder *builder
	found   []chain.Block
}

const self network.Addr = "10.0.0.1:1"

func newRig(t *testing.T, cfg Config, params chain.Params) *rig {
	net, err := sim.New(sim.Config{Seed: 1})
	require.NoError(t, err)
	cfg, err = cfg.Complete()
	require.NoError(t, err)
	r := &rig{t: t, net: net, tree: &tree{chain.NewState()}, pool: &pool{}, builder: &builder{}}
	net.Node(self, func(h network.Host) {
		r.Miner = New(h, cfg, params, r.builder, r.tree, r.pool, mempool.PublicKey{1}, func(b chain.Block) {
			require.True(t, params.MeetsDifficulty(b.Hash()))
			require.Equal(t, r.tree.state.Hash(), b.Parent)
			r.found = append(r.found, b)
			r.move(b)
		})
		r.Start()
	})
	return r
}

func (r *rig) move(b chain.Block) {
	r.tree.state.Advance(b.Number, b.Hash())
	r.Restart()
}

var slow = Config{Batch: 10, Interval: 100 * time.Millisecond}

func TestMinesOnEachNewTip_FRK8(t *testing.T) {
	r := newRig(t, slow, chain.Params{Difficulty: 1})
	other := chain.Block{Number: 7}
	r.net.At(10*time.Second, self, func() { r.move(other) })
	r.net.Run(20 * time.Second)
	require.Greater(t, len(r.found), 10)
	last := r.found[len(r.found)-1]
	require.Greater(t, last.Number, other.Number)
}

func TestPicksUpTransactionsWithinASecond_FRK8(t *testing.T) {
	r := newRig(t, slow, chain.Params{Difficulty: 64}) // never found
	for i := range 10 {
		at := time.Duration(i)*3*time.Second + 123*time.Millisecond
		r.net.At(at, self, func() {
			r.pool.txs = append(r.pool.txs, mempool.Transaction{Nonce: uint64(i)})
			r.PoolChanged()
		})
		r.net.At(at+time.Second, self, func() { require.Len(t, r.block.Transactions, i+1) })
	}
	round, built := -1, -1
	r.net.At(40*time.Second, self, func() { round, built = r.round, r.builder.built })
	r.net.Run(50 * time.Second)
	require.Equal(t, round, r.round, "nothing new: the search goes on where it is")
	require.Equal(t, built, r.builder.built, "and nobody chooses again")
}

func TestStop_FRK8(t *testing.T) {
	r := newRig(t, slow, chain.Params{Difficulty: 1})
	count := -1
	r.net.At(5*time.Second, self, func() {
		r.Stop()
		r.Stop()
		r.Restart()
		count = len(r.found)
		require.Zero(t, r.net.Usage(self).Timers)
	})
	r.net.Run(10 * time.Second)
	require.Len(t, r.found, count)
}

// A refused block must not keep the miner from trying again.
func TestRefusedBlock_FRK8(t *testing.T) {
	r := newRig(t, slow, chain.Params{Difficulty: 1})
	refused := 0
	r.Miner = nil
	r.net.At(time.Second, self, func() {
		r.Miner.found = func(chain.Block) { refused++ }
	})
	r.net.Run(20 * time.Second)
	require.Greater(t, refused, 5)
}

func TestConfig_FRK8(t *testing.T) {
	_, err := Config{Refresh: 2 * time.Second}.Complete()
	require.ErrorContains(t, err, "FRK-8")
	_, err = Config{Threads: -1}.Complete()
	require.ErrorContains(t, err, "Threads -1")
	c, err := Config{}.Complete()
	require.NoError(t, err)
	require.LessOrEqual(t, c.Refresh, time.Second)
}

// With several threads each nonce is tried by one of them, and a run is as repeatable as with one.
func TestThreads_FRK8(t *testing.T) {
	run := func(threads int) []chain.Block {
		r := newRig(t, Config{Batch: 100, Interval: 100 * time.Millisecond, Threads: threads}, chain.Params{Difficulty: 3})
		r.net.At(30*time.Second, self, r.stop)
		r.net.Run(40 * time.Second)
		require.NotEmpty(t, r.found)
		require.Zero(t, r.net.Usage(self).Timers, "of any thread")
		return r.found
	}
	one, four := run(1), run(4)
	require.Equal(t, four, run(4))
	require.Greater(t, len(four), 2*len(one))
}

func (r *rig) stop() { r.Stop() }

// Batches of all threads in one round are disjoint, and together have no gap.
func TestRangesAreDisjoint_FRK8(t *testing.T) {
	r := newRig(t, Config{Batch: 100, Interval: time.Second, Threads: 3}, chain.Params{Difficulty: 64})
	var first uint64
	r.net.At(500*time.Millisecond, self, func() { first = r.next })
	r.net.At(4500*time.Millisecond, self, func() {
		require.Equal(t, uint64(4*3*100), r.next-first)
	})
	r.net.Run(5 * time.Second)
}

// What is under way when the tip moves ends within one vector of hashes (pow's tests), whatever the size
// of the batch: the solvers of the old round are told.
func TestOldRoundIsStopped_FRK8(t *testing.T) {
	r := newRig(t, Config{Batch: 100, Interval: time.Second, Threads: 3}, chain.Params{Difficulty: 64})
	r.net.At(10*time.Second, self, func() {
		old := r.workers
		require.Len(t, old, 3)
		for _, end := range []func(){r.Restart, r.Stop} {
			end()
			for _, w := range old {
				tried, ok := w.Solve(0, math.MaxInt)
				require.Zero(t, tried)
				require.False(t, ok)
			}
		}
	})
	r.net.Run(20 * time.Second)
}

func TestRate_FRK8(t *testing.T) {
	r := newRig(t, Config{Batch: 100, Interval: 50 * time.Millisecond, Threads: 2}, chain.Params{Difficulty: 64})
	const rate = 2 * 100 * 20
	for _, at := range []time.Duration{2, 15, 60} {
		r.net.At(at*time.Second, self, func() { require.InEpsilon(t, rate, r.Rate(), 0.1) })
	}
	r.net.At(61*time.Second, self, func() {
		r.Stop()
		require.Zero(t, r.Rate())
	})
	r.net.At(100*time.Second, self, func() {
		r.Start()
		require.Zero(t, r.Rate())
	})
	r.net.At(103*time.Second, self, func() { require.InEpsilon(t, rate, r.Rate(), 0.1) })
	r.net.Run(105 * time.Second)
}
