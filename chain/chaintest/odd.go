package chaintest

import (
	"math"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/scenario"
)

// odd grades values that are rare: the largest ones, the key of zeros, an account that is too rich for a
// payment or a reward, for now.
func (s suite) odd() []scenario.Scenario {
	return []scenario.Scenario{
		// To oneself nothing is added up, so that nothing can overflow.
		scenario.New(scenario.Scenario{
			Name: "chain/pay-yourself-rich", Step: "chain.1", Rules: []string{"CHN-6"}, For: moment, RealTime: true,
			Title: "An account that holds more than half of all coins may pay them to its own account.",
			Setup: s.test(payYourselfRich),
		}),
		// There is no nonce after 2^64-1; whoever counts on finds 0.
		scenario.New(scenario.Scenario{
			Name: "chain/last-nonce", Step: "chain.1", Rules: []string{"CHN-8", "CHN-5"}, For: moment, RealTime: true,
			Title: "The nonce before the last counts up, and the last one does not begin again.",
			Setup: s.test(lastNonce),
		}),
		// The same for the number of a block.
		scenario.New(scenario.Scenario{
			Name: "chain/last-number", Step: "chain.2", Rules: []string{"CHN-2"}, For: moment, RealTime: true,
			Title: "No block follows the one of the largest number.",
			Setup: s.test(lastNumber),
		}),
		// Each signature is looked at, not the first of a sender.
		scenario.New(scenario.Scenario{
			Name: "chain/second-forged", Step: "chain.2", Rules: []string{"CHN-5"}, For: moment, RealTime: true,
			Title: "Every signature of a block counts, also of a sender whose first one is right.",
			Setup: s.test(secondForged),
		}),
		// A key of zeros is an account like any other, until somebody takes it for none.
		scenario.New(scenario.Scenario{
			Name: "chain/zero-coinbase", Step: "chain.2", Rules: []string{"CHN-7"}, For: moment, RealTime: true,
			Title: "The key of zeros is a coinbase like any other.",
			Setup: s.test(zeroCoinbase),
		}),
		// And Build has to make a block for it.
		scenario.New(scenario.Scenario{
			Name: "chain/build-zero-coinbase", Step: "chain.3", Rules: []string{"CHN-10"}, For: moment, RealTime: true,
			Title: "Build builds for the coinbase that it is told, be it the key of zeros.",
			Setup: s.test(buildZeroCoinbase),
		}),
		// One executor, two pools on one tip: nothing of the first may be left in it.
		scenario.New(scenario.Scenario{
			Name: "chain/build-two-pools", Step: "chain.3", Rules: []string{"CHN-10"}, For: moment, RealTime: true,
			Title: "Two builds on one tip use each its own pool.",
			Setup: s.test(buildTwoPools),
		}),
		// What overflows now may fit later, and stays.
		scenario.New(scenario.Scenario{
			Name: "chain/build-after-overflow", Step: "chain.3", Rules: []string{"CHN-10", "CHN-12"}, For: moment,
			RealTime: true,
			Title:    "A payment whose recipient is too rich stays out and in the pool, with those that wait for it.",
			Setup:    s.test(buildAfterOverflow),
		}),
		// A payment of the coinbase makes the room that the reward needs.
		scenario.New(scenario.Scenario{
			Name: "chain/build-rich-coinbase", Step: "chain.3", Rules: []string{"CHN-10", "CHN-11"}, For: moment,
			RealTime: true,
			Title:    "A coinbase that is too rich for the reward has a valid block as soon as it pays something.",
			Setup:    s.test(buildRichCoinbase),
		}),
	}
}

// payYourselfRich has an account with more than half of 2^64 pay all of it to itself, and then some. A sum of
// what it has and what it gets would pass the end, but nothing moves.
func payYourselfRich(t *test) {
	books := newLedger()
	balance := uint64(math.MaxUint64) - t.rand.Uint64N(1<<62)
	books.balance[Account(0)] = new(big.Int).SetUint64(balance)
	state := books.state()
	for nonce, amount := range []uint64{balance, balance/2 + 1, 1} {
		if !t.pays(chn6Oneself, chn6Oneself, state, books, Pay(0, 0, uint64(nonce), amount)) {
			return
		}
	}
}

