package nodetest

import (
	"fmt"

	"strata/chain"
	"strata/mempool"
	"strata/node"
)

// audit executes a node's chain again, from the genesis block on and without the executor that is
// graded, and compares the accounts.
func audit(life *node.Node) error {
	parent, _ := life.BlockAt(0)
	if parent.Hash() != chain.Genesis().Hash() {
		return fmt.Errorf("expected block 0 to be the genesis block, got %v", parent.Hash())
	}
	// The books are kept by the suite: an executor that is wrong cannot confirm itself.
	books := map[mempool.PublicKey]chain.Account{}
	height := life.Status().Height
	for number := uint64(1); number <= height; number++ {
		b, ok := life.BlockAt(number)
		if !ok || b.Number != number || b.Parent != parent.Hash() || !params.MeetsDifficulty(b.Hash()) {
			return fmt.Errorf("expected a mined block %d after %v, got block %d %v after %v",
				number, parent.Hash(), b.Number, b.Hash(), b.Parent)
		}
		if err := execute(books, b.Block); err != nil {
			return fmt.Errorf("expected block %d on the chain to be valid: %w", number, err)
		}
		parent = b
	}
	if tip := life.Status().Tip; tip != parent.Hash() {
		return fmt.Errorf("expected the tip to be block %d %v, got %v", height, parent.Hash(), tip)
	}
	return compare(books, life, height)
}

// execute executes a block, written down from CHN-5 to CHN-7 once more.
func execute(books map[mempool.PublicKey]chain.Account, b chain.Block) error {
	for _, tx := range b.Transactions {
		from := books[tx.Sender]
		if tx.Nonce != from.Nonce || tx.Amount > from.Balance {
			return fmt.Errorf("expected what its account can pay, got nonce %d and amount %d of an account with "+
				"nonce %d and balance %d",
				tx.Nonce, tx.Amount, from.Nonce, from.Balance)
		}
		from.Nonce++
		from.Balance -= tx.Amount
		books[tx.Sender] = from
		to := books[tx.Recipient]
		to.Balance += tx.Amount
		books[tx.Recipient] = to
	}
	a := books[b.Coinbase]
	a.Balance += params.BlockReward
	books[b.Coinbase] = a
	return nil
}

// compare compares the books with the node's accounts. All balances sum up to the rewards so far: a
// student's executor that makes money does not agree with itself either.
func compare(books map[mempool.PublicKey]chain.Account, life *node.Node, height uint64) error {
	var sum uint64
	for person := range keys {
		want, got := books[account(person)], life.Account(account(person))
		if got != want {
			return fmt.Errorf("expected %v to have balance %d and nonce %d, got balance %d and nonce %d",
				account(person), want.Balance, want.Nonce, got.Balance, got.Nonce)
		}
		sum += got.Balance
	}
	if want := height * params.BlockReward; sum != want {
		return fmt.Errorf("expected all balances to sum up to %d, the rewards of %d blocks, got %d", want, height, sum)
	}
	return nil
}
