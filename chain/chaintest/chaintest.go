// Package chaintest is the conformance suite of layer 6, and makes the keys, transactions and
// mined blocks that the tests of others need.
//
// The suite plays random transactions and blocks against a ledger that is written as plainly as
// the rules are (ledger.go), and shares nothing with an executor.
package chaintest

import (
	"crypto/ed25519"
	"encoding/binary"
	"sync"

	"strata/chain"
	"strata/mempool"
)

// Keys returns n private keys, the same in every run.
func Keys(n int) []ed25519.PrivateKey {
	keys := make([]ed25519.PrivateKey, n)
	for i := range keys {
		keys[i] = key(i)
	}
	return keys
}

// Account is the account of the n-th key, from 0.
func Account(n int) mempool.PublicKey {
	return mempool.PublicKey(key(n).Public().(ed25519.PublicKey))
}

// Pay is a valid transaction between the accounts of the keys of these numbers. Each is signed
// once in a process, however often it is asked for.
func Pay(from, to int, nonce, amount uint64) mempool.Transaction {
	return payments.of(payment{from, to, nonce, amount}, func() mempool.Transaction {
		return mempool.Sign(key(from), Account(to), nonce, amount)
	})
}

// Mine returns the block with the first nonce, from its own on, with which it meets the
// difficulty.
func Mine(p chain.Params, b chain.Block) chain.Block {
	for !p.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// Next is the mined block after s with these transactions, whether they are valid or not.
func Next(p chain.Params, s *chain.State, coinbase mempool.PublicKey, txs ...mempool.Transaction) chain.Block {
	return Mine(p, chain.Block{Number: s.Number() + 1, Parent: s.Hash(), Coinbase: coinbase, Transactions: txs})
}

func key(n int) ed25519.PrivateKey {
	return keys.of(n, func() ed25519.PrivateKey {
		seed := binary.BigEndian.AppendUint64(make([]byte, 24, 32), uint64(n)+1)
		return ed25519.NewKeyFromSeed(seed)
	})
}

type payment struct {
	from, to      int
	nonce, amount uint64
}

// What is signed is kept for the process: a suite runs over hundreds of seeds, on several
// goroutines, and a signature costs as much as all the rest of a run.
var (
	keys     memo[int, ed25519.PrivateKey]
	payments memo[payment, mempool.Transaction]
)

// memo remembers what was made, up to maxKept values.
type memo[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]V
}

const maxKept = 1 << 14

func (m *memo[K, V]) of(k K, produce func() V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[k]
	if ok {
		return v
	}
	if m.kept == nil || len(m.kept) == maxKept {
		m.kept = make(map[K]V)
	}
	v = produce()
	m.kept[k] = v
	return v
}
