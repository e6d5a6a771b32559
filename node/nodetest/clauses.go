package nodetest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule. Those with capital
// letters are checked by other suites as well.
var (
	// The tip.
	FRK1Highest = scenario.Promise("FRK-1",
		"The tip is the valid block with the highest number, and among equals the first seen")
	frk1Counts = scenario.Promise("FRK-1", "A block counts only when it and all of its ancestors are executed and "+
		"valid: proof of work alone never moves the tip")
	frk1Agree   = scenario.Promise("FRK-1", "So nodes that reach each other come to agree on a tip")
	frk1Stopped = scenario.Promise("FRK-1", "A node that has stopped keeps its tip")

	// Invalid blocks.
	frk2Remembered = scenario.Promise("FRK-2",
		"An invalid block, and whatever descends from it, is remembered as invalid and never tried again")

	// Ancestry.
	frk3Ancestry = scenario.Promise("FRK-3", "Nothing but the one genesis ends an ancestry. A block whose number is "+
		"not that of its parent + 1 is invalid")

	// Missing ancestors.
	frk4Asks = scenario.Promise("FRK-4", "A node asks for a missing ancestor (search kind block, query the 32-byte "+
		"hash, answer the text of the block), asks again after a timeout, and asks others after a bad answer")
	frk4Bounded = scenario.Promise("FRK-4", "The number of blocks without a known parent is bounded, and a block with "+
		"a known parent is taken all the same")

	// Reorganisations.
	frk5Reorganises = scenario.Promise("FRK-5",
		"A reorganisation, however deep, undoes and applies in O(blocks replaced)")
	frk5Pool = scenario.Promise("FRK-5",
		"Undone transactions return to the mempool, newly included ones are evicted from it")

	// Crashes.
	frk6Restarts = scenario.Promise("FRK-6", "after a crash at any instant the node restarts on a valid tip, no older "+
		"than the last that it reported as stored, and goes on from there")

	// Gossip of blocks.
	frk7Gossiped = scenario.Promise("FRK-7",
		"New blocks are gossiped as kind bc:new_block, the text of the block, and "+
			"passed on only if they are new and their proof of work holds")

	// The miner.
	frk8Restarts = scenario.Promise("FRK-8", "The miner restarts when there is a new tip")
	frk8Takes    = scenario.Promise("FRK-8", "takes in new transactions at least once a second")

	// Where chains part.
	syn1Layout = scenario.Promise("SYN-1",
		"Questions and answers of sync:locate are laid out as above. A question that is not gets no answer")
	syn1Parts = scenario.Promise("SYN-1",
		"With it a node finds where the chains part, and asks for no block far below")

	// Ranges of blocks.
	syn2Layout = scenario.Promise("SYN-2",
		"Questions and answers of sync:blocks are laid out as above. A question that is not gets no answer")

	// What is given to others.
	syn3Bounded = scenario.Promise("SYN-3", "Answers are bounded, in blocks and in bytes (512 KiB, or one block), and "+
		"each peer, and all of them together, have a bounded share of bytes a second")

	// What is believed.
	syn4Kept = scenario.Promise("SYN-4",
		"A block that was asked for is kept only if its hash shows the proof of work, "+
			"its number and parent follow the block before it, and its range ends at the anchor")
	syn4Asked = scenario.Promise("SYN-4",
		"A peer whose answer to sync:locate cannot be true is not asked for blocks")

	// Who is asked, and how much waits.
	syn5Several = scenario.Promise("SYN-5",
		"Ranges of blocks are asked of several peers at once, no range of two, and applied in order")
	syn5Bounded = scenario.Promise("SYN-5",
		"The blocks that wait are bounded, in ranges and in bytes, however long a chain a peer claims")

	// Liars and the silent.
	syn6Replaced = scenario.Promise("SYN-6", "A peer that does not answer in time, or lies, is replaced by another")
	syn6Avoided  = scenario.Promise("SYN-6",
		"It is not asked for a time that grows each time, also if it comes back")

	// Steps, and crashes between them.
	syn7Step   = scenario.Promise("SYN-7", "Many blocks are executed and stored in one step")
	syn7GoesOn = scenario.Promise("SYN-7", "a node that crashed goes on from the blocks it has")

	// When to sync, and when to search.
	syn8Syncs    = scenario.Promise("SYN-8", "A node that knows a peer to be ahead by more than a block syncs")
	syn8Searches = scenario.Promise("SYN-8",
		"It searches for single missing blocks (FRK-4), and for those that no peer gives")

	// What is told meanwhile.
	syn9Status = scenario.Promise("SYN-9", "While it syncs, the status of a node says up to which block, how many "+
		"blocks a second, and how long it will take")
)
