package chain

import (
	"fmt"

	"strata/chain"
)

func (e executor) Apply(s *chain.State, b chain.Sealed) error {
	if b.Number != s.Number()+1 || b.Number == 0 {
		return chain.ErrNumber
	}
	if b.Parent != s.Hash() {
		return chain.ErrParent
	}
	if !e.params.MeetsDifficulty(b.Hash()) {
		return chain.ErrProofOfWork
	}
	if len(b.Transactions) > e.params.MaxTransactions {
		return chain.ErrTooManyTransactions
	}
	for i, tx := range b.Transactions {
		if err := e.Execute(s, tx); err != nil {
			return fmt.Errorf("chain: block %d, transaction %d: %w", b.Number, i, err)
		}
	}
	coinbase := s.Account(b.Coinbase)
	if coinbase.Balance+e.params.BlockReward < coinbase.Balance {
		return chain.ErrOverflow
	}
	coinbase.Balance += e.params.BlockReward
	s.SetAccount(b.Coinbase, coinbase)
	s.Advance(b.Number, b.Hash())
	return nil
}
