// Package swap exchanges money on one ledger for money on another, between two parties that do not trust each other and
// have nobody in between (CAU-10).
//
//	ledger A   Initiator locks ------------------------------------> Responder redeems, until T_A
//	                     \                                          /
//	                      \ sees the lock            learns secret /
//	                       v                                      /
//	ledger B                Responder locks --> Initiator redeems    until T_B, well before T_A
//
// Both locks have one hash. The initiator made the secret, so it moves first, and its lock ends last. To take the
// responder's money it has to show the secret, which opens its own lock. From its height on a lock goes back to whoever
// locked. So each party ends with its own money or the other's, and never with neither.
//
// Plan.Next is the whole protocol: what a party does next, from what both ledgers show. It remembers nothing. A Party
// keeps the terms and the secret on a disk, safe before it does anything; all else it finds again on the ledgers, after a
// crash at whatever step. A Ledger is one side; Side is that of a replica of elective 10,
// which is told each block that members agreed on.
//
// # Promises
//
// A party that is never away for more than half of Margin loses nothing, whatever the other one does, as long as the
// blocks of both ledgers come within the times of the terms.
//
// # Simplifications
//
//   - Nobody is paid for locking: either party may let the other wait for its refund.
//   - The times between blocks are agreed on, not observed.
//
// # Source
//
// TierNolan, "Alt chains and atomic transfers", bitcointalk.org, 2013. M. Herlihy, "Atomic Cross-Chain Swaps", PODC 2018:
// why who knows the secret locks first, and for longest.
//
// Read next: terms.go, next.go, party.go.
package swap
