package wallet

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/http"
	"time"

	"strata/mempool"
)

// ErrBalance reports an amount that the account does not have, what is under way taken off.
var ErrBalance = errors.New("the balance is not sufficient")

// ErrUncertain reports a transaction that the node may have or not: the answer did not come. Do not
// send it anew: it is kept, and the next Send sends the same one again.
var ErrUncertain = errors.New("it is not known whether the node has taken the transaction, which is kept and sent again with the next; do not repeat it")

// Node is what a sender needs of a Client.
type Node interface {
	Account(ctx context.Context, key mempool.PublicKey) (Account, error)
	Transaction(ctx context.Context, id mempool.TxID) (Entry, bool, error)
	Submit(ctx context.Context, tx mempool.Transaction) error
}

// Sender signs transactions with one key and sees to their nonces.
type Sender struct {
	node     Node
	key      ed25519.PrivateKey
	keystore string // the file; the journal is beside it
	now      func() time.Time
}

// NewSender makes a sender for the key of that keystore file.
func NewSender(node Node, key ed25519.PrivateKey, keystore string, now func() time.Time) *Sender {
	return &Sender{node, key, keystore, now}
}

// Send signs a transaction with the next nonce and hands it to the node. First it sends again what
// the node has forgotten, since nothing behind a gap becomes valid. Sends with one keystore wait for
// one another, also those of other processes. Errors: ErrBalance, ErrTooMany, ErrLastNonce; those of
// the node and of the journal's file; ErrUncertain, with the transaction. After any other error
// nothing was sent.
func (s *Sender) Send(ctx context.Context, to mempool.PublicKey, amount uint64) (mempool.Transaction, error) {
	unlock, err := lock(s.keystore + ".lock")
	if err != nil {
		return mempool.Transaction{}, err
	}
	defer unlock()
	owner := mempool.PublicKey(s.key.Public().(ed25519.PublicKey))
	j, err := OpenJournal(s.keystore, owner)
	if err != nil {
		return mempool.Transaction{}, err
	}
	account, err := s.node.Account(ctx, owner)
	if err != nil {
		return mempool.Transaction{}, err
	}
	j.Settle(account.Nonce)
	if err := enough(account.Balance, j.Pending(), amount); err != nil {
		return mempool.Transaction{}, err
	}
	if err := s.remind(ctx, j); err != nil {
		return mempool.Transaction{}, err
	}
	nonce, err := j.Next(max(account.Nonce, account.Next))
	if err != nil {
		return mempool.Transaction{}, err
	}
	tx := mempool.Sign(s.key, to, nonce, amount)
	if err := j.Add(tx, s.now()); err != nil {
		return mempool.Transaction{}, err
	}
	return tx, s.submit(ctx, j, tx)
}

// submit hands the node a transaction that is in the journal. What the node has refused was never sent,
// and must not be sent later, when its owner has sent another in its place.
func (s *Sender) submit(ctx context.Context, j *Journal, tx mempool.Transaction) error {
	err := s.node.Submit(ctx, tx)
	var refused *Problem
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrToken), errors.As(err, &refused) && refused.Status < http.StatusInternalServerError:
		return errors.Join(err, j.Remove(tx.Nonce))
	}
	return fmt.Errorf("%w: transaction %v: %w", ErrUncertain, tx.ID(), err)
}

// enough says whether the balance covers what is under way and the amount.
func enough(balance uint64, pending []Sent, amount uint64) error {
	left := balance
	for _, p := range pending {
		left -= min(left, p.Transaction.Amount)
	}
	if amount > left {
		return fmt.Errorf("%w: %d of %d are free, wanted %d", ErrBalance, left, balance, amount)
	}
	return nil
}

// remind hands the node what it has forgotten.
func (s *Sender) remind(ctx context.Context, j *Journal) error {
	for _, p := range j.Pending() {
		_, known, err := s.node.Transaction(ctx, p.Transaction.ID())
		if err == nil && !known {
			err = s.node.Submit(ctx, p.Transaction)
		}
		if err != nil {
			return fmt.Errorf("transaction %v, sent before: %w", p.Transaction.ID(), err)
		}
	}
	return nil
}
