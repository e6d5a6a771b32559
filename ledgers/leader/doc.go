// Package leader is elective 7: a replicated log. One member leads, the others acknowledge, and when the
// leader fails they move to the next view together.
//
//	client: key = value, signed, numbered
//	   | Submit                       | Final, Refused
//	   v                              |
//	pool --> leader's block --> log of a quorum --> commit --> state
//	            |                 ^  synced, then acknowledged
//	            v                 |
//	         members: the same log, block by block
//	            ... a leader that falls silent: wish, change, begin: the next view ...
//
// The fault model is the crash: a member may stop at any instant, lose what it had not synced, and come
// back; messages may be late, lost or doubled. It does not lie. With f = floor((n-1)/2) members down, the
// ledger goes on, and what is committed is never undone. One liar among them can make it diverge: elective 8
// is for that.
//
// # What is on the disk
//
//	founded    chain id and key: written once, by founding
//	log        records: length 4 | number 8 | kind 1 | body | CRC-32C 4; that of a block carries the block
//	blocks     bodies of blocks, synced before a record names one that it does not carry, and before the log is cut
//	certs      the certificate of each committed block
//	snapshot   committed state
//	pool       what waits
//
// # Wire
//
// All that members say is signed by them, with the preimage of LED-8, and gossiped under `ldr:wish`,
// `ldr:change`, `ldr:begin`, `ldr:block`, `ldr:ack` and `ldr:beat`; transactions under `ldr:tx`. Between
// peers go `ldr:at`, where a node stands, and the requests `ldr:txs`, `ldr:fetch`, `ldr:range` and
// `ldr:recover`. wire.go has the layouts. Transactions, blocks and acknowledgements go over a ledgers.Mesh: a member is
// sent each of them once.
//
// # Promises
//
// The rules LDR-1 to LDR-11 are those of docs/electives.md.
//
// # Simplifications
//
//   - The members never change.
//   - A fee is a bid and pays nobody.
//   - The set of executed operations grows forever, so that a repeated one is told what became of it.
//
// # Source
//
// B. Liskov and J. Cowling, "Viewstamped Replication Revisited", 2012. The lost disk: E. Michael and
// others, "Recovering Shared Objects Without Stable Storage", DISC 2017, shows why the paper's own recovery
// is not safe. The log: C. Mohan and others, "ARIES", 1992. Votes of one view only: D. Ongaro and
// J. Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, figure 8.
//
// Read next: leader.go, wire.go, then docs/7-leader.md and exercises/leader.
package leader
