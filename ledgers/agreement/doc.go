// Package agreement is what a ledger needs whose members agree on blocks, one after the other, while some of them may
// do anything.
//
//	ledger: what a block may contain, what the operator says of members
//	  ^ Content, Check, Leads, Trusts, Decided       | Again, Standing
//	  |                                              v
//	agreement: rounds, votes, locks, certificates, what was signed (VAL-5 to VAL-8)
//	  |  Disk  Identity        |  Broadcast, Send, Request
//	  v                        v
//	host                     gossip and p2p (layers 1 to 4)
//
// Elective 8 is the agreement: its code runs here, with one vote a member, and with the content of another ledger in its
// blocks. Elective 10 is such a ledger. What is proposed, whether it may be voted for and who leads are the ledger's
// questions; everything else is that of elective 8 and told by its rules.
//
// # Wire and disk
//
// The messages are those of elective 8: `val:proposal`, `val:prevote`, `val:precommit`, `val:evidence`, `val:state`,
// `val:fetch` and `val:range`. What is signed has this ledger's chain id, so that no word of one ledger is one of
// another. The files are `decided` and `signed`.
//
// # Simplifications
//
//   - Members are in genesis, and stay.
//   - A node that comes late gets every block; there are no snapshots.
//   - A member that says two things in one place is shown, and not punished.
//
// Read next: agreement.go; then solutions/validators/foreign.go.
package agreement
