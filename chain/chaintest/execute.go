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

// rich is a ledger in which the first accounts have some money, and nonces that are not all zero.
func (t *test) rich(accounts int) *ledger {
	books := newLedger()
	for n := range accounts {
		books.balance[Account(n)] = new(big.Int).SetUint64(20 + 10*t.rand.Uint64N(4))
		books.nonce[Account(n)] = t.rand.Uint64N(3)
	}
	return books
}

// payment draws one that is valid more often than not: of the first accounts, to any named one.
func (t *test) payment(books *ledger, accounts int) mempool.Transaction {
	from, to := t.rand.IntN(accounts), t.rand.IntN(accounts+1)
	nonce := books.nonce[Account(from)]
	amount := 5 * t.rand.Uint64N(6)
	switch t.rand.IntN(6) {
	case 0:
		nonce++
	case 1:
		if nonce > 0 {
			nonce--
		}
	case 2:
		amount = books.of(Account(from)).Uint64() + uint64(t.rand.IntN(2)) // all there is, or one more
	}
	return Pay(from, to, nonce, amount)
}

// pays executes a transaction, which the ledger executes too, and compares what they say of it (verdict is
// what a difference breaks) and the accounts afterwards (effect).
func (t *test) pays(verdict, effect scenario.Clause, s *chain.State, l *ledger, tx mempool.Transaction) bool {
	want := l.pay(tx)
	return t.wants(verdict, describe(tx), want, t.execute(s, tx)) && t.same(effect, describe(tx), l, s)
}

// paymentsAddUp plays eight random payments, of which some have a wrong nonce or not enough behind
// them, against the ledger. After each the verdict is compared and every account. An executor that gets
// one of them wrong has other accounts from then on.
func paymentsAddUp(t *test) {
	books := t.rich(3)
	state := books.state()
	created := t.world.Sometimes("a payment made a new account")
	emptied := t.world.Sometimes("a payment emptied an account")
	refused := map[error]func(bool){}
	for _, rule := range []error{chain.ErrBadNonce, chain.ErrBadBalance} {
		refused[rule] = t.world.Sometimes("a payment was refused: " + rule.Error())
	}
	for range 8 {
		tx := t.payment(books, 3)
		fresh := books.balance[tx.Recipient] == nil
		want := books.pay(tx)
		created(want == nil && fresh && tx.Amount > 0)
		emptied(want == nil && tx.Amount > 0 && books.of(tx.Sender).Sign() == 0)
		for rule, met := range refused {
			met(slices.Contains(want, rule))
		}
		if !t.wants(chn5Valid, describe(tx), want, t.execute(state, tx)) || !t.same(chn6Moves, describe(tx), books,
			state) {
			return
		}
	}
}

// payYourself pays an account's whole balance to itself, then some of it, then nothing, then more than
// there is. An executor that takes from the sender and then writes the recipient, or the other way
// round, makes or destroys money here and nowhere else.
func payYourself(t *test) {
	books := t.rich(2)
	state := books.state()
	// The payments depend on what the account has: all of it, some, nothing, one more.
	all := books.of(Account(0)).Uint64()
	for _, amount := range []uint64{all, 5 * t.rand.Uint64N(4), 0, all + 1} {
		tx := Pay(0, 0, books.nonce[Account(0)], amount)
		if !t.pays(chn6Oneself, chn6Oneself, state, books, tx) {
			return
		}
	}
}

// newAccount pays accounts that nobody ever paid. They begin with nothing and nonce 0, and can pay at
// once with what they got. Nothing is an amount too, and creates an account that has nothing.
func newAccount(t *test) {
	books := t.rich(1)
	state := books.state()
	// Account D is the new one; E gets what D hands on.
	nonce, amount := books.nonce[Account(0)], 1+t.rand.Uint64N(10)
	for _, tx := range []mempool.Transaction{
		Pay(0, 3, nonce, amount), // nobody ever paid account D
		Pay(3, 4, 0, amount),     // which hands all of it on
		Pay(0, 1, nonce+1, 0),    // nothing is an amount, too
		Pay(1, 0, 0, 0),
	} {
		if !t.pays(chn6Moves, chn6Moves, state, books, tx) {
			return
		}
	}
}

// nonceExact tries nonces around the one that is due: the one before, the one after, itself, itself
// again, then the next but one, the next, and the first of all. Only the very next is valid, and each
// uses up its own.
func nonceExact(t *test) {
	books := t.rich(2)
	books.nonce[Account(0)] = 1 + t.rand.Uint64N(3)
	state := books.state()
	// Around the nonce that is due, in an order in which each try would do harm.
	next := books.nonce[Account(0)]
	for _, nonce := range []uint64{next - 1, next + 1, next, next, next + 2, next + 1, 0} {
		tx := Pay(0, 1, nonce, 5)
		want := books.pay(tx)
		if !t.wants(chn5Valid, describe(tx), want, t.execute(state, tx)) {
			return
		}
	}
	t.same(chn5Valid, "all of them", books, state)
}

// balanceExact moves balances to their bounds: one more than there is, all there is, one of an empty
// account, nothing of an empty account. One account has more than 2^63, which is no debt.
func balanceExact(t *test) {
	books := t.rich(1)
	books.balance[Account(4)] = new(big.Int).SetUint64(1<<63 + 20)
	state := books.state()
	all := books.of(Account(0)).Uint64()
	nonce := books.nonce[Account(0)]
	for _, tx := range []mempool.Transaction{
		Pay(0, 1, nonce, all+1),           // one too much
		Pay(2, 1, 0, 1),                   // an account that nobody ever paid
		Pay(2, 1, 0, 0),                   // it has enough for nothing
		Pay(0, 3, nonce, all),             // all of it, to a new account
		Pay(0, 1, nonce+1, 1),             // nothing is left
		Pay(3, 0, 0, 1+t.rand.Uint64N(4)), // the new account is one like all others
		Pay(0, 4, nonce+1, 1<<63+40),      // far more than there is
		Pay(4, 0, 0, 5),                   // one of 2^63 and more is rich, not in debt
		Pay(4, 5, 1, 1<<63),
	} {
		if !t.pays(chn5Valid, chn6Moves, state, books, tx) {
			return
		}
	}
}

