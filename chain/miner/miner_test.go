package miner

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/harness/sim"
	"strata/mempool"
	"strata/network"
)

func TestPuzzleIsTheBlocksText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := chain.Block{Number: rapid.Uint64().Draw(t, "number")}
		if rapid.Bool().Draw(t, "transaction") {
			b.Transactions = []mempool.Transaction{{Nonce: 1}}
		}
		nearCarry := rapid.SampledFrom([]uint64{0, 10, 100, 1e9, 1e19, math.MaxUint64}).Draw(t, "power")
		nonce := nearCarry - rapid.Uint64Range(0, 25).Draw(t, "below")
		p := newPuzzle(b, nonce)
		for range 50 {
			b.Nonce = p.nonce
			require.Equal(t, string(b.Text()), string(p.buf[p.start:]))
			p.step()
		}
		require.Equal(t, nonce+50, p.nonce)
	})
}

func TestPuzzleIsSolved(t *testing.T) {
	params := chain.Params{Difficulty: 2}
	for seed := range uint64(20) {
		b := chain.Block{Number: seed}
		p := newPuzzle(b, rand.New(rand.NewPCG(seed, 0)).Uint64())
		for !p.solve(params, 10) {
		}
		b.Nonce = p.nonce
		require.True(t, params.MeetsDifficulty(b.Hash()))
	}
}

// tree is a chain that grows by what the miner finds.
type tree struct{ state *chain.State }

func (c *tree) State() *chain.State { return c.state }

// builder puts the whole pool into the block.
type builder struct{ built int }

func (e *builder) Apply(*chain.State, chain.Block) error { panic("not used") }

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
		r.net.At(at, self, func() { r.pool.txs = append(r.pool.txs, mempool.Transaction{Nonce: uint64(i)}) })
		r.net.At(at+time.Second, self, func() { require.Len(t, r.block.Transactions, i+1) })
	}
	round := -1
	r.net.At(40*time.Second, self, func() { round = r.round })
	r.net.Run(50 * time.Second)
	require.Equal(t, round, r.round, "nothing new: the search goes on where it is")
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
	c, err := Config{}.Complete()
	require.NoError(t, err)
	require.LessOrEqual(t, c.Refresh, time.Second)
}

// The nonce is counted up in place; the baseline encodes the block for each hash.
func BenchmarkHash(b *testing.B) {
	for _, txs := range []int{0, 10} {
		block := chain.Block{Number: 1000, Transactions: make([]mempool.Transaction, txs)}
		never := chain.Params{Difficulty: 64}
		b.Run(fmt.Sprintf("in place/transactions=%d", txs), func(b *testing.B) {
			p := newPuzzle(block, 1<<40)
			b.ResetTimer()
			p.solve(never, b.N)
		})
		b.Run(fmt.Sprintf("baseline/transactions=%d", txs), func(b *testing.B) {
			for b.Loop() {
				block.Nonce++
				never.MeetsDifficulty(block.Hash())
			}
		})
	}
}
