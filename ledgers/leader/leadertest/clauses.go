package leadertest

import "strata/scenario"

// The promises of all ledgers that the suite checks, in the words of docs/electives.md, rule by rule.
var (
	// Chains.
	led1Chain = scenario.Promise("LED-1", "The chain id is the SHA-256 of the genesis text")

	// Submitting.
	led2Submit = scenario.Promise("LED-2", "Submit is idempotent: the same operation again gives the same id and the "+
		"status it has by now, before, during and after it became final")

	// Statuses.
	led3Status  = scenario.Promise("LED-3", "Status is unknown, waiting, final or refused")
	led3Refused = scenario.Promise("LED-3", "Refused is for good, and names the rule")
	led3Once    = scenario.Promise("LED-3",
		"The watcher hears once, in each life of the node, that an operation is final")

	// Bad copies.
	led4Dropped = scenario.Promise("LED-4", "A copy with a wrong signature, length or encoding is dropped")
	led4Blamed  = scenario.Promise("LED-4", "is dropped, and the sender is blamed")
	led4Nothing = scenario.Promise("LED-4", "the id is remembered as nothing")

	// Digests.
	led5Digest = scenario.Promise("LED-5", "height and block hash of the newest final block")

	// Signed messages.
	led6Once = scenario.Promise("LED-6",
		"A signed message is handled and passed on once for its content, under whatever gossip id it comes")

	// What all come to have.
	led7Tells = scenario.Promise("LED-7", "Twice a second, and at once when it has changed, a node tells each peer "+
		"where it stands (at most 256 bytes)")
	led7Sends = scenario.Promise("LED-7", "A node that sees that a peer lacks what it has and the peer can use now "+
		"sends it, at most 32 messages and 256 KiB a peer and interval")
	led7Has = scenario.Promise("LED-7",
		"So what one correct node has, every correct node that it is connected to has, "+
			"2 s after the network is whole")

	// Signatures.
	led8Preimage = scenario.Promise("LED-8", "Signature preimage: strata, 0x00, name of the ledger, 0x00, kind, 0x00, "+
		"chain id (32), then the fields in the order of wire.go, each of fixed size or with its length before it")

	// Promises and disks.
	led9Synced = scenario.Promise("LED-9", "A promise is synced before it is told")
	led9Stops  = scenario.Promise("LED-9", "If the sync fails the node stops: it never tries again and goes on")

	// Bounds.
	led10Bounds = scenario.Promise("LED-10", "Bounds hold per source, not in all only: whoever sends too much loses "+
		"its own, never another's place")
)

