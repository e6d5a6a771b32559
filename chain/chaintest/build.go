package chaintest

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"strata/chain"
	"strata/mempool"
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

// builds builds, mines and applies a block for account C, and checks it. It returns nil if the
// run has failed.
func (t *test) builds(s *chain.State, l *ledger, pool *pool) *chain.Block {
	before, offered := ledgerOf(s), slices.Clone(pool.txs)
	b := t.executor.Build(s, pool, Account(2))
	if !t.same("CHN-10", "Build", before, s) {
		return nil
	}
	if b.Number != s.Number()+1 || b.Parent != s.Hash() || b.Coinbase != Account(2) || b.Nonce != 0 {
		t.world.Fail("CHN-10", "expected block %d after %v for %s, not mined, got block %d after %v for %s, nonce %d",
			s.Number()+1, s.Hash(), nameOf(Account(2)), b.Number, b.Parent, nameOf(b.Coinbase), b.Nonce)
		return nil
	}
	for i, tx := range b.Transactions {
		if !slices.Contains(offered, tx) || slices.Contains(b.Transactions[:i], tx) {
			t.world.Fail("CHN-10", "expected transactions of the pool, each once, got %s", describe(tx))
			return nil
		}
	}
	mined := Mine(t.params, b)
	if !t.wants("CHN-10", content(mined), nil, t.apply(s, mined)) {
		return nil
	}
	if !t.leavesNothing(l, offered, mined) {
		return nil
	}
	if rules := l.block(t.params, b.Coinbase, b.Transactions); rules != nil {
		t.world.Fail("CHN-10", "expected %s to be valid, got one that breaks a rule: %v", content(mined), rules[0])
		return nil
	}
	if !t.same("CHN-10", "the block", l, s) {
		return nil
	}
	return &mined
}

