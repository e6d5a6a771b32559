package chaintest

import (
	"math"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
)

// after applies n empty blocks for account F, which all have to be valid.
func (t *test) after(s *chain.State, n int) bool {
	for range n {
		b := Next(t.params, s, Account(5))
		if !t.wants("CHN-2", "the next empty block", nil, t.apply(s, b)) {
			return false
		}
		if s.Number() != b.Number || s.Hash() != b.Hash() {
			t.world.Fail("CHN-2", "expected the state to be after block %d %v, got block %d %v", b.Number, b.Hash(), s.Number(), s.Hash())
			return false
		}
	}
	return true
}

func numberAndParent(t *test) {
	s := chain.NewState()
	if !t.after(s, t.rand.IntN(4)) {
		return
	}
	next := chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: Account(1)}
	jump, other := next, next
	jump.Number += 1 + t.rand.Uint64N(5)
	other.Parent[t.rand.IntN(32)] ^= 1
	again := next
	again.Number = s.Number()
	far := next
	far.Number = math.MaxUint64
	orphan := next
	orphan.Parent = chain.BlockHash{}
	for _, c := range []struct {
		what  string
		block chain.Block
		want  []error
	}{
		{"a block that skips a number", jump, []error{chain.ErrNumber}},
		{"a block with the number of its parent", again, []error{chain.ErrNumber}},
		{"a block of number 2^64-1", far, []error{chain.ErrNumber}},
		{"a block of another parent", other, []error{chain.ErrParent}},
		{"a block without a parent", orphan, []error{chain.ErrParent}},
		{"the next block", next, nil},
		{"the same block again", next, []error{chain.ErrNumber, chain.ErrParent}},
	} {
		if !t.wants("CHN-2", c.what, c.want, t.apply(s, Mine(t.params, c.block))) {
			return
		}
	}
}

func proofOfWork(t *test) {
	p := t.params
	p.Difficulty = 1 + t.rand.IntN(2)
	worse := p
	worse.Difficulty--
	s := chain.NewState()
	b := chain.Block{Number: 1, Parent: s.Hash(), Coinbase: Account(t.rand.IntN(4)), Nonce: t.rand.Uint64N(1 << 30)}
	for p.MeetsDifficulty(b.Hash()) || worse.Difficulty > 0 && !worse.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	t.with(p)
	if !t.wants("CHN-3", "a block whose hash has a zero digit too few", []error{chain.ErrProofOfWork}, t.apply(s, b)) {
		return
	}
	t.wants("CHN-3", "a block whose hash has zero digits enough", nil, t.apply(s, Mine(p, b)))
}

func fullBlocks(t *test) {
	l := t.rich(1)
	l.balance[Account(0)] = big.NewInt(1000)
	s := l.state()
	first := l.nonce[Account(0)]
	var txs []mempool.Transaction
	for i := range t.params.MaxTransactions + 1 {
		txs = append(txs, Pay(0, 1, first+uint64(i), 5))
	}
	tooFull := Next(t.params, s, Account(2), txs...)
	if !t.wants("CHN-4", "a block with one transaction too many", []error{chain.ErrTooManyTransactions}, t.apply(s, tooFull)) {
		return
	}
	t.plays(s, l, "CHN-4", "a full block", txs[:t.params.MaxTransactions])
	t.plays(s, l, "CHN-4", "an empty block", nil)
}

// plays applies the next block, for account C, which the ledger executes too.
func (t *test) plays(s *chain.State, l *ledger, rule, what string, txs []mempool.Transaction) bool {
	b := Next(t.params, s, Account(2), txs...)
	try := l.copy()
	want := try.block(t.params, b.Coinbase, txs)
	if !t.wants(rule, what, want, t.apply(s, b)) {
		return false
	}
	if want != nil {
		return true
	}
	*l = *try
	return t.same(rule, what, l, s)
}

func inOrder(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 4})
	l := newLedger()
	l.balance[Account(0)] = big.NewInt(40)
	s := l.state()
	amount := 10 + 5*t.rand.Uint64N(4)
	relay := []mempool.Transaction{Pay(0, 1, 0, amount), Pay(1, 3, 0, amount), Pay(3, 0, 0, amount), Pay(0, 4, 1, 40)}
	for _, swap := range [][2]int{{0, 1}, {1, 2}, {2, 3}, {0, 3}, {0, 0}} {
		txs := slices.Clone(relay)
		txs[swap[0]], txs[swap[1]] = txs[swap[1]], txs[swap[0]]
		if !t.plays(s, l, "CHN-5", "a block that hands money on", txs) {
			return
		}
	}
}

func rewardLast(t *test) {
	l := newLedger()
	s := l.state()
	spend := Pay(2, 1, 0, t.params.BlockReward)
	early := Next(t.params, s, Account(2), spend)
	if !t.wants("CHN-7", "a block that spends its own reward", []error{chain.ErrBadBalance}, t.apply(s, early)) {
		return
	}
	if t.plays(s, l, "CHN-7", "an empty block", nil) {
		t.plays(s, l, "CHN-7", "a block that spends the reward of the one before", []mempool.Transaction{spend})
	}
}

