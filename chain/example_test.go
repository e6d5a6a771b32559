package chain_test

import (
	"fmt"

	"strata/chain"
	"strata/mempool"
)

func ExampleState() {
	alice := mempool.PublicKey{1}
	s := chain.NewState()

	fork := s.Fork() // a block is executed on a fork
	fork.SetAccount(alice, chain.Account{Balance: 10_000})
	fork.Advance(1, chain.BlockHash{1})
	fmt.Println(s.Number(), s.Account(alice).Balance)

	undo := s.Absorb(fork) // it is valid
	fmt.Println(s.Number(), s.Account(alice).Balance)

	s.Revert(undo) // another chain got longer
	fmt.Println(s.Number(), s.Account(alice).Balance)
	// Output:
	// 0 0
	// 1 10000
	// 0 0
}

func ExampleParseBlock() {
	text := chain.Genesis().Text()
	b, err := chain.ParseBlock(text)
	fmt.Println(b.Number, len(b.Transactions), err)

	_, err = chain.ParseBlock(text[1:])
	fmt.Println(err)
	// Output:
	// 0 0 <nil>
	// malformed block: number: not a canonical decimal of 0 to 2^64-1
}
