package chaintest

import (
	"math"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/scenario"
)

// after applies n empty blocks for account F, which all have to be valid.
func (t *test) after(state *chain.State, n int) bool {
	for range n {
		b := Next(t.params, state, Account(5))
		if !t.wants(chn2Applied, "the next empty block", nil, t.apply(state, b)) {
			return false
		}
		if state.Number() != b.Number || state.Hash() != b.Hash() {
			t.world.Fail(chn2Applied, "expected the state to be after block %d %v, got block %d %v",
				b.Number, b.Hash(), state.Number(), state.Hash())
			return false
		}
	}
	return true
}

// numberAndParent puts blocks upon a chain of up to three that are mined and fit in all but one thing:
// their number, or their parent. The next block fits, and no more when it comes again.
func numberAndParent(t *test) {
	state := chain.NewState()
	if !t.after(state, t.rand.IntN(4)) {
		return
	}
	next := chain.Block{Number: state.Number() + 1, Parent: state.Hash(), Coinbase: Account(1)}
	jump, other := next, next
	jump.Number += 1 + t.rand.Uint64N(5)
	other.Parent[t.rand.IntN(32)] ^= 1
	again := next
	again.Number = state.Number()
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
		if !t.wants(chn2Follows, c.what, c.want, t.apply(state, Mine(t.params, c.block))) {
			return
		}
	}
}

// proofOfWork searches a nonce with which the hash has exactly one zero digit too few, which no other
// rule speaks against, and then one with enough. An executor that counts digits in the wrong place, or
// bits, takes the first or refuses the second.
func proofOfWork(t *test) {
	params := t.params
	params.Difficulty = 1 + t.rand.IntN(2)
	worse := params
	worse.Difficulty--
	state := chain.NewState()
	b := chain.Block{Number: 1, Parent: state.Hash(), Coinbase: Account(t.rand.IntN(4)), Nonce: t.rand.Uint64N(1 << 30)}
	for params.MeetsDifficulty(b.Hash()) || worse.Difficulty > 0 && !worse.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	t.with(params)
	if !t.wants(chn3Work, "a block whose hash has a zero digit too few",
		[]error{chain.ErrProofOfWork}, t.apply(state, b)) {
		return
	}
	t.wants(chn3Work, "a block whose hash has zero digits enough", nil, t.apply(state, Mine(params, b)))
}

// fullBlocks fills a block to the last place, and one beyond it. Too many is refused for that, although
// each transaction by itself is valid; a full block and an empty one are valid.
func fullBlocks(t *test) {
	books := t.rich(1)
	books.balance[Account(0)] = big.NewInt(1000)
	state := books.state()
	first := books.nonce[Account(0)]
	var txs []mempool.Transaction
	for i := range t.params.MaxTransactions + 1 {
		txs = append(txs, Pay(0, 1, first+uint64(i), 5))
	}
	tooFull := Next(t.params, state, Account(2), txs...)
	if !t.wants(chn4Most, "a block with one transaction too many",
		[]error{chain.ErrTooManyTransactions}, t.apply(state, tooFull)) {
		return
	}
	// From the first to the last place, and then none at all.
	t.plays(state, books, chn4Most, "a full block", txs[:t.params.MaxTransactions])
	t.plays(state, books, chn4Most, "an empty block", nil)
}

// plays applies the next block, for account C, which the ledger executes too.
func (t *test) plays(state *chain.State, books *ledger, c scenario.Clause, what string,
	txs []mempool.Transaction) bool {
	b := Next(t.params, state, Account(2), txs...)
	try := books.copy()
	want := try.block(t.params, b.Coinbase, txs)
	if !t.wants(c, what, want, t.apply(state, b)) {
		return false
	}
	if want != nil {
		return true
	}
	*books = *try
	return t.same(c, what, books, state)
}

// inOrder hands money on within a block: each payment spends what the one before it brought. In this
// order it is valid. With two of them exchanged it is not, and what is wrong is the first that comes
// too early, as the ledger says.
func inOrder(t *test) {
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 4})
	books := newLedger()
	books.balance[Account(0)] = big.NewInt(40)
	state := books.state()
	amount := 10 + 5*t.rand.Uint64N(4)
	// A to B, B to D, D to A, and A has it again for E.
	relay := []mempool.Transaction{Pay(0, 1, 0, amount), Pay(1, 3, 0, amount), Pay(3, 0, 0, amount), Pay(0, 4, 1, 40)}
	// The last entry exchanges nothing: the relay in its right order.
	for _, swap := range [][2]int{{0, 1}, {1, 2}, {2, 3}, {0, 3}, {0, 0}} {
		txs := slices.Clone(relay)
		txs[swap[0]], txs[swap[1]] = txs[swap[1]], txs[swap[0]]
		if !t.plays(state, books, chn5Order, "a block that hands money on", txs) {
			return
		}
	}
}

// rewardLast spends a block's reward within the block, which is too early, and in the next one, which
// is not.
func rewardLast(t *test) {
	books := newLedger()
	state := books.state()
	// All of the reward, to the last coin.
	spend := Pay(2, 1, 0, t.params.BlockReward)
	// Account C has nothing but what this very block would bring.
	early := Next(t.params, state, Account(2), spend)
	if !t.wants(chn7Last, "a block that spends its own reward", []error{chain.ErrBadBalance}, t.apply(state, early)) {
		return
	}
	if t.plays(state, books, chn7Last, "an empty block", nil) {
		t.plays(state, books, chn7Last, "a block that spends the reward of the one before",
			[]mempool.Transaction{spend})
	}
}

