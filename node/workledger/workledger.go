// Package workledger shows a node of the proof-of-work chain as a ledger, so that it stands beside those of the
// electives under one contract.
//
//	client           watcher
//	  | Submit  Status  | Final  Undone  Refused
//	  v                 |
//	Ledger ------> node.Node: pool, block tree, miner
//
// Here nothing is certain. An operation has a depth, which is final from Confirmations on; a longer chain may undo it
// all the same (LED-3).
//
// # Simplifications
//
//   - It notes every transaction of the chain in memory, and reads all blocks when it starts.
//   - Whom to blame the node's own guard knows: Blamed is never called.
package workledger

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"strata/chain"
	"strata/ledgers"
	"strata/mempool"
	"strata/node"
	"strata/node/blocktree"
)

// Confirmations is the depth from which on an operation is final: its own block and five on it (LED-3).
const Confirmations = 6

// Ledger implements ledgers.Ledger. An operation is the canonical text of a transaction (CHN-1). All methods are called
// on the node's loop.
type Ledger struct {
	node    *node.Node
	watch   ledgers.Watcher
	at      map[ledgers.OpID]uint64              // number of the block of the chain that holds it
	waits   map[ledgers.OpID]mempool.Transaction // submitted here, and not final
	refused map[ledgers.OpID]error
	final   uint64 // number of the newest block that is final; 0: genesis
}

// New makes the ledger of a node that has not been started.
func New(n *node.Node) *Ledger {
	return &Ledger{
		node: n, at: map[ledgers.OpID]uint64{}, waits: map[ledgers.OpID]mempool.Transaction{}, refused: map[ledgers.OpID]error{},
	}
}

// Chain is the hash of the genesis block, which stands for the genesis text here.
func Chain() ledgers.ChainID { return ledgers.ChainID(chain.Genesis().Hash()) }

// ID is a transaction's id as an operation: its signature, which could be varied, is no part of it (LED-2).
func ID(tx mempool.Transaction) ledgers.OpID {
	id := Chain()
	return sha256.Sum256(append(id[:], tx.SigningText()...))
}

// Start is ledgers.Ledger's. What an earlier life of the node had is not told again. Errors: those of node.Node.Start.
func (l *Ledger) Start(w ledgers.Watcher) error {
	l.watch = w
	tip := l.node.Status().Height
	for number := uint64(1); number <= tip; number++ {
		if b, ok := l.node.BlockAt(number); ok {
			l.include(b)
		}
	}
	l.final = settled(tip)
	l.node.OnTip(l.moved)
	return l.node.Start()
}

// settled is the newest block that is final below a tip.
func settled(tip uint64) uint64 { return max(tip, Confirmations-1) - (Confirmations - 1) }

// include notes where the transactions of a block of the chain are.
func (l *Ledger) include(b chain.Sealed) {
	for _, tx := range b.Transactions {
		l.at[ID(tx)] = b.Number
	}
}

// moved follows the tip.
func (l *Ledger) moved(c blocktree.Change) {
	for _, b := range slices.Backward(c.Undone) {
		for _, tx := range slices.Backward(b.Transactions) {
			id := ID(tx)
			delete(l.at, id)
			if b.Number <= l.final {
				l.waits[id] = tx
				l.watch.Undone(id)
			}
		}
		l.final = min(l.final, b.Number-1)
	}
	for _, b := range c.Applied {
		l.include(b)
	}
	for tip := c.Applied[len(c.Applied)-1].Number; l.final < settled(tip); {
		l.final++
		if b, ok := l.node.BlockAt(l.final); ok {
			l.settle(b)
		}
	}
}

// settle tells of what has become final with a block, and of what so never can.
func (l *Ledger) settle(b chain.Sealed) {
	for _, tx := range b.Transactions {
		id := ID(tx)
		delete(l.waits, id)
		delete(l.refused, id)
		l.watch.Final(id, l.Digest())
		for other, rival := range l.waits { // one at most: the pool takes one for a sender and nonce
			if rival.Sender == tx.Sender && rival.Nonce == tx.Nonce {
				delete(l.waits, other)
				l.refused[other] = fmt.Errorf("%w: another transaction of the sender has its nonce (CHN-5)", ledgers.ErrStale)
				l.watch.Refused(other, l.refused[other])
			}
		}
	}
}

// Submit is ledgers.Ledger's.
func (l *Ledger) Submit(op []byte) (ledgers.OpID, error) {
	tx, err := mempool.ParseTransaction(op)
	if err != nil {
		return ledgers.OpID{}, fmt.Errorf("%w: %w", ledgers.ErrMalformed, err)
	}
	id := ID(tx)
	if l.at[id] > 0 {
		return id, nil
	}
	if next := l.node.Account(tx.Sender).Nonce; tx.Nonce < next {
		return id, fmt.Errorf("%w: nonce %d, the sender's next is %d", ledgers.ErrStale, tx.Nonce, next)
	}
	switch err := l.node.Submit(tx); {
	case err == nil, errors.Is(err, mempool.ErrKnown):
		delete(l.refused, id)
		l.waits[id] = tx
		return id, nil
	case errors.Is(err, mempool.ErrBadSignature):
		return id, fmt.Errorf("%w: %w", ledgers.ErrSignature, err)
	case errors.Is(err, mempool.ErrConflict), errors.Is(err, mempool.ErrSenderFull):
		return id, fmt.Errorf("%w: %w", ledgers.ErrFull, err)
	default:
		return id, err
	}
}

// Status is ledgers.Ledger's.
func (l *Ledger) Status(id ledgers.OpID) ledgers.Status {
	if number := l.at[id]; number > 0 {
		s := ledgers.Status{State: ledgers.Waiting, Depth: l.node.Status().Height - number + 1}
		if number <= l.final {
			s.State = ledgers.Final
		}
		return s
	}
	if why := l.refused[id]; why != nil {
		return ledgers.Status{State: ledgers.Refused, Why: why}
	}
	for _, tx := range l.node.Transactions() {
		if ID(tx) == id {
			return ledgers.Status{State: ledgers.Waiting}
		}
	}
	if _, waits := l.waits[id]; waits { // the pool has forgotten it, and is told again
		return ledgers.Status{State: ledgers.Waiting}
	}
	return ledgers.Status{}
}

// Digest is ledgers.Ledger's: number and hash of the newest final block (LED-5).
func (l *Ledger) Digest() ledgers.Digest {
	d := ledgers.Digest{Position: l.final, Hash: Chain()}
	if b, ok := l.node.BlockAt(l.final); ok {
		d.Hash = b.Hash()
	}
	return d
}

// Stop is ledgers.Ledger's.
func (l *Ledger) Stop() { l.node.Stop() }
