// This file is yours to edit. docs/6-chain.md is the chapter; `make reset LAYER=chain` gives a fresh copy.

package chain

import (
	"strata/chain"
	"strata/mempool"
	"strata/network"
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