// rewardOverflow has a coinbase that has room for its reward and nothing else. Being paid in the block
// takes that room, paying out gives it back, and it is the sum at the end that counts: the reward comes
// last.
func rewardOverflow(t *test) {
	room := t.params.BlockReward // of the coinbase, account C
	books := newLedger()
	books.balance[Account(2)] = new(big.Int).SetUint64(math.MaxUint64 - room)
	books.balance[Account(0)] = big.NewInt(20)
	state := books.state()
	amount := 1 + t.rand.Uint64N(3)
	for _, c := range []struct {
		what string
		txs  []mempool.Transaction
	}{
		{"a block whose coinbase is paid and then has no room for the reward",
			[]mempool.Transaction{Pay(0, 2, 0, amount)}},
		{"a block whose coinbase makes room for what it is paid",
			[]mempool.Transaction{Pay(2, 1, 0, amount), Pay(0, 2, 0, amount)}},
		{"a block whose coinbase is full already", nil},
		{"a block whose coinbase gets rid of too little", []mempool.Transaction{Pay(2, 1, 1, room-1)}},
		{"a block whose coinbase makes room for the reward", []mempool.Transaction{Pay(2, 1, 1, room)}},
	} {
		if !t.plays(state, books, chn8Sum, c.what, c.txs) {
			return
		}
	}
}

// oneError puts one bad transaction among good ones, at a place that is drawn. The error says which
// rule it broke, and no other; the block that was handed over is as it was, and so are the accounts.
func oneError(t *test) {
	books := t.rich(2)
	state := books.state()
	nonceA, nonceB := books.nonce[Account(0)], books.nonce[Account(1)]
	t.with(chain.Params{Difficulty: 1, BlockReward: 50, MaxTransactions: 3})
	// Changed after it was signed, in the direction that costs least.
	unsigned := Pay(0, 1, nonceA+1, 5)
	unsigned.Amount--
	for _, c := range []struct {
		what string
		bad  mempool.Transaction
		want error
	}{
		{"a block with a changed transaction", unsigned, chain.ErrBadSignature},
		{"a block with a nonce used twice", Pay(0, 4, nonceA, 5), chain.ErrBadNonce},
		{"a block with a nonce left out", Pay(0, 4, nonceA+2, 5), chain.ErrBadNonce},
		{"a block that overdraws", Pay(0, 1, nonceA+1, 500), chain.ErrBadBalance},
	} {
		txs := []mempool.Transaction{Pay(0, 1, nonceA, 5), Pay(1, 0, nonceB, 5)}
		txs = slices.Insert(txs, 1+t.rand.IntN(2), c.bad)
		block := Next(t.params, state, Account(2), txs...)
		hash, kept := block.Hash(), slices.Clone(txs)
		if !t.wants(chn9One, c.what, []error{c.want}, t.apply(state, block)) {
			return
		}
		if block.Hash() != hash || !slices.Equal(block.Transactions, kept) {
			t.world.Fail(chn9Block, "expected Apply to leave %s as it is, got %s",
				content(chain.Block{Transactions: kept}),
				content(block))
			return
		}
	}
	t.same(chn9Thrown, "blocks that were refused", books, state)
}

// asText sends a block through its text, as blocks travel. What comes out is executed like the
// original, and texts that differ from it by a blank, a zero or a separator are no blocks.
func asText(t *test) {
	books := t.rich(2)
	state := books.state()
	block := Next(t.params, state, Account(2), Pay(0, 1, books.nonce[Account(0)], 5),
		Pay(1, 0, books.nonce[Account(1)], 10))
	text := block.Text()
	parsed, err := chain.ParseBlock(text)
	if err != nil || string(parsed.Text()) != string(text) {
		t.world.Fail(chn1Undoes, "expected a block's text to decode to the block, got %q, %v", parsed.Text(), err)
		return
	}
	if want := books.block(t.params, block.Coinbase, block.Transactions); !t.wants(chn1Undoes,
		"a block that came as text", want, t.apply(state, parsed)) ||
		!t.same(chn1Undoes, "a block that came as text", books, state) {
		return
	}
	for _, other := range []string{"0" + string(text), string(text) + ":", " " + string(text), string(text) + "\n",
		string(text[1:])} {
		if _, err := chain.ParseBlock([]byte(other)); err == nil {
			t.world.Fail(chn1One, "expected a text that is not canonical to be refused, got a block of %.20q", other)
			return
		}
	}
}

// randomChain makes five blocks of random payments, each drawn so that it may build on the one before
// it in the same block, and compares verdict and accounts with the ledger's. Invalid ones change
// nothing and the chain goes on.
func randomChain(t *test) {
	books := newLedger()
	state := books.state()
	for range 2 {
		if !t.plays(state, books, chn7Last, "an empty block", nil) {
			return
		}
	}
	valid := t.world.Sometimes("a block of two payments or more was valid, the second by what the first did")
	invalid := t.world.Sometimes("a block was invalid by its second payment or a later one")
	for range 5 {
		// Whether a payment builds on the one before it shows by trying it alone.
		first := books.copy()
		try := books.copy() // so that a payment may build on the one before it
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
			built := books.takes(t.params, Account(2), nil, txs[1])
			all := books.takes(t.params, Account(2), txs[:len(txs)-1], txs[len(txs)-1])
			valid(!built && all)
			invalid(!all)
		}
		if !t.plays(state, books, chn9One, "a random block", txs) {
			return
		}
	}
}