// The promises of the elective.
var (
	// Who leads, and who observes.
	ldr1Leads    = scenario.Promise("LDR-1", "The leader of view v is member v mod n")
	ldr1Observes = scenario.Promise("LDR-1",
		"Everybody else observes: it gets, checks and passes on, and its words count for nothing")

	// Who proposes, and who acknowledges.
	ldr2One  = scenario.Promise("LDR-2", "There is one block for a view and a height, restarts included")
	ldr2Most = scenario.Promise("LDR-2", "The leader may have 8 blocks under way")
	ldr2Acks = scenario.Promise("LDR-2", "A member acknowledges (view, height, hash) once the block and all before it "+
		"are in its log and synced, if that is the view it is in and it has the log that this view began with")

	ldr2Each = scenario.Promise("LDR-2", "of those that one sync made safe the highest is acknowledged, and each whose "+
		"height divides by 8, so that there are certificates")

	// What is committed.
	ldr3Committed = scenario.Promise("LDR-3", "A block is committed when members of a quorum, the leader among them, "+
		"have acknowledged, in one and the same view, this block or one that stands on it")
	ldr3Tells = scenario.Promise("LDR-3", "The leader tells the commit height with each block and every 200 ms")
	LDR3Never = scenario.Promise("LDR-3", "What is committed is executed in order, and never undone")

	// From one view to the next.
	ldr4Wishes = scenario.Promise("LDR-4", "A member that has work (a pooled transaction or a block that is not "+
		"committed, for longer than the view's timeout) and has seen no commit in that time, or has heard nothing of "+
		"the leader for that time, wishes the next view")
	ldr4Repeated = scenario.Promise("LDR-4", "wishes the next view: synced, signed, with a rising number, to all, "+
		"repeated each second until the view begins or a commit is seen")
	ldr4Hands   = scenario.Promise("LDR-4", "At half the timeout every node, an observer too, sends the leader what waits")
	ldr4InTurn  = scenario.Promise("LDR-4", "and its peers in turn while the view has not begun")
	ldr4Acks    = scenario.Promise("LDR-4", "A wish is no promise: it goes on acknowledging")
	ldr4Changes = scenario.Promise("LDR-4",
		"Let w be the largest view that a quorum wishes or exceeds; who sees w above its own view changes to w")
	ldr4Tells   = scenario.Promise("LDR-4", "it tells all: (w, last normal view, tip's height and hash, commit height)")
	ldr4Chooses = scenario.Promise("LDR-4", "With the words of a quorum the leader of w chooses the log with the "+
		"highest (last normal view, height)")
	ldr4Begins = scenario.Promise("LDR-4",
		"syncs it together with last normal view = w, and only then begins the view, with those words as proof")
	ldr4TakesOver = scenario.Promise("LDR-4",
		"Members fetch what they lack, take over exactly that log, view and last "+
			"normal view in one synced record, and acknowledge its tip")
	ldr4GoesOn = scenario.Promise("LDR-4",
		"So a ledger goes on as long as members of a quorum are up and reach each other")

	// What counts for nothing.
	ldr5Wrong = scenario.Promise("LDR-5", "A wish, a word or a beginning whose signature, chain or proof is wrong, or "+
		"that was seen before, changes nothing and is not passed on")
	ldr5Quorum = scenario.Promise("LDR-5", "Nobody enters a view without the signed words of a quorum: wishes for it, "+
		"or the proof with which it began")

	// Announcements.
	ldr6Builds = scenario.Promise("LDR-6",
		"Whoever has all transactions builds it and checks the root; else it asks the announcer for those it lacks")
	ldr6Whole = scenario.Promise("LDR-6", "after 300 ms, or with wrong ids, order or root, it asks another member for "+
		"the whole block by hash, each member once, then again after a second")
	ldr6Fits = scenario.Promise("LDR-6", "Nothing is acknowledged before the root fits")

	// Ranges.
	ldr7Range = scenario.Promise("LDR-7", "the answer is at most 64 blocks and 512 KiB, in order, with a certificate "+
		"of the last. What has no certificate is not executed")

	ldr7Blames = scenario.Promise("LDR-7", "A wrong answer is dropped whole and blames its sender")

	// Clients and their numbers.
	ldr8Pool = scenario.Promise("LDR-8",
		"The pool takes an id once, and one transaction for a client and number")
	ldr8Next = scenario.Promise("LDR-8",
		"the next number is executed, one at or below it is not, whatever it contains")
	ldr8Order = scenario.Promise("LDR-8", "a client's come out in the order of numbers")

	// The log.
	ldr9Record = scenario.Promise("LDR-9",
		"A log record is length, number, kind, body, CRC-32C of all; it is synced before it is acted upon")
	ldr9Append = scenario.Promise("LDR-9", "Append tells once, after it has returned, that a record is synced, or why "+
		"it is not; one that the disk refused counts for nothing")
	ldr9Cut = scenario.Promise("LDR-9",
		"Recovery: (a) an incomplete or wrong record with no whole record after it is cut")
	ldr9GoesOn  = scenario.Promise("LDR-9", "A member that starts again goes on from what is safe")
	ldr9Damaged = scenario.Promise("LDR-9",
		"(b) one with a whole record after it is ErrDamaged with file and offset, and left as it is")

	// Reads.
	ldr10Latest = scenario.Promise("LDR-10", "For latest the leader notes its commit height, has a quorum confirm "+
		"within the view, by a fresh number, that they are still in it, and answers when it has executed that far")

	ldr10Answers = scenario.Promise("LDR-10", "Each read is answered once, with a value or with why there is none")

	// A lost disk.
	ldr11Wishes = scenario.Promise("LDR-11",
		"tells the leader (join, B); the leader, once for a nonce, wishes max(B, its view) + 1")
	ldr11Again = scenario.Promise("LDR-11", "The member counts again when it has installed the log of a view above B, "+
		"which began without its word")
)
