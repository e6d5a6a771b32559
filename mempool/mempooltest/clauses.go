package mempooltest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule. Those with capital
// letters are checked by other suites as well.
var (
	// Transactions of the node's own user.
	mem1Takes = scenario.Promise("MEM-1",
		"Announcing a valid transaction pools it and gossips it; adding it pools it and gossips nothing")
	mem1Refuses = scenario.Promise("MEM-1", "An invalid one, or one that gossip does not take, is refused with an "+
		"error, and neither pooled nor gossiped")

	// Transactions of peers.
	mem2Arrives = scenario.Promise("MEM-2",
		"A valid transaction that arrives is pooled and passed on, and never broadcast under another id")
	mem2Invalid = scenario.Promise("MEM-2",
		"One whose text is not canonical or whose signature is wrong is neither pooled nor passed on")
	mem2Verdict = scenario.Promise("MEM-2", "A valid transaction that arrives is pooled and passed on, and never "+
		"broadcast under another id. One whose text is not canonical or whose signature is wrong is neither pooled "+
		"nor passed on")

	// The same again.
	mem3Known = scenario.Promise("MEM-3", "A transaction that is in the pool is neither pooled again nor passed on "+
		"again, whatever gossip id it comes under")

	// Conflicts.
	MEM4First = scenario.Promise("MEM-4",
		"Of two transactions with one sender and one nonce, the first seen stays and the other is refused")

	// The list.
	mem5Order = scenario.Promise("MEM-5", "Transactions lists the pool in order of arrival")
	mem5Slice = scenario.Promise("MEM-5", "The caller may do with the slice what it likes")

	// Eviction.
	mem6Evicts = scenario.Promise("MEM-6", "Evict removes transactions: their nonces and places are free")
	mem6Absent = scenario.Promise("MEM-6", "Evicting one that is not there does nothing")

	// Time.
	mem7Leaves = scenario.Promise("MEM-7",
		"A transaction leaves the pool 60 s after it came, and seeing it again does not extend that")
	mem7Stop = scenario.Promise("MEM-7", "After Stop no timer is left")

	// Room.
	mem8Oldest = scenario.Promise("MEM-8",
		"The pool holds at most MaxTxs (5,000) transactions, and the oldest go first")
	mem8Sender = scenario.Promise("MEM-8",
		"of these at most MaxPerSender (64) have one sender, and there the newcomer is refused")
	mem8Refused = scenario.Promise("MEM-8", "What is refused takes nobody's place")

	// Watchers.
	mem9Told = scenario.Promise("MEM-9", "Whoever watches the pool is told once of each transaction that enters it, "+
		"and once of each that leaves it")
	mem9Refused = scenario.Promise("MEM-9", "Of each that a peer sent and that was refused it is told the reason")

	// Signatures.
	CHN13Valid = scenario.Promise("CHN-13", "Signatures are valid as ZIP-215 says, one by one or in a batch")
)
