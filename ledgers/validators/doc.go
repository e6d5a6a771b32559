// Package validators is elective 8: agreement among validators of which some lie. Stake says who they are and how
// much each counts.
//
//	client: transfer, register, delegate, undelegate
//	   | Submit                              | Final, Refused
//	   v                                     |
//	pool --> proposal --> prevotes --> precommits --> certificate --> state, next set
//	            |   of a quorum: locked    |  of a quorum: decided
//	            v                          v
//	         validators: propose, prevote, precommit; and the next round if that came to nothing
//
// The fault model is Byzantine: validators with power F may do anything, alone or together, as long as 3F is below
// the power of all. Then no two blocks of one height are decided; and once messages come in bounded time, every
// height is decided.
//
// # Two parts
//
// What can be judged without a node is in this package, given: blocks and their execution (Rules), the state with its
// Merkle root and proofs (State, Tree), elections. It leaves four questions to a Judge: what a quorum is, who
// proposes, what a certificate proves, and what becomes of who contradicts itself. The agreement itself is a node: New.
//
// # Wire
//
// Words of validators, which are proposals and votes, are signed with the preimage of LED-8 and gossiped under
// `val:proposal`, `val:prevote` and `val:precommit`; transactions, up to 256 in a message, and evidence under `val:tx` and `val:evidence`.
// Between peers go `val:state`, where a node stands, and the requests `val:fetch`, `val:range`, `val:headers` and
// `val:chunk`. words.go, block.go, certificate.go, transaction.go, headers.go, parts.go and wire.go have the layouts. All numbers are big-endian.
//
// # Simplifications
//
//   - Fees go to the proposer; a commission orders candidates and pays nobody.
//   - Breaking a lock is no evidence: two words of different rounds prove nothing alone.
//   - At most 1,000 accounts can delegate to one.
//
// # Source
//
// E. Buchman, J. Kwon, Z. Milosevic, "The latest gossip on BFT consensus", arXiv 1807.04938, 2018, whose algorithm 1
// the agreement is; we execute a block before we prevote it, so that a header commits to the state after its own
// block. M. Castro, B. Liskov, "Practical Byzantine Fault Tolerance", 1999.
//
// Read next: validators.go, words.go, execute.go.
package validators
