package wallet_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"strata/mempool"
	"strata/wallet"
)

// What follows is a small network of nodes with pools and chains, as far as a wallet can tell it from a real
// one: blocks take transactions by the rules of nonce and balance, the higher chain wins, and what a
// reorganisation returns is pooled again.

// modelBlock is a block of a model's chain.
type modelBlock struct {
	name   string
	number uint64
	parent *modelBlock
	txs    []mempool.Transaction
}

// modelNode is one node.
type modelNode struct {
	tip  *modelBlock
	pool []mempool.Transaction

	away      bool            // does not answer
	lost      bool            // the answer to the next submission does not come
	drops     bool            // and with it the submission itself is lost
	crash     bool            // the wallet's process ends within the next submission
	onLook    func()          // called between two answers
	submitted map[string]bool // ids that it took by its API
}

func (n *modelNode) String() string { return "at " + n.tip.name }

const modelFunds = 100_000 // more than all purposes together

var owner = pay(0).Sender

// account executes the chain for the owner.
func (n *modelNode) account() (balance, nonce uint64) {
	balance = modelFunds
	for b := n.tip; b != nil; b = b.parent {
		for _, tx := range b.txs {
			if tx.Recipient != owner {
				balance -= tx.Amount
			}
			nonce++
		}
	}
	return balance, nonce
}

func (n *modelNode) block(id mempool.TxID) *modelBlock {
	for b := n.tip; b != nil; b = b.parent {
		if slices.ContainsFunc(b.txs, func(tx mempool.Transaction) bool { return tx.ID() == id }) {
			return b
		}
	}
	return nil
}

// add pools a transaction; of two with one nonce the first stays (MEM-4).
func (n *modelNode) add(tx mempool.Transaction) bool {
	for _, other := range n.pool {
		if other.Nonce == tx.Nonce {
			return other.ID() == tx.ID()
		}
	}
	n.pool = append(n.pool, tx)
	return true
}

// mine makes the next block of what the pool has that is valid.
func (n *modelNode) mine(name string, empty bool) {
	b := &modelBlock{name: name, number: n.tip.number + 1, parent: n.tip}
	balance, nonce := n.account()
	for found := !empty; found; {
		found = false
		for _, tx := range n.pool {
			if tx.Nonce == nonce && tx.Amount <= balance {
				b.txs = append(b.txs, tx)
				if tx.Recipient != owner {
					balance -= tx.Amount
				}
				nonce++
				found = true
			}
		}
	}
	n.adopt(b)
}

// adopt makes a block the tip: what its chain has leaves the pool, and what the other had comes back.
func (n *modelNode) adopt(tip *modelBlock) {
	old := n.tip
	n.tip = tip
	n.pool = slices.DeleteFunc(n.pool, func(tx mempool.Transaction) bool { return n.block(tx.ID()) != nil })
	for b := old; b != nil; b = b.parent {
		for _, tx := range b.txs {
			if n.block(tx.ID()) == nil {
				n.add(tx)
			}
		}
	}
}

// meet has two nodes agree on the higher chain, and share what they pool.
func (n *modelNode) meet(other *modelNode) {
	switch {
	case n.tip.number > other.tip.number:
		other.adopt(n.tip)
	case other.tip.number > n.tip.number:
		n.adopt(other.tip)
	}
	for _, tx := range slices.Clone(n.pool) {
		other.add(tx)
	}
	for _, tx := range slices.Clone(other.pool) {
		n.add(tx)
	}
}

// The node as a wallet sees it.

func (n *modelNode) answers() error {
	if n.onLook != nil {
		n.onLook()
	}
	if n.away {
		return wallet.ErrUnreachable
	}
	return nil
}

func (n *modelNode) Chain(context.Context) (wallet.Chain, error) {
	first, err := n.HashAt(context.Background(), 1)
	return wallet.Chain{Genesis: "genesis", Difficulty: 1, First: first}, err
}

func (n *modelNode) HashAt(_ context.Context, number uint64) (string, error) {
	for b := n.tip; b != nil; b = b.parent {
		if b.number == number {
			return b.name, n.answers()
		}
	}
	return "", n.answers()
}

func (n *modelNode) Account(context.Context, mempool.PublicKey) (wallet.Account, error) {
	balance, nonce := n.account()
	next := nonce
	for slices.ContainsFunc(n.pool, func(tx mempool.Transaction) bool { return tx.Nonce == next }) {
		next++
	}
	return wallet.Account{Balance: balance, Nonce: nonce, Next: next, Height: n.tip.number, Tip: n.tip.name}, n.answers()
}

func (n *modelNode) Transaction(_ context.Context, id mempool.TxID) (wallet.Entry, bool, error) {
	if b := n.block(id); b != nil {
		return wallet.Entry{Block: b.number, Hash: b.name, Depth: n.tip.number - b.number + 1}, true, n.answers()
	}
	waits := slices.ContainsFunc(n.pool, func(tx mempool.Transaction) bool { return tx.ID() == id })
	return wallet.Entry{Waiting: waits}, waits, n.answers()
}

// crashed is what a wallet's process ends with.
type crashed struct{}

func (n *modelNode) Submit(_ context.Context, tx mempool.Transaction, replaces string) error {
	if err := n.answers(); err != nil {
		return err
	}
	lost, drops, crash := n.lost, n.drops, n.crash
	n.lost, n.drops, n.crash = false, false, false
	var err error
	if !drops {
		err = n.take(tx, replaces)
	}
	if crash {
		panic(crashed{})
	}
	if lost || drops {
		return wallet.ErrUnreachable
	}
	return err
}

// take does what the API does: what can never be valid is refused.
func (n *modelNode) take(tx mempool.Transaction, replaces string) error {
	balance, nonce := n.account()
	if n.block(tx.ID()) != nil {
		return nil
	}
	if replaces != "" {
		n.pool = slices.DeleteFunc(n.pool, func(other mempool.Transaction) bool { return other.ID().String() == replaces })
	}
	for _, other := range n.pool {
		if other.Nonce != tx.Nonce && other.Recipient != owner {
			balance -= min(balance, other.Amount)
		}
	}
	if tx.Nonce < nonce || tx.Amount > balance || !n.add(tx) {
		return &wallet.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("nonce %d, balance %d", nonce, balance)}
	}
	n.submitted[tx.ID().String()] = true
	return nil
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func pay(nonce uint64) mempool.Transaction {
	return mempool.Sign(key(1), mempool.PublicKey{2}, nonce, 10)
}