// lastNonce has an account use the nonce before the last, and then the last one: there is none to come after it,
// so that it cannot be used.
func lastNonce(t *test) {
	state := chain.NewState()
	state.SetAccount(Account(0), chain.Account{Balance: 100, Nonce: math.MaxUint64 - 1})
	_ = t.wants(chn5Valid, "a payment with nonce 2^64-2", nil, t.execute(state, Pay(0, 1, math.MaxUint64-1, 5))) &&
		t.wants(chn8Sum, "a payment with nonce 2^64-1, after which no nonce can come", []error{chain.ErrOverflow},
			t.execute(state, Pay(0, 1, math.MaxUint64, 5))) &&
		t.wants(chn5Valid, "a payment with nonce 0 after 2^64-2",
			[]error{chain.ErrBadNonce}, t.execute(state, Pay(0, 1, 0, 5)))
}

// lastNumber has a state after block 2^64-1. A block of number 0 does not follow, nor any other.
func lastNumber(t *test) {
	state := chain.NewState()
	state.Advance(math.MaxUint64-1, chain.BlockHash{1, 2, 3})
	if !t.wants(chn2Follows, "block 2^64-1 after block 2^64-2", nil, t.apply(state, Next(t.params, state,
		Account(1)))) {
		return
	}
	for _, number := range []uint64{0, 1, math.MaxUint64} {
		b := Mine(t.params, chain.Block{Number: number, Parent: state.Hash(), Coinbase: Account(1)})
		if !t.wants(chn2Follows, "a block after the one of number 2^64-1", []error{chain.ErrNumber}, t.apply(state,
			b)) {
			return
		}
	}
}

// secondForged applies blocks in which one sender's second transaction, or third, is forged, and the others are
// not. An executor that knows a sender by now, or looks at the first signature, takes them.
func secondForged(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: t.params.BlockReward, MaxTransactions: 4})
	books := newLedger()
	books.balance[Account(0)], books.balance[Account(1)] = big.NewInt(100), big.NewInt(100)
	for _, forged := range []int{1, 2, 3} {
		txs := []mempool.Transaction{Pay(0, 1, 0, 5), Pay(0, 1, 1, 5), Pay(1, 0, 0, 5), Pay(0, 1, 2, 5)}
		txs[forged].Signature[t.rand.IntN(32)] ^= 1 << t.rand.IntN(8)
		state := books.state()
		b := chain.Block{Number: 1, Parent: state.Hash(), Coinbase: Account(2), Transactions: txs}
		if !t.wants(chn5Valid, "a block whose later signature is wrong", []error{chain.ErrBadSignature},
			t.apply(state, Mine(t.params, b))) {
			return
		}
	}
}

// zeroCoinbase applies two blocks for the key of 32 zeros, which gets both rewards.
func zeroCoinbase(t *test) {
	state, zero := chain.NewState(), mempool.PublicKey{}
	for n := range uint64(2) {
		b := Mine(t.params, chain.Block{Number: n + 1, Parent: state.Hash(), Coinbase: zero})
		if !t.wants(chn7Last, "a block for the key of zeros", nil, t.apply(state, b)) {
			return
		}
		if got := state.Account(zero).Balance; got != (n+1)*t.params.BlockReward {
			t.world.Fail(chn7Last, "expected the key of zeros to have %d after %d blocks for it, got %d",
				(n+1)*t.params.BlockReward, n+1, got)
			return
		}
	}
}

// buildZeroCoinbase builds for the key of zeros, when there are payments and when there are none.
func buildZeroCoinbase(t *test) {
	books := t.rich(2)
	some := t.shuffled(Pay(0, 1, books.nonce[Account(0)], 5), Pay(1, 0, books.nonce[Account(1)], 5))
	for _, offer := range []*pool{{}, some} {
		state := books.state()
		most := len(offer.txs)
		b := t.executor.Build(state, offer, mempool.PublicKey{})
		if b.Coinbase != (mempool.PublicKey{}) || b.Number != 1 || b.Parent != state.Hash() ||
			len(b.Transactions) != most {
			t.world.Fail(chn10Next,
				"expected block 1 with %d transactions for the key of zeros, got block %d with %d for %v",
				most, b.Number, len(b.Transactions), b.Coinbase)
			return
		}
		if !t.wants(chn10Next, content(b), nil, t.apply(state, Mine(t.params, b))) {
			return
		}
	}
}

