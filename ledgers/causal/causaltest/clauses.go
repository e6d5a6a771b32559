package causaltest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/electives.md.
var (
	led4Dropped = scenario.Promise("LED-4", "A copy with a wrong signature, length or encoding is dropped, and the sender is blamed")
	led6Once    = scenario.Promise("LED-6", "passed on once for its content")

	cau1Names  = scenario.Promise("CAU-1", "A correct author names the heads that it knows, of whatever author")
	cau1Prev   = scenario.Promise("CAU-1", "prev (the author's own last update, zeros for its first)")
	cau1Many   = scenario.Promise("CAU-1", "prev among them or behind them, the deepest first if there are more than 64")
	cau1Layout = scenario.Promise("CAU-1", "predecessors (1 to 64 hashes, rising, none twice)")
	cau1Synced = scenario.Promise("CAU-1", "it syncs its update before it sends it")

	CAU2Once  = scenario.Promise("CAU-2", "An update is delivered once, after all its predecessors")
	cau2Asked = scenario.Promise("CAU-2", "all that are missing are asked for: of the peer that sent it, then of others")

	cau3Heads  = scenario.Promise("CAU-3", "Heads are the delivered updates that no delivered one names")
	cau3Tells  = scenario.Promise("CAU-3", "Twice a second, and at once when they have changed, a node tells its peers its heads")
	cau3Asks   = scenario.Promise("CAU-3", "each side asks for those of the other's heads that it lacks")
	cau3More   = scenario.Promise("CAU-3", "twice as many as the last answer had that were new to it, at most 64, at first none")
	cau3One    = scenario.Promise("CAU-3", "up to 256 hashes a request, one request a peer at a time")
	cau3Answer = scenario.Promise("CAU-3", "how many ancestors beyond them may come too, nearest first")
	cau3Cost   = scenario.Promise("CAU-3", "agree with at most 3k updates sent, heads and asked hashes besides")
	cau3Trips  = scenario.Promise("CAU-3", "on a chain in 8 + ceil(k/64) round trips")
	cau3Same   = scenario.Promise("CAU-3", "Equal heads mean equal sets")
	cau3Left   = scenario.Promise("CAU-3", "One that answers without the hash is not asked for it again for 60 s")
	cau3Every  = scenario.Promise("CAU-3", "Every peer that has spoken of a hash is asked for it, and these first")
	cau3Few    = scenario.Promise("CAU-3", "others as long as fewer than 3 rest")
	cau3Silent = scenario.Promise("CAU-3", "one that does not answer for 5 s")
	cau3Later  = scenario.Promise("CAU-3", "it rests, until it speaks of the hash for the first time")
	cau3Anew   = scenario.Promise("CAU-3", "A peer that comes back has neither spoken nor been asked")
	cau3Forgot = scenario.Promise("CAU-3", "of which nobody has spoken for 60 s and for which nothing waits is forgotten")
	cau3Liars  = scenario.Promise("CAU-3", "So a replica comes to have what a correct peer has, however many others lie")

	cau4Before  = scenario.Promise("CAU-4", "Whether an update is valid depends on it, its ancestors and genesis alone")
	cau4Stands  = scenario.Promise("CAU-4", "What stands on an invalid one is invalid")
	cau4Neither = scenario.Promise("CAU-4", "Invalid ones are neither delivered nor heads nor passed on")
	cau4Prev    = scenario.Promise("CAU-4", "prev is an ancestor by the same author")
	cau4Copy    = scenario.Promise("CAU-4", "A copy with a wrong signature says nothing about its id")

	cau5Order = scenario.Promise("CAU-5", "greater depth first, then greater hash, then lower index")

	cau6Set      = scenario.Promise("CAU-6", "Set replaces the values of that key in its ancestors")
	cau6Remove   = scenario.Promise("CAU-6", "Remove removes what its ancestors had; a concurrent set stays")
	cau6List     = scenario.Promise("CAU-6", "siblings stand by CAU-5, children after their parent")
	cau6Delete   = scenario.Promise("CAU-6", "Delete names such an element and leaves a tombstone")
	cau6Invalid  = scenario.Promise("CAU-6", "A body that names what is not among its ancestors is invalid")
	CAU6Function = scenario.Promise("CAU-6", "The result is a function of the set of updates")

	cau7Both  = scenario.Promise("CAU-7", "Both are delivered; neither they nor what stands on them is less valid")
	cau7Proof = scenario.Promise("CAU-7", "the proof is shown once an author")
	cau7What  = scenario.Promise("CAU-7", "Two updates of one author with equal prev are equivocation, and their own proof")

	cau8Order   = scenario.Promise("CAU-8", "are executed sorted by (depth rising, hash rising)")
	cau8First   = scenario.Promise("CAU-8", "the first that the state allows is executed, the others are refused")
	cau8Alike   = scenario.Promise("CAU-8", "refused, everywhere alike")
	cau8Cut     = scenario.Promise("CAU-8", "with all that block h-1's cut had")
	cau8Agree   = scenario.Promise("CAU-8", "They agree on blocks by VAL-5 to VAL-8")
	cau8Every   = scenario.Promise("CAU-8", "A block is made each 5 s, empty or not")
	cau8Undone  = scenario.Promise("CAU-8", "With at most f faulty members nothing final is undone")
	cau8Stays   = scenario.Promise("CAU-8", "it stays until it fails")
	cau8Trust   = scenario.Promise("CAU-8", "or until members whose operators distrust it (more than f) prevote nil to it")
	cau8All     = scenario.Promise("CAU-8", "A member prevotes only a cut of which it has delivered everything")
	cau8Follow  = scenario.Promise("CAU-8", "A replica that is no member checks certificates, and comes to the same blocks")
	cau9Settled = scenario.Promise("CAU-9", "before all else, the revealed ones of block h are executed")

	cau10Below  = scenario.Promise("CAU-10", "Executed in a block below T redeem is possible and refund is not; from T on the reverse")
	cau10Once   = scenario.Promise("CAU-10", "the reverse; once only")
	cau10Secret = scenario.Promise("CAU-10", "SHA-256 of exactly 32 bytes")
)
