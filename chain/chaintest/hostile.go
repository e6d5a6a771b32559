package chaintest

import (
	"math"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// malleated executes payments whose signatures a stranger has changed, which needs no key, and of keys
// of small order. What is malleated is refused; of the crafted ones those are valid that ZIP-215
// accepts.
func malleated(t *test) {
	books := t.rich(1)
	state := books.state()
	tx := Pay(0, 1, books.nonce[Account(0)], 10)
	for _, m := range mempooltest.Malleate(tx) {
		books.forged[m.Tx] = true
		// Of another account the nonce and the balance are wrong as well: any of it may be reported.
		if !t.wants(chn5Valid, "a payment "+m.What, books.broken(m.Tx), t.execute(state, m.Tx)) {
			return
		}
	}
	valid, invalid := mempooltest.SmallOrder(0)
	for _, m := range invalid {
		if !t.wants(mempooltest.CHN13Valid, "a payment "+m.What, []error{chain.ErrBadSignature}, t.execute(state,
			m.Tx)) {
			return
		}
	}
	for _, tx := range append(valid, tx) {
		want := books.pay(tx)
		if !t.wants(mempooltest.CHN13Valid, "a payment that ZIP-215 accepts", want, t.execute(state, tx)) {
			return
		}
	}
	t.same(mempooltest.CHN13Valid, "all of them", books, state)
}

// hostileHeaders has an honest chain of a few blocks, and then what does not belong to it, all of it
// mined: another block 0, jumps in the numbers, another ancestry. The honest next block still fits
// after all that.
func hostileHeaders(t *test) {
	state := chain.NewState()
	genesis := state.Hash()
	if !t.after(state, 1+t.rand.IntN(3)) {
		return
	}
	// What the honest miners would build next.
	next := chain.Block{Number: state.Number() + 1, Parent: state.Hash(), Coinbase: Account(1)}
	// A genesis block of a stranger's own, with its proof of work.
	fake := Mine(t.params, chain.Block{Coinbase: Account(4)})
	for _, c := range []struct {
		what   string
		change func(b *chain.Block)
		want   []error
	}{
		{"a second block 0", func(b *chain.Block) { b.Number, b.Parent = 0, chain.BlockHash{} },
			[]error{chain.ErrNumber, chain.ErrParent}},
		{"block 0 upon the tip", func(b *chain.Block) { b.Number = 0 }, []error{chain.ErrNumber}},
		{"block 1 on a genesis block of its own", func(b *chain.Block) { b.Number, b.Parent = 1, fake.Hash() },
			[]error{chain.ErrNumber, chain.ErrParent}},
		{"the next number upon the genesis block", func(b *chain.Block) { b.Parent = genesis },
			[]error{chain.ErrParent}},
		{"the next number on a genesis block of its own", func(b *chain.Block) { b.Parent = fake.Hash() },
			[]error{chain.ErrParent}},
		{"a block that jumps ahead by 2^32", func(b *chain.Block) { b.Number += 1 << 32 }, []error{chain.ErrNumber}},
		{"a block that jumps ahead by 2^63", func(b *chain.Block) { b.Number += 1 << 63 }, []error{chain.ErrNumber}},
		{"block 2^64-1", func(b *chain.Block) { b.Number = math.MaxUint64 }, []error{chain.ErrNumber}},
		{"a block that goes back by one", func(b *chain.Block) { b.Number -= 2 }, []error{chain.ErrNumber}},
	} {
		b := next
		if c.change(&b); !t.wants(chn2Follows, c.what, c.want, t.apply(state, Mine(t.params, b))) {
			return
		}
	}
	t.wants(chn2Follows, "the honest next block after all that", nil, t.apply(state, Mine(t.params, next)))
}

// spoilt is the good transactions with a bad one among them, at a place that is drawn, and what the ledger says
// of such a block. Where it would be valid there, the bad one comes last.
func (t *test) spoilt(books *ledger, good []mempool.Transaction, bad mempool.Transaction) (
	txs []mempool.Transaction, want []error) {
	txs = slices.Insert(slices.Clone(good), t.rand.IntN(2)+1, bad)
	if want = books.copy().block(t.params, Account(2), txs); want == nil {
		txs = append(slices.Clone(good), bad)
		want = books.copy().block(t.params, Account(2), txs)
	}
	return txs, want
}

// hostileContent puts one bad transaction among good ones, into a block that is mined all the same.
// Each is one that a miner could gain by: a payment that is replayed, or doubled, or spends what it has
// not. All of the block is refused, and the accounts are as before.
func hostileContent(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 4})
	books := newLedger()
	books.balance[Account(0)], books.balance[Account(1)] = big.NewInt(100), big.NewInt(100)
	books.balance[Account(3)] = new(big.Int).SetUint64(math.MaxUint64 - 20)
	state := books.state()
	old := Pay(0, 1, 0, 10)
	if !t.plays(state, books, chn5Valid, "a block", []mempool.Transaction{old}) {
		return
	}
	// Two that are valid one after the other, among which the bad one is put.
	good := []mempool.Transaction{Pay(0, 4, 1, 20), Pay(1, 4, 0, 20)}
	broken := mempooltest.Malleate(Pay(1, 4, 1, 5))[0].Tx
	books.forged[broken] = true
	for _, c := range []struct {
		what string
		bad  mempool.Transaction
	}{
		{"a block that replays a payment of an earlier block", old},
		{"a block that has a payment twice", good[0]},
		{"a block with a second payment of one nonce", Pay(0, 2, 1, 5)},
		{"a block that spends more than the payment before it left", Pay(0, 4, 2, 80)},
		{"a block that leaves out a nonce", Pay(1, 4, 2, 5)},
		{"a block with a malleated signature", broken},
		{"a block that makes a sum pass 2^64-1", Pay(1, 3, 1, 21)},
		{"a block that spends its own reward", Pay(2, 4, 0, 100)},
	} {
		txs, want := t.spoilt(books, good, c.bad)
		if !t.wants(chn9One, c.what, want, t.apply(state, Next(t.params, state, Account(2), txs...))) ||
			!t.same(chn9Thrown, c.what, books, state) {
			return
		}
	}
	t.plays(state, books, chn5Valid, "the honest block after all that", good)
}