// balanceOverflow has a recipient with hardly any room below 2^64. One more than the room is refused,
// the room itself is not. To oneself nothing is added up; and from an account that is nearly full to an
// empty one everything fits.
func balanceOverflow(t *test) {
	books := t.rich(1)
	// How much account B can still take.
	room := 1 + t.rand.Uint64N(4)
	books.balance[Account(0)] = new(big.Int).SetUint64(20)
	books.balance[Account(1)] = new(big.Int).SetUint64(math.MaxUint64 - room)
	state := books.state()
	nonce := books.nonce[Account(0)]
	for _, tx := range []mempool.Transaction{
		Pay(0, 1, nonce, room+1),
		Pay(0, 1, nonce, 20),
		Pay(1, 1, 0, 1<<63),          // to oneself: nothing is added up
		Pay(0, 1, nonce, room),       // to the brim
		Pay(0, 1, nonce+1, 1),        // over it
		Pay(1, 0, 1, math.MaxUint64), // both sums would pass, the sender's own balance aside
		Pay(1, 2, 1, math.MaxUint64), // to an empty account it fits
		Pay(1, 0, 2, 0),
	} {
		says := chn8Sum
		if tx.Sender == tx.Recipient {
			says = chn6Oneself // there is no sum
		}
		if !t.pays(says, says, state, books, tx) {
			return
		}
	}
}

// forgedPayments changes one thing at a time in a payment that was signed: the amount, the recipient,
// the nonce, the account, the signature. None is valid although balance and nonce would do, and the
// honest payment is valid afterwards.
func forgedPayments(t *test) {
	books := t.rich(2)
	books.balance[Account(0)] = big.NewInt(1000)
	state := books.state()
	nonce := books.nonce[Account(0)]
	honest := Pay(0, 1, nonce, 20)
	forgeries := []struct {
		what  string
		forge func(tx *mempool.Transaction)
	}{
		{"with another amount", func(tx *mempool.Transaction) { tx.Amount += 1 + t.rand.Uint64N(100) }},
		{"with another recipient", func(tx *mempool.Transaction) { tx.Recipient = Account(2) }},
		{"with another nonce", func(tx *mempool.Transaction) {
			tx.Nonce, tx.Signature = nonce,
				Pay(0, 1, nonce+1, 20).Signature
		}},
		{"with another's signature", func(tx *mempool.Transaction) { tx.Signature = Pay(1, 1, nonce, 20).Signature }},
		{"with a bit flipped in R",
			func(tx *mempool.Transaction) { tx.Signature[t.rand.IntN(32)] ^= 1 << t.rand.IntN(8) }},
		{"with a bit flipped in S",
			func(tx *mempool.Transaction) { tx.Signature[32+t.rand.IntN(28)] ^= 1 << t.rand.IntN(8) }},
		{"without a signature", func(tx *mempool.Transaction) { tx.Signature = mempool.Signature{} }},
		{"from the richer account A", func(tx *mempool.Transaction) {
			*tx = Pay(1, 2, nonce,
				20)
			tx.Sender = Account(0)
		}},
	}
	for _, f := range forgeries {
		tx := honest
		f.forge(&tx)
		if !t.wants(chn5Valid, "a payment "+f.what, []error{chain.ErrBadSignature}, t.execute(state, tx)) {
			return
		}
	}
	want := books.pay(honest)
	if t.wants(chn5Valid, "the honest payment", want, t.execute(state, honest)) {
		t.same(chn5Valid, "the honest payment", books, state)
	}
}

// craftedSignatures uses keys of small order: with R of small order as well and S = 0 the signature is
// valid for every message by ZIP-215, and by RFC 8032 as most libraries read it for hardly any. Nodes
// that disagree about one of these fork.
func craftedSignatures(t *test) {
	books := t.rich(1)
	state := books.state()
	for n := range 3 {
		tx := mempool.Transaction{Sender: t.smallOrder(), Recipient: Account(0)}
		tx.Nonce = state.Account(tx.Sender).Nonce
		r := t.smallOrder()
		copy(tx.Signature[:32], r[:])
		if n == 2 {
			tx.Signature[32] = 1 // and no longer: S = 1
			books.forged[tx] = true
		}
		want := books.pay(tx)
		if !t.wants(mempooltest.CHN13Valid, "a signature with points of small order", want, t.execute(state, tx)) {
			return
		}
	}
	t.same(mempooltest.CHN13Valid, "payments of nothing", books, state)
}

// smallOrder draws an encoding of a point of small order, canonical or not.
func (t *test) smallOrder() (p mempool.PublicKey) {
	switch t.rand.IntN(4) {
	case 0: // y = 0: order 4
	case 1: // y = p - 1: order 2
		p = ones()
		p[0] = 0xec
	case 2: // y = p, which is 0
		p = ones()
		p[0] = 0xed
	case 3: // y = p + 1, which is 1: the neutral point
		p = ones()
		p[0] = 0xee
	}
	p[31] |= byte(t.rand.IntN(2)) << 7
	return p
}

// ones is 2^255 - 1, the largest y that has no sign.
func ones() (p mempool.PublicKey) {
	for i := range p {
		p[i] = 0xff
	}
	p[31] = 0x7f
	return p
}
