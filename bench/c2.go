package main

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/node/offloop/signatures"
	reference "strata/solutions/chain"
)

// c2Params have no proof of work to speak of: it is not what is measured.
var c2Params = chain.Params{Difficulty: 1, BlockReward: 10_000, MaxTransactions: 10}

const (
	c2Batch   = 512  // blocks that sync executes together
	c2Batches = 8    // more transactions than are remembered as verified: 40,960
	c2Known   = 1600 // blocks whose transactions are all remembered
	c2Alone   = 4096 // transactions that the baseline verifies
)

// c2 is applying full blocks of ten transactions, on one core. The baseline verifies their
// signatures with crypto/ed25519 one by one and does nothing else.
func c2() []figure {
	return []figure{{
		id: "C2", title: "full blocks while syncing, signatures included", unit: "transactions/s",
		ours:   side{"ours", func() (float64, error) { return onOneCore(applySynced) }},
		base:   side{"crypto/ed25519 alone", func() (float64, error) { return onOneCore(verifyAlone) }},
		target: atLeast(4),
	}, {
		id: "C2", title: "full blocks, signatures known", unit: "transactions/s",
		ours: side{"ours", func() (float64, error) {
			verifier := knowing()
			return onOneCore(func() (int, error) { return applyKnown(verifier) })
		}}, target: atLeast(400_000),
	}}
}

// onOneCore runs what returns how much it did on one core, and returns the rate. The time is that
// which the process had of the core, the garbage collector's included: the three runs are too different in
// length to share the disturbance of others.
func onOneCore(run func() (int, error)) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fullBlocks()
	began := cpuTime()
	done, err := run()
	return float64(done) / (cpuTime() - began).Seconds(), err
}

// cpuTime is what this process has used of all cores so far.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(fmt.Sprintf("bench: %v", err)) // it has no other way to fail than a wrong argument
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// fullBlocks is a chain of full blocks. Each of 256 senders has money in richState.
var fullBlocks = sync.OnceValue(func() []chain.Block {
	keys := richKeys()
	nonces := make([]uint64, len(keys))
	parent := chain.Genesis()
	var blocks []chain.Block
	for i := range c2Batch * c2Batches {
		b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: mempool.PublicKey{1}}
		for j := range c2Params.MaxTransactions {
			from := (i*c2Params.MaxTransactions + j) % len(keys)
			to := mempool.PublicKey(keys[(from+7)%len(keys)].Public().(ed25519.PublicKey))
			b.Transactions = append(b.Transactions, mempool.Sign(keys[from], to, nonces[from], 3))
			nonces[from]++
		}
		for !c2Params.MeetsDifficulty(b.Hash()) {
			b.Nonce++
		}
		blocks = append(blocks, b)
		parent = b
	}
	return blocks
})

func richKeys() []ed25519.PrivateKey {
	keys := make([]ed25519.PrivateKey, 256)
	for i := range keys {
		keys[i] = ed25519.NewKeyFromSeed(binary.BigEndian.AppendUint64(make([]byte, 24), uint64(i)))
	}
	return keys
}

func richState() *chain.State {
	s := chain.NewState()
	for _, key := range richKeys() {
		s.SetAccount(mempool.PublicKey(key.Public().(ed25519.PublicKey)), chain.Account{Balance: 1 << 40})
	}
	return s
}

// applySynced verifies and applies the chain as sync does: a batch at a time.
func applySynced() (int, error) {
	blocks, s := fullBlocks(), richState()
	verifier := signatures.Remember(mempool.ZIP215{})
	for batch := range slices.Chunk(blocks, c2Batch) {
		var txs []mempool.Transaction
		for _, b := range batch {
			txs = append(txs, b.Transactions...)
		}
		if slices.Contains(verifier.VerifyBatch(txs), false) {
			return 0, errors.New("a right signature is refused")
		}
		if err := apply(verifier, s, batch); err != nil {
			return 0, err
		}
	}
	return len(blocks) * c2Params.MaxTransactions, nil
}

// apply executes the blocks as the tree does, each on a fork of the state.
func apply(verifier mempool.Verifier, s *chain.State, blocks []chain.Block) error {
	executor := reference.New(chain.Config{Params: c2Params, Verifier: verifier})
	for _, b := range blocks {
		fork := s.Fork()
		if err := executor.Apply(fork, chain.Seal(b)); err != nil {
			return fmt.Errorf("block %d: %w", b.Number, err)
		}
		s.Absorb(fork)
	}
	return nil
}

// applyKnown applies blocks whose transactions the verifier remembers, as it does those that came
// through the pool.
func applyKnown(verifier mempool.Verifier) (int, error) {
	blocks := fullBlocks()[:c2Known]
	const rounds = 10
	for range rounds {
		if err := apply(verifier, richState(), blocks); err != nil {
			return 0, err
		}
	}
	return rounds * len(blocks) * c2Params.MaxTransactions, nil
}

// knowing is a verifier that remembers the transactions of applyKnown.
func knowing() mempool.Verifier {
	verifier := signatures.Remember(mempool.ZIP215{})
	for _, b := range fullBlocks()[:c2Known] {
		verifier.VerifyBatch(b.Transactions)
	}
	return verifier
}

// verifyAlone is what the standard library does.
func verifyAlone() (int, error) {
	var txs []mempool.Transaction
	for _, b := range fullBlocks()[:c2Alone/c2Params.MaxTransactions] {
		txs = append(txs, b.Transactions...)
	}
	for _, tx := range txs {
		if !ed25519.Verify(tx.Sender[:], tx.SigningText(), tx.Signature[:]) {
			return 0, errors.New("a right signature is refused")
		}
	}
	return len(txs), nil
}
