package chaintest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule.
var (
	// Texts.
	chn1One    = scenario.Promise("CHN-1", "Texts are canonical: each value has one text")
	chn1Undoes = scenario.Promise("CHN-1", "decoding undoes encoding and the other way round")

	// The place of a block.
	chn2Applied = scenario.Promise("CHN-2", "A block is applied if it keeps CHN-2 to CHN-8, and only then")
	chn2Follows = scenario.Promise("CHN-2",
		"Its number is the state's number + 1, and its parent is the state's hash")

	// Its work.
	chn3Work = scenario.Promise("CHN-3", "A block's hash starts with Difficulty zero hex digits")

	// Its size.
	chn4Most = scenario.Promise("CHN-4", "A block has 0 to MaxTransactions transactions")

	// Which transactions are valid.
	chn5Order = scenario.Promise("CHN-5",
		"Transactions are executed in order, each on the state left by the one before")
	chn5Valid = scenario.Promise("CHN-5", "its signature is valid, its nonce equals the sender's (an account starts "+
		"with nonce 0 and balance 0), and the balance suffices")

	// What they do.
	chn6Moves = scenario.Promise("CHN-6", "The amount moves from the sender to the recipient, who is created if new, "+
		"and the sender's nonce grows by one")
	chn6Oneself = scenario.Promise("CHN-6", "A transaction to oneself moves nothing but the nonce")

	// The reward.
	chn7Last = scenario.Promise("CHN-7",
		"The coinbase gets BlockReward last of all, so it cannot be spent in the block that pays it")

	// Sums.
	chn8Sum = scenario.Promise("CHN-8",
		"A sum that passes 2^64-1, of a balance or of a nonce, makes the block invalid")

	// Errors.
	chn9One = scenario.Promise("CHN-9",
		"An invalid block is reported by one error, which says what rule it broke")
	chn9Thrown = scenario.Promise("CHN-9", "The state is undefined from then on: the caller throws it away")
	chn9Block  = scenario.Promise("CHN-9", "Apply leaves the block as it is")

	// What Build makes.
	chn10Next = scenario.Promise("CHN-10", "Build makes the next block on the tip of the state, for the coinbase: a "+
		"block that Apply accepts on the given state as soon as it is mined")
	chn10Pool  = scenario.Promise("CHN-10", "Its transactions are of the pool, each once")
	chn10State = scenario.Promise("CHN-10", "Build changes no state")

	// What it puts in.
	chn11Maximal = scenario.Promise("CHN-11",
		"Build leaves no place unused: as long as fewer than MaxTransactions are "+
			"in, every pooled transaction that could validly come next, whatever the order of the pool, is in")

	// What it throws out.
	chn12Evicts = scenario.Promise("CHN-12",
		"Build evicts what can never become valid, a nonce below that of the account")
	chn12Leaves = scenario.Promise("CHN-12",
		"leaves what still may: a nonce of the future, a balance that has not come yet")
)
