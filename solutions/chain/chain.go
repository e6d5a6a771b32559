// Package chain is the reference of layer 6: the state transition and the block builder. The
// contract, with the rules by id, is strata/chain.
package chain

import (
	"fmt"
	"math/bits"

	"strata/chain"
	"strata/mempool"
)

// executor has nothing but the constants of the chain and who checks signatures: whatever it is
// asked, it is given the state.
type executor struct {
	params   chain.Params
	verifier mempool.Verifier
}

// New makes the executor.
func New(cfg chain.Config) chain.Executor { return executor{cfg.Params, cfg.Verifier} }

// Execute executes one transaction on s. It leaves s as it was if the transaction is not valid
// there: ErrBadSignature (CHN-13), or an error of outcome.
func (e executor) Execute(s *chain.State, tx mempool.Transaction) error {
	//strata:begin chain.1
	if e.verifier.Verify(tx) != nil {
		return chain.ErrBadSignature
	}
	return move(s, tx)
	//strata:end
}

// outcome computes what the transaction makes of its sender and its recipient, and changes
// nothing. The signature is not its business. Sending to oneself moves nothing but the nonce, and
// still wants the balance; sender and recipient are then the same account (CHN-6). Errors:
// ErrBadNonce, ErrBadBalance (CHN-5), ErrOverflow (CHN-8: no sum may pass 2^64-1).
func outcome(s chain.Accounts, tx mempool.Transaction) (sender, recipient chain.Account, err error) {
	//strata:begin chain.1
	sender, recipient = s.Account(tx.Sender), s.Account(tx.Recipient)
	if tx.Nonce != sender.Nonce {
		return sender, recipient, fmt.Errorf("%w: %d, want %d", chain.ErrBadNonce, tx.Nonce, sender.Nonce)
	}
	if tx.Amount > sender.Balance {
		return sender, recipient, fmt.Errorf("%w: %d, want %d", chain.ErrBadBalance, sender.Balance, tx.Amount)
	}
	if sender.Nonce, err = add(sender.Nonce, 1); err != nil {
		return sender, recipient, err
	}
	if tx.Sender == tx.Recipient {
		return sender, sender, nil
	}
	sender.Balance -= tx.Amount
	recipient.Balance, err = add(recipient.Balance, tx.Amount)
	return sender, recipient, err
	//strata:end
}

// move writes the outcome to the state, unless it is an error.
func move(s *chain.State, tx mempool.Transaction) error {
	//strata:begin chain.1
	sender, recipient, err := outcome(s, tx)
	if err != nil {
		return err
	}
	s.SetAccount(tx.Sender, sender)
	s.SetAccount(tx.Recipient, recipient)
	return nil
	//strata:end
}

// add is a+b, or ErrOverflow (CHN-8).
func add(a, b uint64) (uint64, error) {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return 0, fmt.Errorf("%w: %d + %d", chain.ErrOverflow, a, b)
	}
	return sum, nil
}

// Apply makes s the state after the block: each transaction on what the one before left (CHN-5), the
// reward, which none of them can spend (CHN-7), the number and the hash. A block that checkHeader refuses
// costs no signature. The error names the block and the transaction, and wraps the sentinel of the broken
// rule (CHN-9).
func (e executor) Apply(s *chain.State, b chain.Sealed) error {
	//strata:begin chain.2
	if err := e.checkHeader(s, b); err != nil {
		return fmt.Errorf("chain: block %d: %w", b.Number, err)
	}
	for i, tx := range b.Transactions {
		if err := e.Execute(s, tx); err != nil {
			return fmt.Errorf("chain: block %d: transaction %d: %w", b.Number, i, err)
		}
	}
	coinbase := s.Account(b.Coinbase)
	balance, err := add(coinbase.Balance, e.params.BlockReward)
	if err != nil {
		return fmt.Errorf("chain: block %d: reward: %w", b.Number, err)
	}
	s.SetAccount(b.Coinbase, chain.Account{Balance: balance, Nonce: coinbase.Nonce})
	s.Advance(b.Number, b.Hash())
	return nil
	//strata:end
}

// checkHeader says which rule a block breaks, of those that cost no signature: ErrNumber, ErrParent
// (CHN-2), ErrProofOfWork (CHN-3), ErrTooManyTransactions (CHN-4). A block without proof of work must not
// be able to make us work.
func (e executor) checkHeader(s *chain.State, b chain.Sealed) error {
	//strata:begin chain.2
	switch {
	case b.Number == 0 || b.Number-1 != s.Number():
		return fmt.Errorf("%w: the state is after block %d", chain.ErrNumber, s.Number())
	case b.Parent != s.Hash():
		return fmt.Errorf("%w: %v, want %v", chain.ErrParent, b.Parent, s.Hash())
	case !e.params.MeetsDifficulty(b.Hash()):
		return fmt.Errorf("%w: %v, want %d zero digits", chain.ErrProofOfWork, b.Hash(), e.params.Difficulty)
	case len(b.Transactions) > e.params.MaxTransactions:
		return fmt.Errorf("%w: %d, want at most %d", chain.ErrTooManyTransactions, len(b.Transactions), e.params.MaxTransactions)
	}
	return nil
	//strata:end
}
