package nodetest

import (
	"crypto/ed25519"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
)

// keys are those of the people in the scenarios, and of the miners. They are the same in every run.
var keys = func() (keys [12]ed25519.PrivateKey) {
	for i := range keys {
		seed := [ed25519.SeedSize]byte{byte(i + 1)}
		keys[i] = ed25519.NewKeyFromSeed(seed[:])
	}
	return keys
}()

// People. The miner of the n-th node is person n.
const (
	alice = 8 + iota
	bob
	carol
	dave
)

// account is a person's account.
func account(person int) mempool.PublicKey {
	return mempool.PublicKey(keys[person].Public().(ed25519.PublicKey))
}

// pay is a payment between people, signed.
func pay(from, to int, nonce, amount uint64) mempool.Transaction {
	return mempool.Sign(keys[from], account(to), nonce, amount)
}

// next mines the block after parent. Whether its transactions are valid is the scenario's business.
func next(parent chain.Block, coinbase int, txs ...mempool.Transaction) chain.Block {
	return chaintest.Mine(params, chain.Block{
		Number:       parent.Number + 1,
		Parent:       parent.Hash(),
		Coinbase:     account(coinbase),
		Transactions: txs,
	})
}

// unsolve takes away the proof of work.
func unsolve(b chain.Block) chain.Block {
	for params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// branch mines blocks after parent, one upon the other.
func branch(parent chain.Block, coinbase, length int) []chain.Block {
	blocks := make([]chain.Block, length)
	for i := range blocks {
		parent = next(parent, coinbase)
		blocks[i] = parent
	}
	return blocks
}

// broken mines a block after parent that has its proof of work and spends what is not there.
func broken(parent chain.Block, coinbase int) chain.Block {
	return next(parent, coinbase, pay(dave, bob, 0, 1))
}

// last is the last of a row that has one.
func last[B any](blocks []B) B { return blocks[len(blocks)-1] }
