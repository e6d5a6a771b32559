package chain

import (
	"strata/chain"
	"strata/mempool"
)

func (e executor) Execute(s *chain.State, tx mempool.Transaction) error {
	if e.verifier.Verify(tx) != nil {
		return chain.ErrBadSignature
	}
	from := s.Account(tx.Sender)
	if tx.Nonce != from.Nonce {
		return chain.ErrBadNonce
	}
	if tx.Amount > from.Balance {
		return chain.ErrBadBalance
	}
	if from.Nonce+1 < from.Nonce {
		return chain.ErrOverflow
	}
	from.Nonce++
	if tx.Sender == tx.Recipient {
		s.SetAccount(tx.Sender, from)
		return nil
	}
	to := s.Account(tx.Recipient)
	if to.Balance+tx.Amount < to.Balance {
		return chain.ErrOverflow
	}
	from.Balance -= tx.Amount
	to.Balance += tx.Amount
	s.SetAccount(tx.Sender, from)
	s.SetAccount(tx.Recipient, to)
	return nil
}
