package chaintest

import (
	"math"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
)

// rich is a ledger in which the first accounts have some money, and nonces that are not all zero.
func (t *test) rich(accounts int) *ledger {
	l := newLedger()
	for n := range accounts {
		l.balance[Account(n)] = new(big.Int).SetUint64(20 + 10*t.rand.Uint64N(4))
		l.nonce[Account(n)] = t.rand.Uint64N(3)
	}
	return l
}

// payment draws one that is valid more often than not: of the first accounts, to any named one.
func (t *test) payment(l *ledger, accounts int) mempool.Transaction {
	from, to := t.rand.IntN(accounts), t.rand.IntN(accounts+1)
	nonce := l.nonce[Account(from)]
	amount := 5 * t.rand.Uint64N(6)
	switch t.rand.IntN(6) {
	case 0:
		nonce++
	case 1:
		if nonce > 0 {
			nonce--
		}
	case 2:
		amount = l.of(Account(from)).Uint64() + uint64(t.rand.IntN(2)) // all there is, or one more
	}
	return Pay(from, to, nonce, amount)
}

func paymentsAddUp(t *test) {
	l := t.rich(3)
	s := l.state()
	created := t.world.Sometimes("a payment made a new account")
	emptied := t.world.Sometimes("a payment emptied an account")
	refused := map[error]func(bool){}
	for _, rule := range []error{chain.ErrBadNonce, chain.ErrBadBalance} {
		refused[rule] = t.world.Sometimes("a payment was refused: " + rule.Error())
	}
	for range 8 {
		tx := t.payment(l, 3)
		fresh := l.balance[tx.Recipient] == nil
		want := l.pay(tx)
		created(want == nil && fresh && tx.Amount > 0)
		emptied(want == nil && tx.Amount > 0 && l.of(tx.Sender).Sign() == 0)
		for rule, met := range refused {
			met(slices.Contains(want, rule))
		}
		if !t.wants("CHN-5", describe(tx), want, t.execute(s, tx)) || !t.same("CHN-6", describe(tx), l, s) {
			return
		}
	}
}

func payYourself(t *test) {
	l := t.rich(2)
	s := l.state()
	all := l.of(Account(0)).Uint64()
	for _, amount := range []uint64{all, 5 * t.rand.Uint64N(4), 0, all + 1} {
		tx := Pay(0, 0, l.nonce[Account(0)], amount)
		want := l.pay(tx)
		if !t.wants("CHN-6", describe(tx), want, t.execute(s, tx)) || !t.same("CHN-6", describe(tx), l, s) {
			return
		}
	}
}

func newAccount(t *test) {
	l := t.rich(1)
	s := l.state()
	nonce, amount := l.nonce[Account(0)], 1+t.rand.Uint64N(10)
	for _, tx := range []mempool.Transaction{
		Pay(0, 3, nonce, amount), // nobody ever paid account D
		Pay(3, 4, 0, amount),     // which hands all of it on
		Pay(0, 1, nonce+1, 0),    // nothing is an amount, too
		Pay(1, 0, 0, 0),
	} {
		want := l.pay(tx)
		if !t.wants("CHN-6", describe(tx), want, t.execute(s, tx)) || !t.same("CHN-6", describe(tx), l, s) {
			return
		}
	}
}

func nonceExact(t *test) {
	l := t.rich(2)
	l.nonce[Account(0)] = 1 + t.rand.Uint64N(3)
	s := l.state()
	next := l.nonce[Account(0)]
	for _, nonce := range []uint64{next - 1, next + 1, next, next, next + 2, next + 1, 0} {
		tx := Pay(0, 1, nonce, 5)
		want := l.pay(tx)
		if !t.wants("CHN-5", describe(tx), want, t.execute(s, tx)) {
			return
		}
	}
	t.same("CHN-5", "all of them", l, s)
}

