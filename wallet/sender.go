package wallet

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"strata/mempool"
)

// ErrBalance reports an amount that the account does not have, what is under way taken off.
var ErrBalance = errors.New("the balance is not sufficient")

// ErrUncertain reports a transaction that the node may have or not: the answer did not come. Do not
// send it again: it is kept, and the next command sends the same one again.
var ErrUncertain = errors.New("it is not known whether the node has taken the transaction, which is kept and sent again with the next; do not repeat it")

// ErrOver reports a payment that nothing can be put in the place of: it is on the chain, or over.
var ErrOver = errors.New("it cannot be replaced")

// Sender signs transactions with one key and sees to their nonces.
type Sender struct {
	*Book
	key ed25519.PrivateKey
}

// NewSender makes a sender for the key of that keystore file.
func NewSender(node Node, key ed25519.PrivateKey, keystore string, now func() time.Time) *Sender {
	owner := mempool.PublicKey(key.Public().(ed25519.PublicKey))
	return &Sender{NewBook(node, owner, keystore, now), key}
}

// Send signs a transaction with the next nonce and hands it to the node. First it sends again what
// the node has forgotten, since nothing behind a gap becomes valid. Errors: ErrBalance, ErrTooMany,
// ErrLastNonce, ErrBehind; those of the node and of the journal's file; ErrUncertain, with the transaction.
// After any other error nothing was sent.
func (s *Sender) Send(ctx context.Context, to mempool.PublicKey, amount uint64) (tx mempool.Transaction, err error) {
	err = s.locked(func(j *Journal) error {
		if err := s.refresh(ctx, j); err != nil {
			return err
		}
		chain, account, err := s.inStep(ctx, j)
		if err != nil {
			return err
		}
		nonce, err := j.Next(chain, max(account.Nonce, account.Next))
		if err != nil {
			return err
		}
		if err := enough(account.Balance, j.underWay(chain, nonce), amount); err != nil {
			return err
		}
		tx = mempool.Sign(s.key, to, nonce, amount)
		return s.submit(ctx, j, Payment{Transaction: tx, Made: s.now(), Chain: chain, State: Made})
	})
	return tx, err
}

// Replace signs another transaction with the nonce of a payment that is under way, so that at most one of the
// two comes to pass; which one, the next block that takes either says. Errors: ErrNoPayment, ErrOver; those of
// Send.
func (s *Sender) Replace(ctx context.Context, id string, to mempool.PublicKey, amount uint64) (tx mempool.Transaction, err error) {
	err = s.locked(func(j *Journal) error {
		if err := s.refresh(ctx, j); err != nil {
			return err
		}
		old, err := j.Find(id)
		if err != nil {
			return err
		}
		chain, account, err := s.inStep(ctx, j)
		switch {
		case err != nil:
			return err
		case !old.State.Open() || old.Chain != chain || j.superseded(old.ID()):
			return fmt.Errorf("transaction %s is %s: %w", old.ID(), j.how(old, chain), ErrOver)
		}
		nonce := old.Transaction.Nonce
		if err := enough(account.Balance, j.underWay(chain, nonce), amount); err != nil {
			return err
		}
		tx = mempool.Sign(s.key, to, nonce, amount)
		if tx.ID() == old.Transaction.ID() {
			return fmt.Errorf("transaction %s is the same: %w by itself", old.ID(), ErrOver)
		}
		return s.submit(ctx, j, Payment{Transaction: tx, Made: s.now(), Chain: chain, State: Made, Replaces: old.ID()})
	})
	return tx, err
}

// Cancel replaces a payment by one of nothing to oneself. Errors: as Replace.
func (s *Sender) Cancel(ctx context.Context, id string) (mempool.Transaction, error) {
	return s.Replace(ctx, id, s.owner, 0)
}

// how says why nothing can be put in the place of a payment.
func (j *Journal) how(p Payment, chain ChainID) string {
	switch {
	case j.superseded(p.ID()):
		return "replaced already"
	case p.Chain != chain:
		return "of another chain"
	}
	return string(p.State)
}

// inStep asks for chain and account of a node that is not behind what the wallet has seen.
func (s *Sender) inStep(ctx context.Context, j *Journal) (ChainID, Account, error) {
	chain, err := s.node.Chain(ctx)
	if err != nil {
		return "", Account{}, err
	}
	account, err := s.node.Account(ctx, s.owner)
	if err != nil {
		return "", Account{}, err
	}
	for _, p := range j.payments {
		if p.Chain == chain.ID() && account.Height < p.Block.Number {
			return "", Account{}, fmt.Errorf("%w: it has %d blocks, and block %d had a payment of this wallet", ErrBehind, account.Height, p.Block.Number)
		}
	}
	return chain.ID(), account, nil
}

// submit keeps a payment and hands it in for the first time. What the node has refused was never sent,
// and is not sent later, when its owner has sent another in its place.
func (s *Sender) submit(ctx context.Context, j *Journal, p Payment) error {
	if err := j.put(p); err != nil {
		return err
	}
	err := s.node.Submit(ctx, p.Transaction, p.Replaces)
	refusal := (*Problem)(nil)
	switch {
	case err == nil:
		p.State = p.State.After(Taken)
		_ = j.put(p) // it is kept as made, and the next look says the same
		return nil
	case errors.Is(err, ErrToken), errors.Is(err, ErrWrongToken), errors.As(err, &refusal) && refusal.definite():
		p.State, p.Note = p.State.After(Refusal), err.Error()
		return errors.Join(err, j.put(p))
	}
	return fmt.Errorf("%w: transaction %s: %w", ErrUncertain, p.ID(), err)
}

// enough says whether the balance covers what is under way and the amount.
func enough(balance, underWay, amount uint64) error {
	left := balance - min(balance, underWay)
	if amount > left {
		return fmt.Errorf("%w: %d of %d are free, wanted %d", ErrBalance, left, balance, amount)
	}
	return nil
}
