// Package causal is elective 10: a document that any number of people change at once, without anybody who
// orders what they do.
//
//	a writes            b writes, not knowing of it
//	   \                 /
//	    update          update      each names what its author had seen
//	        \            /
//	         \          /
//	          update                names both
//	             |
//	          document              the same on every node that has the same updates
//
// Updates name their predecessors by hash, so that they make a graph without cycles. A node delivers an update
// after everything before it; nodes tell one another which updates nothing stands on, and ask for those that
// they lack. There is no vote and no leader, so that nothing has to wait, and any number of nodes may lie: as
// long as the correct ones are connected through correct ones, they come to the same document. What cannot be had
// so is an order: who of two had a thing first, or whether a balance sufficed.
//
// # Wire
//
// Updates are gossiped under `cau:update`. Between peers go `cau:heads`, where a node stands, and the requests
// `cau:list` and `cau:ask`. update.go, body.go, deed.go and
// wire.go have the layouts.
//
// # What is on the disk
//
//	founded    chain id and key: written once, by founding
//	updates    every delivered update, in the order in which it was delivered
//
// # Promises
//
// The rules CAU-1 to CAU-10 are those of docs/electives.md. What a block does is here (Bank, State); members agree on
// blocks in ledgers/causal/blocks.
//
// # Simplifications
//
//   - Anyone may write, and may delete what others wrote.
//   - Nothing is ever forgotten: the graph and the tombstones grow.
//   - An author can try signatures until a hash wins a tie (CAU-5).
//
// # Source
//
// M. Kleppmann, "Making CRDTs Byzantine Fault Tolerant", PaPoC 2022: the graph of hashes, its reconciliation,
// and validity from what stands before an update. M. Shapiro and others, "Conflict-Free Replicated Data Types",
// 2011. The list: H.-G. Roh and others, "Replicated Abstract Data Types", 2011.
//
// Read next: causal.go, update.go, body.go.
package causal
