package chain_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	solution "strata/solutions/chain"
)

// pool is a mempool without a network.
type pool struct {
	txs     []mempool.Transaction
	evicted []mempool.TxID
}

func (p *pool) Transactions() []mempool.Transaction { return slices.Clone(p.txs) }
func (p *pool) Evict(ids ...mempool.TxID)           { p.evicted = append(p.evicted, ids...) }

// plain is a verifier that remembers nothing.
var plain mempool.ZIP215

// executor is ours.
func executor(p chain.Params) chain.Executor {
	return solution.New(chain.Config{Params: p, Verifier: plain})
}

// next is the mined block after s with these transactions.
func next(p chain.Params, s *chain.State, txs ...mempool.Transaction) chain.Block {
	return chaintest.Next(p, s, chaintest.Account(2), txs...)
}

func TestApply_SaysWhereAndWhy_CHN9(t *testing.T) {
	p := chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 2}
	s := chain.NewState()
	s.SetAccount(chaintest.Account(0), chain.Account{Balance: 20})
	pay := chaintest.Pay
	forged := pay(0, 1, 0, 5)
	forged.Amount = 20
	for _, c := range []struct {
		block chain.Block
		want  string
	}{
		{chain.Block{Number: 3}, "chain: block 3: number does not follow the parent's: the state is after block 0"},
		{chain.Block{}, "chain: block 0: number does not follow the parent's: the state is after block 0"},
		{next(p, s, forged), "chain: block 1: transaction 0: bad signature"},
		{next(p, s, pay(0, 1, 0, 5), pay(0, 1, 0, 5)), "chain: block 1: transaction 1: nonce is not the sender's: 0, want 1"},
		{next(p, s, pay(0, 1, 0, 5), pay(0, 1, 1, 16)), "chain: block 1: transaction 1: balance is not sufficient: 15, want 16"},
		{next(p, s, pay(0, 1, 0, 1), pay(0, 1, 1, 1), pay(0, 1, 2, 1)), "chain: block 1: too many transactions: 3, want at most 2"},
	} {
		require.EqualError(t, executor(p).Apply(s.Fork(), chain.Seal(c.block)), c.want)
	}
	full := s.Fork()
	full.SetAccount(chaintest.Account(2), chain.Account{Balance: math.MaxUint64 - 49})
	require.EqualError(t, executor(p).Apply(full, chain.Seal(next(p, s))),
		"chain: block 1: reward: sum passes 2^64-1: 18446744073709551566 + 50")
}

// The last number and the last nonce there are: what comes after them is no longer a number.
func TestApply_EndOfNumbers_CHN8(t *testing.T) {
	p := chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 2}
	s := chain.NewState()
	s.Advance(math.MaxUint64, chain.BlockHash{1})
	require.ErrorIs(t, executor(p).Apply(s, chain.Seal(chaintest.Mine(p, chain.Block{Parent: s.Hash()}))), chain.ErrNumber)

	s = chain.NewState()
	s.SetAccount(chaintest.Account(0), chain.Account{Nonce: math.MaxUint64})
	require.ErrorIs(t, executor(p).Apply(s, chain.Seal(next(p, s, chaintest.Pay(0, 1, math.MaxUint64, 0)))), chain.ErrOverflow)
}

// world is a random state and pool, a rich coinbase (account 2) and forged transactions included.
type world struct {
	params chain.Params
	state  *chain.State
	pool   *pool
}

func anyWorld() *rapid.Generator[world] {
	return rapid.Custom(func(t *rapid.T) world {
		w := world{
			params: chain.Params{Difficulty: 1, BlockReward: rapid.Uint64Range(1, 20).Draw(t, "reward"), MaxTransactions: rapid.IntRange(1, 6).Draw(t, "max")},
			state:  chain.NewState(),
			pool:   &pool{},
		}
		for n := range 4 {
			balance := rapid.Uint64Range(0, 20).Draw(t, "balance")
			if rapid.IntRange(0, 3).Draw(t, "rich") == 0 {
				balance = math.MaxUint64 - balance
			}
			w.state.SetAccount(chaintest.Account(n), chain.Account{Balance: balance, Nonce: rapid.Uint64Range(0, 1).Draw(t, "nonce")})
		}
		for range rapid.IntRange(0, 12).Draw(t, "pooled") {
			tx := chaintest.Pay(rapid.IntRange(0, 3).Draw(t, "from"), rapid.IntRange(0, 4).Draw(t, "to"),
				rapid.Uint64Range(0, 4).Draw(t, "tx nonce"), 4*rapid.Uint64Range(0, 5).Draw(t, "amount"))
			if rapid.IntRange(0, 5).Draw(t, "forge") == 0 {
				tx.Amount++
			}
			if !slices.Contains(w.pool.txs, tx) {
				w.pool.txs = append(w.pool.txs, tx)
			}
		}
		return w
	})
}