// buildTwoPools builds on one tip twice, with pools that have as many transactions each, and then with the first
// again in another order and for the same coinbase.
func buildTwoPools(t *test) {
	books := t.rich(3)
	of := func(n int) mempool.Transaction { return Pay(n, 3, books.nonce[Account(n)], 5) }
	other := Pay(0, 4, books.nonce[Account(0)], 10)
	for _, txs := range [][]mempool.Transaction{{of(0)}, {of(1)}, {of(0), of(1)}, {of(1), other}} {
		offer := &pool{txs: txs}
		b := t.builds(books.state(), books.copy(), offer)
		if b == nil {
			return
		}
		if len(b.Transactions) != len(offer.txs) {
			t.world.Fail(chn11Maximal, "expected all %d of the pool to be in, got %s", len(offer.txs), content(*b))
			return
		}
	}
	for _, coinbase := range []mempool.PublicKey{Account(4), Account(1)} {
		b := t.executor.Build(books.state(), &pool{txs: []mempool.Transaction{of(0)}}, coinbase)
		if b.Coinbase != coinbase {
			t.world.Fail(chn10Next, "expected a block for %s, got one for %s",
				mempooltest.NameOf(coinbase), mempooltest.NameOf(b.Coinbase))
			return
		}
	}
}

// buildAfterOverflow offers a payment to an account that is too rich to take it, one of the same sender that
// waits for it, and an honest one. The first two stay out, for now: the rich account may spend. Then it does, in
// the same pool, and all of them fit.
func buildAfterOverflow(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: t.params.BlockReward, MaxTransactions: 6})
	books := t.rich(2)
	books.balance[Account(3)] = new(big.Int).SetUint64(math.MaxUint64 - 2)
	nonceA := books.nonce[Account(0)]
	waits := []mempool.Transaction{Pay(0, 3, nonceA, 10), Pay(0, 1, nonceA+1, 5)}
	honest := Pay(1, 4, books.nonce[Account(1)], 5)
	offer := t.shuffled(append(slices.Clone(waits), honest)...)
	b := t.builds(books.state(), books.copy(), offer)
	if b == nil {
		return
	}
	for _, tx := range waits {
		if !slices.Contains(offer.txs, tx) {
			t.world.Fail(chn12Leaves, "expected %s to stay in the pool, as the recipient may spend, got it evicted",
				describe(tx))
			return
		}
	}
	b = t.builds(books.state(), books, t.shuffled(append(waits, honest, Pay(3, 4, 0, 100))...))
	if b != nil && len(b.Transactions) != 4 {
		t.world.Fail(chn11Maximal, "expected all 4 transactions to be in, as one makes room for another, got %s",
			content(*b))
	}
}

// buildRichCoinbase has a coinbase, account C, that cannot take the reward, and in the pool a payment of its own
// that makes room, among others. Without it no block would be valid.
func buildRichCoinbase(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: t.params.BlockReward, MaxTransactions: 4})
	books := t.rich(2)
	over := 1 + t.rand.Uint64N(t.params.BlockReward)
	books.balance[Account(2)] = new(big.Int).SetUint64(math.MaxUint64 - t.params.BlockReward + over)
	own := Pay(2, 3, 0, over+20)
	others := []mempool.Transaction{Pay(0, 1, books.nonce[Account(0)], 5), Pay(1, 2, books.nonce[Account(1)], 5)}
	b := t.builds(books.state(), books, t.shuffled(append(others, own)...))
	if b != nil && len(b.Transactions) != 3 {
		t.world.Fail(chn11Maximal, "expected all 3 transactions to be in, as the coinbase's own makes room, got %s",
			content(*b))
	}
}