func rewardOverflow(t *test) {
	room := t.params.BlockReward // of the coinbase, account C
	l := newLedger()
	l.balance[Account(2)] = new(big.Int).SetUint64(math.MaxUint64 - room)
	l.balance[Account(0)] = big.NewInt(20)
	s := l.state()
	amount := 1 + t.rand.Uint64N(3)
	for _, c := range []struct {
		what string
		txs  []mempool.Transaction
	}{
		{"a block whose coinbase is paid and then has no room for the reward", []mempool.Transaction{Pay(0, 2, 0, amount)}},
		{"a block whose coinbase makes room for what it is paid", []mempool.Transaction{Pay(2, 1, 0, amount), Pay(0, 2, 0, amount)}},
		{"a block whose coinbase is full already", nil},
		{"a block whose coinbase gets rid of too little", []mempool.Transaction{Pay(2, 1, 1, room-1)}},
		{"a block whose coinbase makes room for the reward", []mempool.Transaction{Pay(2, 1, 1, room)}},
	} {
		if !t.plays(s, l, "CHN-8", c.what, c.txs) {
			return
		}
	}
}

func oneError(t *test) {
	l := t.rich(2)
	s := l.state()
	a, b := l.nonce[Account(0)], l.nonce[Account(1)]
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 3})
	unsigned := Pay(0, 1, a+1, 5)
	unsigned.Amount--
	for _, c := range []struct {
		what string
		bad  mempool.Transaction
		want error
	}{
		{"a block with a changed transaction", unsigned, chain.ErrBadSignature},
		{"a block with a nonce used twice", Pay(0, 4, a, 5), chain.ErrBadNonce},
		{"a block with a nonce left out", Pay(0, 4, a+2, 5), chain.ErrBadNonce},
		{"a block that overdraws", Pay(0, 1, a+1, 500), chain.ErrBadBalance},
	} {
		txs := []mempool.Transaction{Pay(0, 1, a, 5), Pay(1, 0, b, 5)}
		txs = slices.Insert(txs, 1+t.rand.IntN(2), c.bad)
		block := Next(t.params, s, Account(2), txs...)
		hash, kept := block.Hash(), slices.Clone(txs)
		if !t.wants("CHN-9", c.what, []error{c.want}, t.apply(s, block)) {
			return
		}
		if block.Hash() != hash || !slices.Equal(block.Transactions, kept) {
			t.world.Fail("CHN-9", "expected Apply to leave the block as it is, got one with other transactions")
			return
		}
	}
	t.same("CHN-9", "blocks that were refused", l, s)
}

func asText(t *test) {
	l := t.rich(2)
	s := l.state()
	block := Next(t.params, s, Account(2), Pay(0, 1, l.nonce[Account(0)], 5), Pay(1, 0, l.nonce[Account(1)], 10))
	text := block.Text()
	parsed, err := chain.ParseBlock(text)
	if err != nil || string(parsed.Text()) != string(text) {
		t.world.Fail("CHN-1", "expected a block's text to decode to the block, got %q, %v", parsed.Text(), err)
		return
	}
	if want := l.block(t.params, block.Coinbase, block.Transactions); !t.wants("CHN-1", "a block that came as text", want, t.apply(s, parsed)) ||
		!t.same("CHN-1", "a block that came as text", l, s) {
		return
	}
	for _, other := range []string{"0" + string(text), string(text) + ":", " " + string(text), string(text) + "\n", string(text[1:])} {
		if _, err := chain.ParseBlock([]byte(other)); err == nil {
			t.world.Fail("CHN-1", "expected a text that is not canonical to be refused, got a block of %.20q", other)
			return
		}
	}
}

func randomChain(t *test) {
	l := newLedger()
	s := l.state()
	for range 2 {
		if !t.plays(s, l, "CHN-7", "an empty block", nil) {
			return
		}
	}
	valid := t.world.Sometimes("a block of two payments or more was valid, the second by what the first did")
	invalid := t.world.Sometimes("a block was invalid by its second payment or a later one")
	for range 5 {
		first := l.copy()
		try := l.copy() // so that a payment may build on the one before it
		var txs []mempool.Transaction
		for range t.rand.IntN(min(3, t.params.MaxTransactions+1)) {
			tx := Pay(2, t.rand.IntN(4), try.nonce[Account(2)], 10*t.rand.Uint64N(4))
			if t.rand.IntN(3) == 0 {
				tx = t.payment(try, 4)
			}
			_ = try.pay(tx) // it may be wrong
			txs = append(txs, tx)
		}
		if len(txs) > 1 && first.pay(txs[0]) == nil {
			built := l.takes(t.params, Account(2), nil, txs[1])
			all := l.takes(t.params, Account(2), txs[:len(txs)-1], txs[len(txs)-1])
			valid(!built && all)
			invalid(!all)
		}
		if !t.plays(s, l, "CHN-9", "a random block", txs) {
			return
		}
	}
}
