package validators

import (
	"fmt"

	"strata/ledgers"
)

// MaxDelegators is how many accounts can have delegated to one: a conviction looks at all of them.
const MaxDelegators = 1000

// Admits says what Apply would, and leaves the state as it is.
func (r *Rules) Admits(s State, height uint64, tx *Transaction) error {
	if tx.Kind == Transfer { // which has no effect that can go wrong
		_, err := r.afterPaying(&s, tx)
		return err
	}
	return r.Apply(&s, height, tx)
}

// Apply executes a transaction, whose signature is right, in a block of that height. Errors, which leave the state as
// it is: ledgers.ErrStale, ErrNonce, ErrFunds, ErrRefused.
func (r *Rules) Apply(s *State, height uint64, tx *Transaction) error {
	acc, err := r.afterPaying(s, tx)
	if err != nil {
		return err
	}
	after := *s
	after.setAccount(tx.Sender, acc)
	if err := r.effect(&after, height, tx); err != nil {
		return err
	}
	*s = after
	return nil
}

// afterPaying is the sender's account once it has paid what the transaction takes from it. Errors: those of Apply.
func (r *Rules) afterPaying(s *State, tx *Transaction) (acc Account, err error) {
	acc = s.Account(tx.Sender)
	switch {
	case tx.Nonce <= acc.Nonce:
		return acc, fmt.Errorf("%w: nonce %d, the account's next is %d (VAL-1)", ledgers.ErrStale, tx.Nonce, acc.Nonce+1)
	case tx.Nonce > acc.Nonce+1:
		return acc, fmt.Errorf("%w: nonce %d, the account's next is %d (VAL-1)", ErrNonce, tx.Nonce, acc.Nonce+1)
	case tx.Fee < r.MinFee:
		return acc, fmt.Errorf("%w: a fee of %d, want at least %d (VAL-1)", ErrRefused, tx.Fee, r.MinFee)
	}
	spends := tx.Fee
	if tx.Kind == Transfer || tx.Kind == Delegate {
		spends += tx.Amount // both are below 2^62
	}
	if acc.Balance < spends {
		return acc, fmt.Errorf("%w: the account has %d of %d (VAL-1)", ErrFunds, acc.Balance, spends)
	}
	return Account{acc.Balance - spends, tx.Nonce}, nil
}

// effect is what the transaction does besides being paid.
func (r *Rules) effect(s *State, height uint64, tx *Transaction) error {
	switch tx.Kind {
	case Transfer:
		s.pay(tx.To, tx.Amount)
	case Register:
		_, registered := s.Registration(tx.Sender)
		if _, taken := s.Owner(tx.Key); registered || taken {
			return fmt.Errorf("%w: the account or the key is registered already, which is for good (VAL-1)", ErrRefused)
		}
		s.register(tx.Sender, tx.Key, tx.Commission)
	case Delegate:
		to, ok := s.Registration(tx.To)
		if !ok {
			return fmt.Errorf("%w: the account is not registered (VAL-1)", ErrFunds)
		}
		had := s.Delegated(tx.To, tx.Sender)
		if had == 0 && to.Delegators >= MaxDelegators {
			return fmt.Errorf("%w: %d accounts have delegated to it (VAL-1)", ErrFunds, to.Delegators)
		}
		s.setDelegation(tx.To, tx.Sender, had+tx.Amount)
	case Undelegate:
		had := s.Delegated(tx.To, tx.Sender)
		if had < tx.Amount {
			return fmt.Errorf("%w: %d are delegated, of %d (VAL-1)", ErrFunds, had, tx.Amount)
		}
		s.setDelegation(tx.To, tx.Sender, had-tx.Amount)
		due := height + r.Unbonding
		s.setUnbonding(due, append(s.Unbonding(due), Unbonding{From: tx.To, By: tx.Sender, Since: height, Amount: tx.Amount}))
	case Accuse:
		return r.Convict(s, height, tx.Evidence)
	}
	return nil
}
