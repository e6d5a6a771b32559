package chaintest

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// pool is a mempool without a network.
type pool struct {
	txs     []mempool.Transaction
	evicted []mempool.Transaction
}

// Transactions implements chain.Pool.
func (p *pool) Transactions() []mempool.Transaction { return slices.Clone(p.txs) }

// Evict implements chain.Pool.
func (p *pool) Evict(ids ...mempool.TxID) {
	if len(ids) == 0 {
		return
	}
	p.txs = slices.DeleteFunc(p.txs, func(tx mempool.Transaction) bool {
		gone := slices.Contains(ids, tx.ID())
		if gone {
			p.evicted = append(p.evicted, tx)
		}
		return gone
	})
}

// offer adds a transaction, as a mempool does: the first of a sender and nonce stays (MEM-4).
func (p *pool) offer(tx mempool.Transaction) {
	for _, other := range p.txs {
		if other.Sender == tx.Sender && other.Nonce == tx.Nonce {
			return
		}
	}
	p.txs = append(p.txs, tx)
}

// builds builds, mines and applies a block for account C, and checks what holds for every block that
// Build makes: the state is as before, the head is the next one's, the content is of the pool and each
// transaction once, it applies, and no place was left unused. It returns nil if the run has failed.
func (t *test) builds(state *chain.State, books *ledger, pool *pool) *chain.Block {
	before, offered := ledgerOf(state), slices.Clone(pool.txs)
	b := t.executor.Build(state, pool, Account(2))
	if !t.same(chn10State, "Build", before, state) {
		return nil
	}
	if b.Number != state.Number()+1 || b.Parent != state.Hash() || b.Coinbase != Account(2) {
		t.world.Fail(chn10Next, "expected block %d after %v for %s, got block %d after %v for %s",
			state.Number()+1, state.Hash(), mempooltest.NameOf(Account(2)), b.Number, b.Parent,
			mempooltest.NameOf(b.Coinbase))
		return nil
	}
	for i, tx := range b.Transactions {
		if !slices.Contains(offered, tx) || slices.Contains(b.Transactions[:i], tx) {
			t.world.Fail(chn10Pool, "expected transactions of the pool, each once, got %s", describe(tx))
			return nil
		}
	}
	mined := Mine(t.params, b)
	if !t.wants(chn10Next, content(mined), nil, t.apply(state, mined)) {
		return nil
	}
	if !t.leavesNothing(books, offered, mined) {
		return nil
	}
	if rules := books.block(t.params, b.Coinbase, b.Transactions); rules != nil {
		t.world.Fail(chn10Next, "expected %s to be valid, got one that breaks a rule: %v", content(mined), rules[0])
		return nil
	}
	if !t.same(chn10Next, "the block", books, state) {
		return nil
	}
	return &mined
}

// leavesNothing checks CHN-11 by brute force: each transaction that was left out is tried as the next
// one.
func (t *test) leavesNothing(books *ledger, offered []mempool.Transaction, b chain.Block) bool {
	if len(b.Transactions) >= t.params.MaxTransactions {
		return true
	}
	for _, tx := range offered {
		if !slices.Contains(b.Transactions, tx) && books.takes(t.params, b.Coinbase, b.Transactions, tx) {
			t.world.Fail(chn11Maximal,
				"expected %s to be in, as it could come next and %d of %d places are free, got %s",
				describe(tx), t.params.MaxTransactions-len(b.Transactions), t.params.MaxTransactions, content(b))
			return false
		}
	}
	return true
}

// content is a block in the words of a report.
func content(b chain.Block) string {
	if len(b.Transactions) == 0 {
		return "a block without transactions"
	}
	texts := make([]string, len(b.Transactions))
	for i, tx := range b.Transactions {
		texts[i] = describe(tx)
	}
	return "a block in which " + strings.Join(texts, ", then ")
}

// shuffled is a pool of these transactions in random order.
func (t *test) shuffled(txs ...mempool.Transaction) *pool {
	t.rand.Shuffle(len(txs), func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
	return &pool{txs: txs}
}

// buildApplies builds with an empty pool, with two payments, and with the same two when both are past.
// What Build makes is looked at by builds, whatever is in it.
func buildApplies(t *test) {
	books := t.rich(3)
	state := books.state()
	if t.builds(state, books, &pool{}) == nil {
		return
	}
	var txs []mempool.Transaction
	for n := range 2 {
		txs = append(txs, Pay(n, n+1, books.nonce[Account(n)], 5*t.rand.Uint64N(4)))
	}
	if b := t.builds(state, books, t.shuffled(txs...)); b != nil {
		t.builds(state, books, &pool{txs: txs}) // the same again: all of it is past
	}
}

// buildFull offers twelve payments of three rich senders, in random order. More than MaxTransactions
// fit by the other rules, so that exactly so many are in.
func buildFull(t *test) {
	books := t.rich(3)
	for n := range 3 {
		books.balance[Account(n)] = big.NewInt(1000)
	}
	var txs []mempool.Transaction
	for i := range uint64(4) {
		for n := range 3 {
			txs = append(txs, Pay(n, 3, books.nonce[Account(n)]+i, 5))
		}
	}
	b := t.builds(books.state(), books, t.shuffled(txs...))
	if b != nil && len(b.Transactions) != t.params.MaxTransactions {
		t.world.Fail(chn11Maximal, "expected a block with %d transactions, got %d",
			t.params.MaxTransactions, len(b.Transactions))
	}
}

// buildAnyOrder offers six payments of which each needs the money or the nonce of another one, in
// random order. A builder that goes through the pool once, from the front, leaves out what stood before
// what it needs. All six fit.
func buildAnyOrder(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 6})
	books := newLedger()
	books.balance[Account(0)] = big.NewInt(30)
	txs := []mempool.Transaction{
		Pay(0, 1, 0, 30), Pay(1, 3, 0, 30), Pay(3, 4, 0, 10), Pay(3, 4, 1, 10), Pay(4, 0, 0, 20), Pay(0, 1, 1, 20),
	}
	b := t.builds(books.state(), books, t.shuffled(txs...))
	if b != nil && len(b.Transactions) != len(txs) {
		t.world.Fail(chn11Maximal, "expected all %d transactions to be in, as each makes the next one valid, got %s",
			len(txs), content(*b))
	}
}

