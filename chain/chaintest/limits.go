package chaintest

import (
	"math"
	"math/big"

	"strata/chain"
	"strata/mempool"
)

// buildRewardOverflow has a coinbase, account C, with little room beyond the reward. A payment to it
// fills that to the last unit; in a second block another is one too much, and has to stay out for the reward's sake.
// In half of the seeds the coinbase itself pays something, which makes room for as much if it comes first.
func buildRewardOverflow(t *test) {
	full := t.world.Sometimes("a payment to the coinbase had to stay out for the reward's sake")
	out := t.world.Sometimes("a payment of the coinbase made room")
	for over := range uint64(2) {
		books := t.rich(1)
		books.balance[Account(0)] = big.NewInt(40)
		room, paid := 5+t.rand.Uint64N(10), t.rand.Uint64N(2)*t.rand.Uint64N(12)
		books.balance[Account(2)] = new(big.Int).SetUint64(math.MaxUint64 - t.params.BlockReward - room)
		nonceA := books.nonce[Account(0)]
		offer := t.shuffled(Pay(0, 2, nonceA, room+paid+over), Pay(0, 1, nonceA+1, 5))
		if paid > 0 {
			offer.txs = append(offer.txs, Pay(2, 1, 0, paid))
		}
		b := t.builds(books.state(), books, offer)
		if b == nil {
			return
		}
		full(len(b.Transactions) < len(offer.txs) && len(b.Transactions) < t.params.MaxTransactions)
		out(len(b.Transactions) == 3)
	}
}

// forgedLater has the executor execute a payment, the same with a bit of the signature changed, and the first once
// more, each on a state of its own. What it made of one says nothing about another. The payment may be one of nothing.
func forgedLater(t *test) {
	books := t.rich(2)
	honest := Pay(0, 1, books.nonce[Account(0)], 20*t.rand.Uint64N(2))
	forged := honest
	forged.Signature[t.rand.IntN(60)] ^= 1 << t.rand.IntN(8)
	txs := []mempool.Transaction{honest, forged, honest}
	if t.rand.IntN(2) == 0 {
		txs = []mempool.Transaction{forged, honest, forged}
	}
	for _, tx := range txs {
		what, want := "the honest payment", []error(nil)
		if tx == forged {
			what, want = "the same payment with another signature", []error{chain.ErrBadSignature}
		}
		if !t.wants(chn5Valid, what, want, t.execute(books.state(), tx)) {
			return
		}
	}
}

// buildLargePool offers 150 payments that wait for a nonce that is missing, and one that is valid, in the last place
// or in any; which is drawn. It gets in.
func buildLargePool(t *test) {
	books := t.rich(2)
	var txs []mempool.Transaction
	for n := range uint64(150) {
		txs = append(txs, Pay(1, 0, books.nonce[Account(1)]+2+n, 5))
	}
	txs = append(txs, Pay(0, 1, books.nonce[Account(0)], 5))
	offer := &pool{txs: txs}
	if t.rand.IntN(2) == 0 {
		offer = t.shuffled(txs...)
	}
	t.builds(books.state(), books, offer)
}
