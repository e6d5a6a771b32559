package chaintest

import (
	"math"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

func malleated(t *test) {
	l := t.rich(1)
	s := l.state()
	tx := Pay(0, 1, l.nonce[Account(0)], 10)
	for _, m := range mempooltest.Malleate(tx) {
		l.forged[m.Tx] = true
		// Of another account the nonce and the balance are wrong as well: any of it may be reported.
		if !t.wants("CHN-5", "a payment "+m.What, l.broken(m.Tx), t.execute(s, m.Tx)) {
			return
		}
	}
	valid, invalid := mempooltest.SmallOrder(0)
	for _, m := range invalid {
		if !t.wants("CHN-13", "a payment "+m.What, []error{chain.ErrBadSignature}, t.execute(s, m.Tx)) {
			return
		}
	}
	for _, tx := range append(valid, tx) {
		want := l.pay(tx)
		if !t.wants("CHN-13", "a payment that ZIP-215 accepts", want, t.execute(s, tx)) {
			return
		}
	}
	t.same("CHN-13", "all of them", l, s)
}

// hostileHeaders: some blocks of an honest chain, and then what does not belong to it.
func hostileHeaders(t *test) {
	s := chain.NewState()
	genesis := s.Hash()
	if !t.after(s, 1+t.rand.IntN(3)) {
		return
	}
	next := chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: Account(1)}
	fake := Mine(t.params, chain.Block{Coinbase: Account(4)})
	for _, c := range []struct {
		what   string
		change func(b *chain.Block)
		want   []error
	}{
		{"a second block 0", func(b *chain.Block) { b.Number, b.Parent = 0, chain.BlockHash{} }, []error{chain.ErrNumber, chain.ErrParent}},
		{"block 0 upon the tip", func(b *chain.Block) { b.Number = 0 }, []error{chain.ErrNumber}},
		{"block 1 upon a genesis block of his own", func(b *chain.Block) { b.Number, b.Parent = 1, fake.Hash() }, []error{chain.ErrNumber, chain.ErrParent}},
		{"the next number upon the genesis block", func(b *chain.Block) { b.Parent = genesis }, []error{chain.ErrParent}},
		{"the next number upon a genesis block of his own", func(b *chain.Block) { b.Parent = fake.Hash() }, []error{chain.ErrParent}},
		{"a block that jumps ahead by 2^32", func(b *chain.Block) { b.Number += 1 << 32 }, []error{chain.ErrNumber}},
		{"a block that jumps ahead by 2^63", func(b *chain.Block) { b.Number += 1 << 63 }, []error{chain.ErrNumber}},
		{"block 2^64-1", func(b *chain.Block) { b.Number = math.MaxUint64 }, []error{chain.ErrNumber}},
		{"a block that goes back by one", func(b *chain.Block) { b.Number -= 2 }, []error{chain.ErrNumber}},
	} {
		b := next
		if c.change(&b); !t.wants("CHN-2", c.what, c.want, t.apply(s, Mine(t.params, b))) {
			return
		}
	}
	t.wants("CHN-2", "the honest next block after all that", nil, t.apply(s, Mine(t.params, next)))
}

// hostileContent puts one bad transaction among good ones, into a block that is mined all the same.
func hostileContent(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 4})
	l := newLedger()
	l.balance[Account(0)], l.balance[Account(1)] = big.NewInt(100), big.NewInt(100)
	l.balance[Account(3)] = new(big.Int).SetUint64(math.MaxUint64 - 20)
	s := l.state()
	old := Pay(0, 1, 0, 10)
	if !t.plays(s, l, "CHN-5", "a block", []mempool.Transaction{old}) {
		return
	}
	good := []mempool.Transaction{Pay(0, 4, 1, 20), Pay(1, 4, 0, 20)}
	broken := mempooltest.Malleate(Pay(1, 4, 1, 5))[0].Tx
	l.forged[broken] = true
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
		txs := slices.Clone(good)
		txs = slices.Insert(txs, t.rand.IntN(2)+1, c.bad)
		try := l.copy()
		want := try.block(t.params, Account(2), txs)
		if want == nil { // where it stands it is the one behind it that is bad, or none
			txs = append(slices.Clone(good), c.bad)
			want = l.copy().block(t.params, Account(2), txs)
		}
		if !t.wants("CHN-9", c.what, want, t.apply(s, Next(t.params, s, Account(2), txs...))) || !t.same("CHN-9", c.what, l, s) {
			return
		}
	}
	t.plays(s, l, "CHN-5", "the honest block after all that", good)
}
