package chain

import (
	"strata/chain"
	"strata/mempool"
)

// Build makes the next block (CHN-10). As long as it has room, every transaction of the pool that could
// validly come next is in it, whatever the order of the pool (CHN-11): one may wait for the nonce, or for
// the money, that another one brings.
//
// What can never become valid is evicted, and nothing else (CHN-12): a nonce below that of the account on
// s, which sift finds, and a wrong signature, should one be found. The block under way may never be mined,
// so that nothing is dead for its sake. A signature costs a thousand times what everything else does:
// check one only if its transaction would be taken, and once. s stays as it is.
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
