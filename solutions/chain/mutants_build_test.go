package chain_test

import (
	"slices"

	"strata/chain"
	"strata/mempool"
)

// Build builds a block.
func (w wrong) Build(s *chain.State, pool chain.Pool, coinbase mempool.PublicKey) chain.Block {
	b := chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase}
	if w.is("no coinbase") {
		b.Coinbase = mempool.PublicKey{}
	}
	if w.is("no parent") {
		b.Parent = chain.BlockHash{}
	}
	if w.is("empty") {
		return b
	}
	fork := s.Fork()
	if w.is("on the state") {
		fork = s
	}
	if w.is("takes the reward") {
		_ = w.reward(fork, coinbase, 0)
	}
	txs := pool.Transactions()
	w.evict(s, pool, txs)
	if w.is("by nonce") {
		slices.SortStableFunc(txs, func(x, y mempool.Transaction) int { return int(x.Nonce) - int(y.Nonce) })
		txs = txs[:len(txs)*3/4]
	}
	for took := true; took; {
		took = w.pass(fork, txs, &b) && !w.is("one pass")
	}
	for _, tx := range txs {
		if w.is("evicts taken") && slices.Contains(b.Transactions, tx) || w.is("evicts by block") && tx.Nonce < fork.Account(tx.Sender).Nonce {
			pool.Evict(tx.ID())
		}
	}
	return b
}

func (w wrong) evict(s *chain.State, pool chain.Pool, txs []mempool.Transaction) {
	for _, tx := range txs {
		a := s.Account(tx.Sender)
		switch {
		case tx.Nonce < a.Nonce && !w.is("evicts nothing"),
			tx.Nonce > a.Nonce && w.is("evicts future"),
			tx.Amount > a.Balance && w.is("evicts poor"),
			w.is("evicts all"):
			pool.Evict(tx.ID())
		}
	}
}

func (w wrong) pass(fork *chain.State, txs []mempool.Transaction, b *chain.Block) (took bool) {
	most := w.p.MaxTransactions
	if w.is("overfull") {
		most++
	}
	for _, tx := range txs {
		known := slices.ContainsFunc(b.Transactions, func(in mempool.Transaction) bool {
			return in == tx || w.is("one of a sender") && in.Sender == tx.Sender
		})
		if len(b.Transactions) >= most || known && !(w.is("twice") && len(b.Transactions) == 1) {
			continue
		}
		executor := w
		if w.is("takes forged") {
			executor.slip = "no signature"
		}
		if w.is("takes past") {
			executor.slip = "nonce or earlier"
		}
		if w.is("twice") {
			executor.slip = "any nonce"
		}
		try := fork.Fork()
		if executor.Execute(try, tx) != nil || !w.is("reward forgotten") && w.reward(try.Fork(), b.Coinbase, 0) != nil {
			if w.is("stops at a gap") {
				return false
			}
			continue
		}
		fork.Absorb(try)
		b.Transactions = append(b.Transactions, tx)
		took = true
	}
	return took
}
