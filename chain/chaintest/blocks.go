package chaintest

import (
	"crypto/ed25519"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// Keys returns n private keys, the same in every run.
func Keys(n int) []ed25519.PrivateKey { return mempooltest.Keys(n) }

// Account is the account of the n-th key, from 0.
func Account(n int) mempool.PublicKey { return mempooltest.Account(n) }

// Pay is a valid transaction between the accounts of the keys of these numbers.
func Pay(from, to int, nonce, amount uint64) mempool.Transaction {
	return mempooltest.Pay(from, to, nonce, amount)
}

// Mine returns the block with the first nonce, from its own on, with which it meets the
// difficulty.
func Mine(params chain.Params, b chain.Block) chain.Block {
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// Next is the mined block after s with these transactions, whether they are valid or not.
func Next(p chain.Params, s *chain.State, coinbase mempool.PublicKey, txs ...mempool.Transaction) chain.Block {
	return Mine(p, chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase, Transactions: txs})
}

// Seal seals blocks in their order.
func Seal(blocks ...chain.Block) []chain.Sealed {
	sealed := make([]chain.Sealed, len(blocks))
	for i, b := range blocks {
		sealed[i] = chain.Seal(b)
	}
	return sealed
}

// Unseal takes the blocks out again.
func Unseal(sealed []chain.Sealed) []chain.Block {
	var blocks []chain.Block
	for _, s := range sealed {
		blocks = append(blocks, s.Block)
	}
	return blocks
}