// leavesNothing checks CHN-11 by brute force.
func (t *test) leavesNothing(l *ledger, offered []mempool.Transaction, b chain.Block) bool {
	if len(b.Transactions) >= t.params.MaxTransactions {
		return true
	}
	for _, tx := range offered {
		if !slices.Contains(b.Transactions, tx) && l.takes(t.params, b.Coinbase, b.Transactions, tx) {
			t.world.Fail("CHN-11", "expected %s to be in, as it could come next and %d of %d places are free, got %s",
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

func buildApplies(t *test) {
	l := t.rich(3)
	s := l.state()
	if t.builds(s, l, &pool{}) == nil {
		return
	}
	var txs []mempool.Transaction
	for n := range 2 {
		txs = append(txs, Pay(n, n+1, l.nonce[Account(n)], 5*t.rand.Uint64N(4)))
	}
	if b := t.builds(s, l, t.shuffled(txs...)); b != nil {
		t.builds(s, l, &pool{txs: txs}) // the same again: all of it is past
	}
}

func buildFull(t *test) {
	l := t.rich(3)
	for n := range 3 {
		l.balance[Account(n)] = big.NewInt(1000)
	}
	var txs []mempool.Transaction
	for i := range uint64(4) {
		for n := range 3 {
			txs = append(txs, Pay(n, 3, l.nonce[Account(n)]+i, 5))
		}
	}
	b := t.builds(l.state(), l, t.shuffled(txs...))
	if b != nil && len(b.Transactions) != t.params.MaxTransactions {
		t.world.Fail("CHN-11", "expected a block with %d transactions, got %d", t.params.MaxTransactions, len(b.Transactions))
	}
}

func buildAnyOrder(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 6})
	l := newLedger()
	l.balance[Account(0)] = big.NewInt(30)
	txs := []mempool.Transaction{
		Pay(0, 1, 0, 30), Pay(1, 3, 0, 30), Pay(3, 4, 0, 10), Pay(3, 4, 1, 10), Pay(4, 0, 0, 20), Pay(0, 1, 1, 20),
	}
	b := t.builds(l.state(), l, t.shuffled(txs...))
	if b != nil && len(b.Transactions) != len(txs) {
		t.world.Fail("CHN-11", "expected all %d transactions to be in, as each makes the next one valid, got %s", len(txs), content(*b))
	}
}

func buildMaximal(t *test) {
	l := t.rich(3)
	var txs []mempool.Transaction
	next := l.copy()
	for range 10 {
		from := t.rand.IntN(4)
		tx := Pay(from, t.rand.IntN(5), next.nonce[Account(from)], 10*t.rand.Uint64N(6))
		next.nonce[Account(from)] += 1 + uint64(t.rand.IntN(5))/4 // a gap now and then
		txs = append(txs, tx)
	}
	p := t.shuffled(txs...)
	left := t.world.Sometimes("some of the pool could not come next although there was room")
	full := t.world.Sometimes("more could come next than there was room for")
	later := t.world.Sometimes("a transaction became valid by one that stood behind it in the pool")
	b := t.builds(l.state(), l, p)
	if b == nil {
		return
	}
	left(len(b.Transactions) < t.params.MaxTransactions)
	full(len(b.Transactions) == t.params.MaxTransactions)
	for i, tx := range b.Transactions {
		later(i > 0 && slices.Index(txs, b.Transactions[i-1]) > slices.Index(txs, tx))
	}
}

func buildEvicts(t *test) {
	l := t.rich(2)
	for n := range 2 {
		l.nonce[Account(n)] = 2 + t.rand.Uint64N(2)
	}
	a, b := l.nonce[Account(0)], l.nonce[Account(1)]
	past := []mempool.Transaction{Pay(0, 1, a-1, 5), Pay(0, 1, 0, 5), Pay(1, 0, b-2, 500)}
	kept := []mempool.Transaction{
		Pay(0, 1, a, 5), Pay(0, 3, a+1, 5), // for this block: it may never be mined
		Pay(1, 0, b+1, 5), Pay(1, 0, b+2, 5), // for later: a nonce is missing
		Pay(4, 0, 0, 5), // for later: there is no money yet
	}
	p := t.shuffled(slices.Concat(past, kept)...)
	same := &pool{txs: slices.Clone(p.txs)}
	t.executor.Build(l.state(), p, Account(2))
	for _, tx := range past {
		if !slices.Contains(p.evicted, tx) {
			t.world.Fail("CHN-12", "expected %s to be evicted, as that nonce is past, got it left in the pool", describe(tx))
			return
		}
	}
	for _, tx := range kept {
		if slices.Contains(p.evicted, tx) {
			t.world.Fail("CHN-12", "expected %s to stay in the pool, as it may become valid, got it evicted", describe(tx))
			return
		}
	}
	t.builds(l.state(), l, same)
}

func buildForged(t *test) {
	l := t.rich(2)
	tx := Pay(0, 1, l.nonce[Account(0)], 5)
	tx.Signature[t.rand.IntN(60)] ^= 1 << t.rand.IntN(8)
	l.forged[tx] = true
	honest := Pay(1, 0, l.nonce[Account(1)], 5)
	t.builds(l.state(), l, t.shuffled(tx, honest))
}

// buildRewardOverflow has a coinbase, account C, with little room beyond the reward.
func buildRewardOverflow(t *test) {
	l := t.rich(1)
	l.balance[Account(0)] = big.NewInt(20)
	l.balance[Account(2)] = new(big.Int).SetUint64(math.MaxUint64 - t.params.BlockReward - t.rand.Uint64N(10))
	a := l.nonce[Account(0)]
	p := t.shuffled(Pay(0, 2, a, 5+t.rand.Uint64N(10)), Pay(0, 1, a+1, 5))
	if t.rand.IntN(2) == 0 {
		p.txs = append(p.txs, Pay(2, 1, 0, t.rand.Uint64N(12)))
	}
	full := t.world.Sometimes("a payment to the coinbase had to stay out for the reward's sake")
	out := t.world.Sometimes("a payment of the coinbase made room")
	if b := t.builds(l.state(), l, p); b != nil {
		full(len(b.Transactions) < len(p.txs) && len(b.Transactions) < t.params.MaxTransactions)
		out(len(b.Transactions) == 3)
	}
}

func buildChain(t *test) {
	l := newLedger()
	s := l.state()
	p := &pool{}
	for blocks := range uint64(4) {
		b := t.builds(s, l, p)
		if b == nil {
			return
		}
		for _, tx := range b.Transactions {
			p.Evict(tx.ID())
		}
		total := new(big.Int)
		for _, c := range s.Changes() {
			total.Add(total, new(big.Int).SetUint64(c.Account.Balance))
		}
		if want := new(big.Int).SetUint64((blocks + 1) * t.params.BlockReward); total.Cmp(want) != 0 {
			t.world.Fail("CHN-7", "expected all accounts to have %v together after %d blocks, got %v", want, blocks+1, total)
			return
		}
		for n := range 3 {
			p.offer(Pay(n, t.rand.IntN(3), l.nonce[Account(n)]+uint64(t.rand.IntN(2)), 10*t.rand.Uint64N(3)))
		}
	}
}
