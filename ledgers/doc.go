// Package ledgers is what the answers to "who is right?" have in common: proof of work, which is
// layers 5 and 6, and the electives leader, validators and lattice.
//
//	client           watcher
//	  | Submit  Status  | Final  Undone  Refused
//	  v                 |
//	ledger: leader, validators, lattice, proof of work
//	  |  Disk  Identity |  Broadcast, Send, Request
//	  v                 v
//	host             gossip and p2p (layers 1 to 4)
//
// A ledger takes operations, and says of each whether it is final. What final means differs: it is
// certain within the ledger's fault model, or it has a depth, and may be undone (LED-3). That
// difference is what the electives are about.
//
// Proof of work is one by node/workledger: there nothing is certain, and what is final may be undone.
//
// The rules LED-1 to LED-10, which all of them share, stand in docs/electives.md.
//
// Read next: ledger.go, preimage.go; then ledgers/leader and ledgers/lattice.
package ledgers
