package latticetest

import "strata/scenario"

// The promises of all ledgers that the suite checks, in the words of docs/electives.md, rule by rule.
var (
	led2Submit = scenario.Promise("LED-2", "Submit is idempotent: the same operation again gives the same id and the "+
		"status it has by now")
	led3Refused = scenario.Promise("LED-3", "Refused is for good")
	led3Waiting = scenario.Promise("LED-3", "what may yet become valid is waiting")
	led3Once    = scenario.Promise("LED-3", "The watcher hears once, in each life of the node")
	led4Blamed  = scenario.Promise("LED-4", "and the sender is blamed")
	led4Nothing = scenario.Promise("LED-4", "is remembered as nothing")
	led5Digest  = scenario.Promise("LED-5", "equal positions have equal digests once nothing waits")
	led5Sum     = scenario.Promise("LED-5", "there it is the number of cemented blocks, and the sum modulo 2^256 of the "+
		"SHA-256 of (account, height, block hash) over all accounts' cemented heads")
	led6Once   = scenario.Promise("LED-6", "A signed message is handled and passed on once for its content")
	led7Tells  = scenario.Promise("LED-7", "Twice a second, and at once when it has changed, a node tells each peer where it stands")
	led7Sends  = scenario.Promise("LED-7", "at most 32 messages and 256 KiB a peer and interval")
	led7Has    = scenario.Promise("LED-7", "what one correct node has, every correct node that it is connected to has")
	led9Stops  = scenario.Promise("LED-9", "If the sync fails the node stops")
	led10Loses = scenario.Promise("LED-10", "whoever sends too much loses its own, never another's place")
)