func balanceExact(t *test) {
	l := t.rich(1)
	l.balance[Account(4)] = new(big.Int).SetUint64(1<<63 + 20)
	s := l.state()
	all := l.of(Account(0)).Uint64()
	nonce := l.nonce[Account(0)]
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
		want := l.pay(tx)
		if !t.wants("CHN-5", describe(tx), want, t.execute(s, tx)) || !t.same("CHN-6", describe(tx), l, s) {
			return
		}
	}
}

func balanceOverflow(t *test) {
	l := t.rich(1)
	room := 1 + t.rand.Uint64N(4) // what account B can still take
	l.balance[Account(0)] = new(big.Int).SetUint64(20)
	l.balance[Account(1)] = new(big.Int).SetUint64(math.MaxUint64 - room)
	s := l.state()
	nonce := l.nonce[Account(0)]
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
		want := l.pay(tx)
		if !t.wants("CHN-8", describe(tx), want, t.execute(s, tx)) || !t.same("CHN-8", describe(tx), l, s) {
			return
		}
	}
}

func forgedPayments(t *test) {
	l := t.rich(2)
	l.balance[Account(0)] = big.NewInt(1000)
	s := l.state()
	nonce := l.nonce[Account(0)]
	honest := Pay(0, 1, nonce, 20)
	forgeries := []struct {
		what  string
		forge func(tx *mempool.Transaction)
	}{
		{"with another amount", func(tx *mempool.Transaction) { tx.Amount += 1 + t.rand.Uint64N(100) }},
		{"with another recipient", func(tx *mempool.Transaction) { tx.Recipient = Account(2) }},
		{"with another nonce", func(tx *mempool.Transaction) { tx.Nonce, tx.Signature = nonce, Pay(0, 1, nonce+1, 20).Signature }},
		{"with another's signature", func(tx *mempool.Transaction) { tx.Signature = Pay(1, 1, nonce, 20).Signature }},
		{"with a bit flipped in R", func(tx *mempool.Transaction) { tx.Signature[t.rand.IntN(32)] ^= 1 << t.rand.IntN(8) }},
		{"with a bit flipped in S", func(tx *mempool.Transaction) { tx.Signature[32+t.rand.IntN(28)] ^= 1 << t.rand.IntN(8) }},
		{"without a signature", func(tx *mempool.Transaction) { tx.Signature = mempool.Signature{} }},
		{"from the richer account A", func(tx *mempool.Transaction) { *tx = Pay(1, 2, nonce, 20); tx.Sender = Account(0) }},
	}
	for _, f := range forgeries {
		tx := honest
		f.forge(&tx)
		if !t.wants("CHN-5", "a payment "+f.what, []error{chain.ErrBadSignature}, t.execute(s, tx)) {
			return
		}
	}
	want := l.pay(honest)
	if t.wants("CHN-5", "the honest payment", want, t.execute(s, honest)) {
		t.same("CHN-5", "the honest payment", l, s)
	}
}

// craftedSignatures uses keys of small order: with R of small order as well and S = 0 the
// signature is valid for every message by ZIP-215, and by RFC 8032 as most libraries read it for
// hardly any.
func craftedSignatures(t *test) {
	l := t.rich(1)
	s := l.state()
	for n := range 3 {
		tx := mempool.Transaction{Sender: t.smallOrder(), Recipient: Account(0)}
		tx.Nonce = s.Account(tx.Sender).Nonce
		r := t.smallOrder()
		copy(tx.Signature[:32], r[:])
		if n == 2 {
			tx.Signature[32] = 1 // and no longer: S = 1
			l.forged[tx] = true
		}
		want := l.pay(tx)
		if !t.wants("CHN-13", "a signature with points of small order", want, t.execute(s, tx)) {
			return
		}
	}
	t.same("CHN-13", "payments of nothing", l, s)
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

func ones() (p mempool.PublicKey) {
	for i := range p {
		p[i] = 0xff
	}
	p[31] = 0x7f
	return p
}