// Whatever the pool holds, in whatever order: the block is accepted (CHN-10), no transaction that
// is left over could have been appended (CHN-11), and evicted are exactly those that are past or
// were found to be forged (CHN-12).
func TestBuild_Maximal_CHN10_CHN11_CHN12(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld().Draw(t, "world")
		ex, coinbase := executor(w.params), chaintest.Account(2)
		before := w.state.Changes()
		b := ex.Build(w.state, w.pool, coinbase)
		require.Equal(t, before, w.state.Changes())
		require.LessOrEqual(t, len(b.Transactions), w.params.MaxTransactions)

		accepts := func(txs []mempool.Transaction) bool {
			return ex.Apply(w.state.Fork(), chain.Seal(chaintest.Next(w.params, w.state, coinbase, txs...))) == nil
		}
		if !accepts(b.Transactions) {
			// Then there is no valid block at all that the coinbase alone could make possible.
			require.False(t, accepts(nil))
			require.Greater(t, w.state.Account(coinbase).Balance, math.MaxUint64-w.params.BlockReward)
			return
		}
		var evicted []mempool.TxID
		for _, tx := range w.pool.txs {
			past := tx.Nonce < w.state.Account(tx.Sender).Nonce
			if past || plain.Verify(tx) != nil && slices.Contains(w.pool.evicted, tx.ID()) {
				evicted = append(evicted, tx.ID())
			}
			if len(b.Transactions) < w.params.MaxTransactions && !slices.Contains(b.Transactions, tx) {
				require.False(t, accepts(append(slices.Clone(b.Transactions), tx)), "it could come next")
			}
		}
		require.ElementsMatch(t, evicted, w.pool.evicted)
	})
}

// A coinbase with no room for the reward can make some by what it spends itself.
func TestBuild_MakesRoomForTheReward_CHN8_CHN10(t *testing.T) {
	p := chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 3}
	s := chain.NewState()
	s.SetAccount(chaintest.Account(0), chain.Account{Balance: 20})
	s.SetAccount(chaintest.Account(2), chain.Account{Balance: math.MaxUint64 - 9})
	txs := []mempool.Transaction{
		chaintest.Pay(0, 1, 0, 5), chaintest.Pay(0, 1, 1, 5), chaintest.Pay(0, 1, 2, 5),
		chaintest.Pay(2, 1, 1, 20), chaintest.Pay(2, 1, 0, 21),
	}
	ex := executor(p)
	b := ex.Build(s, &pool{txs: txs}, chaintest.Account(2))
	require.Equal(t, []mempool.Transaction{txs[4], txs[3], txs[0]}, b.Transactions)
	require.Error(t, ex.Apply(s.Fork(), chain.Seal(next(p, s))), "an empty block would not do")
	require.NoError(t, ex.Apply(s.Fork(), chain.Seal(chaintest.Mine(p, b))))
}

// BenchmarkBuild_FullPool builds from 5,000 transactions in the least favourable order.
func BenchmarkBuild_FullPool(b *testing.B) {
	p, err := chain.Params{}.Complete()
	require.NoError(b, err)
	s := chain.NewState()
	pool := &pool{}
	for n := range 80 {
		s.SetAccount(chaintest.Account(n), chain.Account{Balance: 1000})
		for nonce := range uint64(63) {
			pool.txs = append(pool.txs, chaintest.Pay(n, 100, nonce, 1))
		}
	}
	slices.Reverse(pool.txs)
	ex := executor(p)
	b.ResetTimer()
	for range b.N {
		require.Len(b, ex.Build(s, pool, chaintest.Account(2)).Transactions, 10)
	}
}

func BenchmarkApply_FullBlock(b *testing.B) {
	p, err := chain.Params{Difficulty: 1}.Complete()
	require.NoError(b, err)
	s := chain.NewState()
	var txs []mempool.Transaction
	for n := range p.MaxTransactions {
		s.SetAccount(chaintest.Account(n), chain.Account{Balance: 1000})
		txs = append(txs, chaintest.Pay(n, 100, 0, 1))
	}
	block := chain.Seal(next(p, s, txs...))
	ex := executor(p)
	b.ResetTimer()
	for range b.N {
		require.NoError(b, ex.Apply(s.Fork(), block))
	}
}
