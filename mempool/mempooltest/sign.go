package mempooltest

import (
	"crypto/ed25519"
	"encoding/binary"
	"sync"

	"strata/mempool"
)

// Keys returns n private keys, the same in every run.
func Keys(n int) []ed25519.PrivateKey {
	all := make([]ed25519.PrivateKey, n)
	for i := range all {
		all[i] = key(i)
	}
	return all
}

// Account is the account of the n-th key, from 0.
func Account(n int) mempool.PublicKey {
	return mempool.PublicKey(key(n).Public().(ed25519.PublicKey))
}

// NameOf is how reports name an account: A for Account(0), and so on up to H; others by the beginning of the key.
func NameOf(key mempool.PublicKey) string {
	for n := range 8 {
		if Account(n) == key {
			return string(rune('A' + n))
		}
	}
	return key.String()[:8]
}

// Pay is a valid transaction between the accounts of the keys of these numbers. Each is signed
// once in a process, however often it is asked for.
func Pay(from, to int, nonce, amount uint64) mempool.Transaction {
	return payments.of(payment{from, to, nonce, amount}, func() mempool.Transaction {
		return mempool.Sign(key(from), Account(to), nonce, amount)
	})
}

// key is the n-th private key. Its seed is its number.
func key(n int) ed25519.PrivateKey {
	return keys.of(n, func() ed25519.PrivateKey {
		seed := binary.BigEndian.AppendUint64(make([]byte, 24, ed25519.SeedSize), uint64(n)+1)
		return ed25519.NewKeyFromSeed(seed)
	})
}

type payment struct {
	from, to      int
	nonce, amount uint64
}

// What is signed is kept for the process: a suite runs over hundreds of seeds, on several
// goroutines, and signatures would cost more than all the rest of a run.
var (
	keys     memo[int, ed25519.PrivateKey]
	payments memo[payment, mempool.Transaction]
)

// maxKept bounds what a memo remembers; then it starts afresh.
const maxKept = 1 << 14

// memo remembers what was made.
type memo[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]V
}

func (m *memo[K, V]) of(k K, produce func() V) V {
	m.mu.Lock()
	v, ok := m.kept[k]
	m.mu.Unlock()
	if ok {
		return v
	}
	v = produce() // without the lock: it may ask for another, and twice the same does no harm
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || len(m.kept) == maxKept {
		m.kept = make(map[K]V)
	}
	m.kept[k] = v
	return v
}
