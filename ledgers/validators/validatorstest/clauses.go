package validatorstest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/electives.md, rule by rule.
var (
	led2Submit = scenario.Promise("LED-2", "the same operation again gives the same id and the status it has by now, before, "+
		"during and after it became final")
	led3Once   = scenario.Promise("LED-3", "once, in each life of the node, that an operation is final")
	led4Blamed = scenario.Promise("LED-4", "dropped, and the sender is blamed")
	led6Once   = scenario.Promise("LED-6", "handled and passed on once for its content, under whatever gossip id it comes")
	led7Has    = scenario.Promise("LED-7",
		"every correct node that it is connected to has, 2 s after the network is whole")
	led8Preimage = scenario.Promise("LED-8",
		"then the fields in the order of wire.go, each of fixed size or with its length before it")
	led9Stops = scenario.Promise("LED-9", "the node stops: it never tries again and goes on")

	val3Epochs = scenario.Promise("VAL-3", "The set of height h+1 is the one that the header of h commits to. It changes only "+
		"when h is a multiple of Epoch (20)")
	val4Quorum = scenario.Promise("VAL-4", "With total power t a quorum is t - floor((t-1)/3), the least q with 3q > 2t")
	val4Turn   = scenario.Promise("VAL-4", "Proposer: index ((height - 1) mod n + round mod n) mod n of that order")
	val2Time   = scenario.Promise("VAL-2",
		"a fresh proposal is refused if it is more than 10 s ahead of one's clock")
	val5Propose = scenario.Promise("VAL-5", "Propose (value, validRound or -1): the valid value if there is one, else a "+
		"fresh one")
	val5Fresh = scenario.Promise("VAL-5", "With validRound -1 the block's own round is this round and its maker this "+
		"round's proposer: prevote it if it is valid, executed, and one is not locked or locked on it, else nil (line 22)")
	val5Again = scenario.Promise("VAL-5", "With 0 <= validRound < round: once a quorum's prevotes for it in validRound are "+
		"held, prevote it if it is valid, executed, and lockedRound <= validRound or one is locked on it, else nil (28)")
	val5Nil   = scenario.Promise("VAL-5", "Nil when TimeoutPropose passes (57)")
	val5Polka = scenario.Promise("VAL-5", "On a quorum of prevotes for the round's proposed, executed value, in step prevote "+
		"or later, once a round: note it as valid, and if the step is prevote, lock it and precommit it (36)")
	val5Steps = scenario.Promise("VAL-5", "On a quorum of nil, or TimeoutPrevote after a quorum of any: precommit nil. "+
		"TimeoutPrecommit after a quorum of any precommits: next round")
	val5Decides = scenario.Promise("VAL-5", "Precommits of a quorum for one value in any round of the height decide it, "+
		"whatever step one is in")
	val8Skips = scenario.Promise("VAL-8", "To a later round of its height one goes when distinct validators of more than "+
		"t/3 have signed anything of that round or later, or by its own timeouts")

	val6Synced = scenario.Promise("VAL-6", "Before a proposal or vote is sent it is synced, with height, round, step, "+
		"locked and valid round, and the blocks of both")
	val6GoesOn = scenario.Promise("VAL-6", "After a restart one goes on from there")
	val6Never  = scenario.Promise("VAL-6", "for a place already signed the same bytes are sent again, never others")
	val6Silent = scenario.Promise("VAL-6", "A validator without its founding record or log signs nothing below the height "+
		"that its operator names (SignFrom); by default that is never")
	val7Proves = scenario.Promise("VAL-7", "all precommits of that round and hash, none nil, at least a quorum. It "+
		"convinces anyone who knows the set")
	val9Two = scenario.Promise("VAL-9", "Evidence is two different signed messages of one validator, height, round and kind "+
		"(proposal, prevote, precommit; nil counts)")
	val9Marks = scenario.Promise("VAL-9", "and marks the key, which is never eligible again")
	val9Valid = scenario.Promise("VAL-9", "It is valid until Unbonding heights after its height, if the signer was in that "+
		"height's set and is not yet marked")
	val9Includes = scenario.Promise("VAL-9", "A proposer includes what it has, at most 8; everyone checks")
	val9Slashed  = scenario.Promise("VAL-9", "Execution takes 5 % (rounded up) of the signer's self stake, of each "+
		"delegation, and of what has been undelegated since that height")
	// VAL10Never is what nothing may break.
	VAL10Never = scenario.Promise("VAL-10", "no two certificates for one height with different hashes")
	val10Live  = scenario.Promise("VAL-10", "every height is decided by the end of the first round with a correct proposer "+
		"after one whole round whose timeouts exceed 4D")
	val11Verifies = scenario.Promise("VAL-11", "From there it verifies each certificate against the set that the header "+
		"before commits to, and executes each block")
	val11Blames  = scenario.Promise("VAL-11", "A wrong answer is dropped whole and blames its sender")
	val11Fetches = scenario.Promise("VAL-11", "A node that is SnapshotBehind (1,000) heights or more behind, or whose peers "+
		"lack the next block, asks for a snapshot")
	val11Kept = scenario.Promise("VAL-11", "A chunk that is withheld or wrong is asked of another peer, and what came is "+
		"kept over a restart")
	val12Empty = scenario.Promise("VAL-12", "A block is made at once when there is work, else after EmptyInterval (10 s)")
)
