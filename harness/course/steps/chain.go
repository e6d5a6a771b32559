package steps

var chainSteps = []Step{
	{
		ID: "chain.1", Layer: "chain", Points: 7, Lines: 27,
		Title: "execute one transaction",
		Rules: []string{"CHN-5", "CHN-6", "CHN-8", "CHN-13"},
		Hints: [3]string{
			"What if sender and recipient are the same account? Read both first, write both after, and see what happens to the money.",
			"Check signature, nonce, balance. Work out what both accounts will be before you write either: a transaction that turns out to be invalid must leave no trace. If both are one account, only its nonce changes. An addition that passes 2^64-1 shows in the sum being smaller than what was added.",
			`verifier.Verify(tx) fails: ErrBadSignature
from, to = state.Account(sender), state.Account(recipient)
tx.Nonce != from.Nonce: ErrBadNonce
tx.Amount > from.Balance: ErrBadBalance
from.Nonce + 1 overflows: ErrOverflow; else from.Nonce++
sender == recipient: write from, and that is all
from.Balance -= Amount
to.Balance + Amount overflows: ErrOverflow, and nothing is written
to.Balance += Amount; write from and to`,
		},
	},
	{
		ID: "chain.2", Layer: "chain", Points: 6, Lines: 27,
		Title: "apply a block",
		Rules: []string{"CHN-2", "CHN-3", "CHN-4", "CHN-7", "CHN-9"},
		Hints: [3]string{
			"The cheap questions come first, and the reward comes last. Why would a miner like it the other way round?",
			"Number, parent, proof of work and count need no state. Then the transactions in order, each on what the one before left, then the reward; then the state is the one after this block. The first fault ends it.",
			`number != state.Number + 1: ErrNumber
parent != state.Hash: ErrParent
hash does not meet the difficulty: ErrProofOfWork
too many: ErrTooManyTransactions
for each transaction i: execute; err: "chain: block n, transaction i: %w"
coinbase.Balance + BlockReward, with the overflow check
state.Advance(number, hash)`,
		},
	},
	{
		ID: "chain.3", Layer: "chain", Points: 7, Lines: 33,
		Title: "build a block",
		Rules: []string{"CHN-10", "CHN-11", "CHN-12"},
		Hints: [3]string{
			"One transaction can make another one valid: by its nonce, or by the money it brings. When may you stop looking?",
			"Execute on a fork of the state and go through what is left of the pool again and again, until a whole round adds nothing or the block is full. A transaction that fails must leave no trace on the fork. The reward counts too: a block whose coinbase would overflow is not valid. Dead is only what no later block can make valid.",
			`waiting = the pool's transactions; those with a nonce below their sender's account are dead
work = s.Fork()
repeat:
    for each that waits, while there is room:
        not valid on work (a nonce to come, money not there yet): it goes on waiting
        the coinbase could not take the reward after it: it goes on waiting
        its signature is wrong: dead
        else it is executed on work, and in
until a round adds nothing
pool.Evict(the dead)
return Block{Number: s.Number()+1, Parent: s.Hash(), Coinbase: coinbase, Transactions: those}`,
		},
	},
}

var stackSteps = []Step{
	{
		ID: "stack.1", Layer: Whole, Points: 5,
		Title: "the six layers together as one chain",
		Rules: []string{"FRK-1", "GSP-6", "CHN-2"},
		Hints: [3]string{
			"There is nothing to write here. Each of your layers passed between ours; which promise of a lower one does a higher one of yours rely on?",
			"Find the lowest layer that behaves differently: grade the layers one by one, then look at what the failing check counts, such as sends per broadcast or blocks per node.",
			`strata grade                      # are all other steps passed?
strata replay <scenario>/<seed>   # which node is the first to do something else?
compare its last events with the chapter of the layer they belong to`,
		},
	},
}
