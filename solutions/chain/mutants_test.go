package chain_test

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
)

// wrong is an executor with one slip of the kind that students make; without one it is right.
type wrong struct {
	p    chain.Params
	slip string
}

// slips are all that wrong can do, with the step that has to catch it.
var slips = map[string][]string{
	"chain.1": {
		"no signature", "library signature", "any nonce", "nonce or later", "nonce or earlier", "nonce after", "nonce stays",
		"any balance", "balance above", "self doubles", "self is free", "self keeps nonce", "sum unchecked",
		"sum too strict", "sum for self", "wrong sentinel", "two sentinels", "no sentinel", "no new accounts", "recipient's nonce",
	},
	"chain.2": {
		"reward first", "no reward", "reward unchecked", "reward for the empty", "number jumps", "any number", "any parent",
		"any hash", "hash too easy", "hash too hard", "any count", "count too strict", "no advance", "first state",
		"sorts", "number before parent missing", "stops at the first error silently",
	},
	"chain.3": {
		"one pass", "stops at a gap", "evicts future", "evicts taken", "evicts poor", "evicts nothing", "overfull", "empty",
		"takes the reward", "takes forged", "on the state", "no coinbase", "no parent", "reward forgotten", "evicts by block",
		"evicts all", "takes past", "by nonce", "one of a sender", "twice",
	},
}

func (w wrong) is(slip string) bool { return w.slip == slip }

func (w wrong) verify(tx mempool.Transaction) bool {
	switch w.slip {
	case "no signature":
		return true
	case "library signature":
		return ed25519.Verify(tx.Sender[:], tx.SigningText(), tx.Signature[:])
	}
	return plain.Verify(tx) == nil
}

func (w wrong) nonceOK(tx mempool.Transaction, want uint64) bool {
	switch w.slip {
	case "any nonce":
		return true
	case "nonce or later":
		return tx.Nonce >= want
	case "nonce or earlier":
		return tx.Nonce <= want
	case "nonce after":
		return tx.Nonce == want+1
	}
	return tx.Nonce == want
}

// Execute executes one transaction.
func (w wrong) Execute(s *chain.State, tx mempool.Transaction) error {
	from := s.Account(tx.Sender)
	if !w.verify(tx) {
		return chain.ErrBadSignature
	}
	if !w.nonceOK(tx, from.Nonce) {
		switch w.slip {
		case "wrong sentinel":
			return chain.ErrBadBalance
		case "two sentinels":
			return errors.Join(chain.ErrBadNonce, chain.ErrBadSignature)
		case "no sentinel":
			return errors.New("bad nonce")
		}
		return chain.ErrBadNonce
	}
	self := tx.Sender == tx.Recipient
	poor := tx.Amount > from.Balance || w.is("balance above") && tx.Amount == from.Balance
	if poor && !w.is("any balance") && !(self && w.is("self is free")) {
		return chain.ErrBadBalance
	}
	to := s.Account(tx.Recipient)
	sum := to.Balance + tx.Amount
	tooMuch := sum < to.Balance || w.is("sum too strict") && sum == 1<<64-1
	if tooMuch && !w.is("sum unchecked") && (!self || w.is("sum for self")) {
		return chain.ErrOverflow
	}
	if w.is("no new accounts") && to == (chain.Account{}) {
		return chain.ErrBadBalance
	}
	w.settle(s, tx, from, to)
	return nil
}

func (w wrong) settle(s *chain.State, tx mempool.Transaction, from, to chain.Account) {
	self := tx.Sender == tx.Recipient
	if !w.is("nonce stays") && !(self && w.is("self keeps nonce")) {
		from.Nonce++
	}
	if w.is("recipient's nonce") {
		to.Nonce++
	}
	from.Balance -= tx.Amount
	s.SetAccount(tx.Sender, from)
	if self && !w.is("self doubles") {
		to = from
	} else if self {
		to.Nonce = from.Nonce
	}
	to.Balance += tx.Amount
	s.SetAccount(tx.Recipient, to)
}

func (w wrong) header(s *chain.State, b chain.Block) error {
	p := w.p
	if w.is("hash too easy") {
		p.Difficulty--
	}
	if w.is("hash too hard") {
		p.Difficulty++
	}
	if w.is("count too strict") {
		p.MaxTransactions--
	}
	switch {
	case w.is("number before parent missing") && b.Parent == chain.BlockHash{}:
		return chain.ErrNumber
	case w.is("number jumps") && b.Number > s.Number():
	case b.Number != s.Number()+1 && !w.is("any number"):
		return chain.ErrNumber
	}
	switch {
	case b.Parent != s.Hash() && !w.is("any parent"):
		return chain.ErrParent
	case !p.MeetsDifficulty(b.Hash()) && !w.is("any hash"):
		return chain.ErrProofOfWork
	case len(b.Transactions) > p.MaxTransactions && !w.is("any count"):
		return chain.ErrTooManyTransactions
	}
	return nil
}

func (w wrong) reward(s *chain.State, coinbase mempool.PublicKey, txs int) error {
	a := s.Account(coinbase)
	if a.Balance+w.p.BlockReward < a.Balance && !w.is("reward unchecked") {
		return chain.ErrOverflow
	}
	if w.is("no reward") || w.is("reward for the empty") && txs > 0 {
		return nil
	}
	a.Balance += w.p.BlockReward
	s.SetAccount(coinbase, a)
	return nil
}

// Apply applies a block.
func (w wrong) Apply(s *chain.State, b chain.Sealed) error {
	hash := b.Hash()
	if err := w.header(s, b.Block); err != nil {
		return err
	}
	if w.is("reward first") {
		if err := w.reward(s, b.Coinbase, len(b.Transactions)); err != nil {
			return err
		}
	}
	if w.is("sorts") {
		slices.SortFunc(b.Transactions, func(x, y mempool.Transaction) int { return slices.Compare(x.Signature[:], y.Signature[:]) })
	}
	for _, tx := range b.Transactions {
		if w.is("first state") {
			if err := w.Execute(s.Fork(), tx); err != nil {
				return err
			}
		}
	}
	for _, tx := range b.Transactions {
		if err := w.Execute(s, tx); err != nil {
			if w.is("stops at the first error silently") {
				break
			}
			return err
		}
	}
	if !w.is("reward first") {
		if err := w.reward(s, b.Coinbase, len(b.Transactions)); err != nil {
			return err
		}
	}
	if !w.is("no advance") {
		s.Advance(b.Number, hash)
	}
	return nil
}

func stackOf(slip string) chain.Stack {
	return chain.Stack{NewExecutor: func(cfg chain.Config) chain.Executor { return wrong{cfg.Params, slip} }}
}

// caught lists the steps whose scenarios fail for the executor.
func caught(stack chain.Stack, seeds uint64) (steps, texts []string) {
	for _, s := range chaintest.Suite(stack) {
		for seed := range seeds {
			if text := play(s, seed); text != "" {
				steps, texts = append(steps, s.Step), append(texts, s.Name+": "+text)
				break
			}
		}
	}
	return steps, texts
}

func TestSuite_CatchesSlips(t *testing.T) {
	_, texts := caught(stackOf(""), 20)
	require.Empty(t, texts, "without a slip it is right")
	for step, list := range slips {
		for _, slip := range list {
			t.Run(step+"/"+strings.ReplaceAll(slip, " ", "-"), func(t *testing.T) {
				steps, texts := caught(stackOf(slip), 8)
				require.Contains(t, steps, step)
				for _, text := range texts {
					require.Contains(t, text, "xpected", "what was expected, and what came")
					t.Log(text)
				}
			})
		}
	}
}