// buildMaximal offers ten random payments, with gaps in the nonces and amounts that are too large, and
// tries by brute force whether any that was left out could have come next.
func buildMaximal(t *test) {
	books := t.rich(3)
	var txs []mempool.Transaction
	// next knows the nonces that this pool would use up, so that most payments of it could follow each
	// other.
	next := books.copy()
	for range 10 {
		from := t.rand.IntN(4)
		tx := Pay(from, t.rand.IntN(5), next.nonce[Account(from)], 10*t.rand.Uint64N(6))
		next.nonce[Account(from)] += 1 + uint64(t.rand.IntN(5))/4 // a gap now and then
		txs = append(txs, tx)
	}
	offer := t.shuffled(txs...)
	left := t.world.Sometimes("some of the pool could not come next although there was room")
	full := t.world.Sometimes("more could come next than there was room for")
	later := t.world.Sometimes("a transaction became valid by one that stood behind it in the pool")
	b := t.builds(books.state(), books, offer)
	if b == nil {
		return
	}
	left(len(b.Transactions) < t.params.MaxTransactions)
	full(len(b.Transactions) == t.params.MaxTransactions)
	for i, tx := range b.Transactions {
		later(i > 0 && slices.Index(txs, b.Transactions[i-1]) > slices.Index(txs, tx))
	}
}

// buildEvicts offers payments whose nonces are past, which can never become valid, and others that may:
// for this block, for a nonce that is missing, for money that has not come. The first kind leaves the
// pool, the second stays, those of this block as well, for it may never be mined.
func buildEvicts(t *test) {
	books := t.rich(2)
	for n := range 2 {
		books.nonce[Account(n)] = 2 + t.rand.Uint64N(2)
	}
	nonceA, nonceB := books.nonce[Account(0)], books.nonce[Account(1)]
	past := []mempool.Transaction{Pay(0, 1, nonceA-1, 5), Pay(0, 1, 0, 5), Pay(1, 0, nonceB-2, 500)}
	kept := []mempool.Transaction{
		Pay(4, 0, math.MaxUint64, 5),                 // for later: the largest nonce of all
		Pay(0, 1, nonceA, 5), Pay(0, 3, nonceA+1, 5), // for this block: it may never be mined
		Pay(1, 0, nonceB+1, 5), Pay(1, 0, nonceB+2, 5), // for later: a nonce is missing
		Pay(4, 0, 0, 5), // for later: there is no money yet
	}
	// Evicted or kept: where a transaction stood in the pool must not matter.
	offer, idle := t.shuffled(slices.Concat(past, kept)...), t.shuffled(slices.Clone(past)...)
	same := &pool{txs: slices.Clone(offer.txs)}
	for _, p := range []*pool{idle, offer} { // of the first, nothing can be in the block
		t.executor.Build(books.state(), p, Account(2))
		for _, tx := range past {
			if !slices.Contains(p.evicted, tx) {
				t.world.Fail(chn12Evicts, "expected %s to be evicted, as that nonce is past, got it left in the pool",
					describe(tx))
				return
			}
		}
	}
	for _, tx := range kept {
		if slices.Contains(offer.evicted, tx) {
			t.world.Fail(chn12Leaves, "expected %s to stay in the pool, as it may become valid, got it evicted",
				describe(tx))
			return
		}
	}
	t.builds(books.state(), books, same)
}

// buildForged offers a payment whose signature is wrong beside an honest one. It does not get into the
// block, and does not keep the honest one out.
func buildForged(t *test) {
	books := t.rich(2)
	tx := Pay(0, 1, books.nonce[Account(0)], 5)
	tx.Signature[t.rand.IntN(60)] ^= 1 << t.rand.IntN(8)
	books.forged[tx] = true
	// From another account: the forged one must not keep it out.
	honest := Pay(1, 0, books.nonce[Account(1)], 5)
	t.builds(books.state(), books, t.shuffled(tx, honest))
}

// buildChain builds four blocks one upon the other from a pool that is filled as they come. After each,
// all accounts together have the rewards so far: nothing was lost, or made up.
func buildChain(t *test) {
	books := newLedger()
	state := books.state()
	offer := &pool{}
	for blocks := range uint64(4) {
		b := t.builds(state, books, offer)
		if b == nil {
			return
		}
		for _, tx := range b.Transactions {
			offer.Evict(tx.ID())
		}
		// Money is made by rewards alone: so all accounts together have a known sum.
		total := new(big.Int)
		for _, c := range state.Changes() {
			total.Add(total, new(big.Int).SetUint64(c.Account.Balance))
		}
		if want := new(big.Int).SetUint64((blocks + 1) * t.params.BlockReward); total.Cmp(want) != 0 {
			t.world.Fail(chn7Last, "expected all accounts to have %v together after %d blocks, got %v",
				want, blocks+1, total)
			return
		}
		for n := range 3 {
			offer.offer(Pay(n, t.rand.IntN(3), books.nonce[Account(n)]+uint64(t.rand.IntN(2)), 10*t.rand.Uint64N(3)))
		}
	}
}
