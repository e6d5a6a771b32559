// This file is yours to edit. docs/6-chain.md is the chapter; `make reset LAYER=chain` gives a fresh copy.

package chain

import (
	"strata/chain"
	"strata/mempool"
	"strata/network"
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
	panic(network.NotWritten("chain.3")) // 21 lines in our solution
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