// The promises of the elective.
var (
	// What a block is.
	lat1Hash    = scenario.Promise("LAT-1", "Its hash is the Blake2b-256 of the chain id and all of it before work and signature")
	lat2Kinds   = scenario.Promise("LAT-2", "less is a send, more is a receive, equal is a change")
	lat2Link    = scenario.Promise("LAT-2", "A change has link zero; a send's link is not the burn account")
	lat2Entry   = scenario.Promise("LAT-2", "an open or receive has a pending entry of exactly its difference, which is above 0")
	lat2Order   = scenario.Promise("LAT-2", "First the least work of all kinds is asked, then the rest in this order")
	lat2Gap     = scenario.Promise("LAT-2", "A block whose previous is unknown waits")
	lat2Old     = scenario.Promise("LAT-2", "At or below the cemented head it is refused")
	lat2Other   = scenario.Promise("LAT-2", "so is one that stands on another account's block")
	lat2Source  = scenario.Promise("LAT-2", "A receive whose source is unknown or not cemented waits")
	lat2Already = scenario.Promise("LAT-2", "one whose source was received already, or is not for this account, is refused")
	lat2Work    = scenario.Promise("LAT-2", "The thresholds of work are in genesis")

	// What reaches other accounts.
	lat3Entry  = scenario.Promise("LAT-3", "A send makes its pending entry when it is cemented")
	lat3Waits  = scenario.Promise("LAT-3", "A receive or open enters the ledger only when its source is cemented here")
	lat3Frees  = scenario.Promise("LAT-3", "it reserves the entry, which a rollback frees and cementing takes")
	lat3Never  = scenario.Promise("LAT-3", "So what is not cemented never reaches another account")
	lat3Supply = scenario.Promise("LAT-3", "Balances at the cemented heads and pending entries, reserved ones too, sum to "+
		"the supply at each moment")

	// Forks.
	lat4Keeps    = scenario.Promise("LAT-4", "At most 10 candidates are kept")
	lat4Gives    = scenario.Promise("LAT-4", "One more takes the place of the one with the least voted weight, if it has more")
	lat4Asks     = scenario.Promise("LAT-4", "A block that a quorum's votes name and that is not here is asked for")
	lat4First    = scenario.Promise("LAT-4", "The ledger holds the first seen")
	lat4Exchange = scenario.Promise("LAT-4", "when another has a quorum of votes it is exchanged")
	lat4Rolls    = scenario.Promise("LAT-4", "what stands on the loser in this account is rolled back, the newest first")
	lat4Cemented = scenario.Promise("LAT-4", "Nothing cemented is touched")
	lat4Loose    = scenario.Promise("LAT-4", "At most 64 blocks of an account are uncemented")

	// Weights and quorums.
	lat5Weight = scenario.Promise("LAT-5", "The weight of a representative is the sum of the balances at the cemented heads "+
		"that name it")
	lat5Pending = scenario.Promise("LAT-5", "Pending amounts weigh nothing")
	lat5Online  = scenario.Promise("LAT-5", "Online is the weight of those from whom a vote that was news came in the last 5 minutes")
	lat5Quorum  = scenario.Promise("LAT-5", "q = floor(2 max(online, least)/3) + 1")

	// Votes.
	lat6Votes    = scenario.Promise("LAT-6", "A representative with at least 1/1000 of the supply votes")
	lat6First    = scenario.Promise("LAT-6", "It votes first for the candidate in its ledger")
	lat6Times    = scenario.Promise("LAT-6", "with the time in ms, above that of its last vote for this root")
	lat6Moves    = scenario.Promise("LAT-6", "It moves to another only when that has more weight of votes than its own and a second has passed")
	lat6Final    = scenario.Promise("LAT-6", "It makes a final vote for the block in its ledger when it holds votes of q for it, normal or final")
	lat6Synced   = scenario.Promise("LAT-6", "The final vote is synced before it is sent")
	lat6Never    = scenario.Promise("LAT-6", "after it there is no other vote for this root")
	lat6Restarts = scenario.Promise("LAT-6", "after it there is no other vote for this root, restarts included, until the root is cemented")
	lat6One      = scenario.Promise("LAT-6", "Receivers count one vote a root and representative: a greater timestamp replaces, "+
		"equal or less is ignored, final is never replaced")
	lat6Disk = scenario.Promise("LAT-6", "A representative that has lost its disk votes for nothing until its operator founds it again")

	// Cementing.
	lat7Previous = scenario.Promise("LAT-7", "A root is voted on once its previous is cemented")
	lat7Final    = scenario.Promise("LAT-7", "A block is cemented when final votes of q are held for it and its previous is cemented")
	LAT7Good     = scenario.Promise("LAT-7", "Cemented is for good")
	lat7Rivals   = scenario.Promise("LAT-7", "its rivals are refused")
	lat7Up       = scenario.Promise("LAT-7", "the next of the account and receives that waited come up")
	lat7Places   = scenario.Promise("LAT-7", "Their places are given round robin over classes of balance")
	lat7Leave    = scenario.Promise("LAT-7", "After 60 s without cementing an election gives its place to one that waits. "+
		"Finished ones leave at once")

	// What travels on.
	lat8Blocks = scenario.Promise("LAT-8", "A block is passed on once when it is valid or waits")
	lat8Votes  = scenario.Promise("LAT-8", "A vote is passed on once when its representative has 1/1000 of the supply and it "+
		"changed a tally or is kept")
	lat8Waits   = scenario.Promise("LAT-8", "Votes for unknown blocks wait")
	lat8Asks    = scenario.Promise("LAT-8", "For an election that is open for 2 s the peers are asked for votes, each 2 s")
	lat8Answers = scenario.Promise("LAT-8", "a representative that is asked for a cemented root answers with a final vote for it")

	// Old blocks and late nodes.
	lat9Prunes = scenario.Promise("LAT-9", "Pruning deletes a block only if its height is below both the cemented height and "+
		"the account's newest N")
	lat10Behind = scenario.Promise("LAT-10", "A node that is behind asks a peer for frontiers, in ranges of accounts, and "+
		"pulls at most 8 blocks at a time, with the votes for them")
	lat10Nothing = scenario.Promise("LAT-10", "What it is told of frontiers decides nothing")
	lat10Weights = scenario.Promise("LAT-10", "Until it has cemented as many blocks as the checkpoint in its configuration "+
		"counts, it takes weights from that checkpoint, not from its ledger")
	lat11Takes = scenario.Promise("LAT-11", "The node takes what is in the cut for cemented")
	lat12Room  = scenario.Promise("LAT-12", "Uncemented blocks are at most 100,000; beyond that the newest of the class with most "+
		"of them is rolled back and may come again")
)
