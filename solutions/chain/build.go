package chain

import (
	"strata/chain"
	"strata/mempool"
)

// Build goes over the pool in order of arrival, again and again, and takes what can come next,
// until nothing can or the block is full (CHN-11). One pass is not enough: a transaction may wait
// for the nonce, or for the money, that a later one brings. Every pass but the last takes at
// least one, so there are at most MaxTransactions+1.
//
// What can never become valid is evicted (CHN-12): what sift finds, which is a nonce below that of
// the account on s (not of the block under way, which may never be mined), and what turns out to
// have a wrong signature. Signatures are checked last, because that is what costs: only of what
// is to be taken, and once.
//
// A coinbase so rich that the reward overflows, whatever it spends in the block, cannot have a
// valid block at all (CHN-8); Build then returns one that Apply refuses.
func (e executor) Build(s *chain.State, pool chain.Pool, coinbase mempool.PublicKey) chain.Block {
	//strata:begin chain.3
	b := chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase}
	waiting, dead := sift(s, pool.Transactions())
	fork := s.Fork()
	for took := true; took; {
		took = false
		blocked := waiting[:0] // in place: it never gets ahead of the reading
		for _, tx := range waiting {
			switch {
			case len(b.Transactions) == e.params.MaxTransactions || !e.canFollow(fork, tx, coinbase):
				blocked = append(blocked, tx)
			case e.Execute(fork, tx) != nil:
				dead = append(dead, tx.ID()) // canFollow leaves nothing but the signature
			default:
				b.Transactions = append(b.Transactions, tx)
				took = true
			}
		}
		waiting = blocked
	}
	pool.Evict(dead...)
	return b
	//strata:end
}

// sift parts the transactions whose nonce is yet to come from those whose nonce is past.
func sift(s *chain.State, txs []mempool.Transaction) (waiting []mempool.Transaction, dead []mempool.TxID) {
	for _, tx := range txs {
		if tx.Nonce < s.Account(tx.Sender).Nonce {
			dead = append(dead, tx.ID())
		} else {
			waiting = append(waiting, tx)
		}
	}
	return waiting, dead
}

//strata:begin chain.3

// canFollow says whether the transaction, if its signature is right, is valid on s and the
// coinbase can still take the reward after it. A transaction that the coinbase itself sends never
// stands in the way of that.
func (e executor) canFollow(s *chain.State, tx mempool.Transaction, coinbase mempool.PublicKey) bool {
	_, recipient, err := outcome(s, tx)
	if err != nil || tx.Sender == coinbase {
		return err == nil
	}
	paid := s.Account(coinbase)
	if tx.Recipient == coinbase {
		paid = recipient
	}
	_, err = add(paid.Balance, e.params.BlockReward)
	return err == nil
}

//strata:end
