// Package lattice is elective 9: one chain an account, and votes that are as heavy as the balances behind them.
//
//	account A   open --- send 5 --- send 2
//	                        |
//	account B      open --- receive 5 --- change
//	                 ^
//	                 | each block waits for votes; a quorum of *final* votes cements it
//	   representatives: vote, move to the heavier candidate, vote for good
//
// Only its owner adds to an account's chain, so that there is nothing to agree on, as long as each owner signs one
// block after another. Two blocks in one place are a fork: the representatives choose.
//
// The fault model: representatives may lie. Two quorums share a correct one as long as twice the quorum less the
// supply is above the weight that is faulty, or that moves while they vote (LAT-5).
//
// # What is on the disk
//
//	founded    chain id and key: written once, by founding
//	journal    records: a final vote (1 | account | previous | hash), synced before it is sent;
//	           a cemented block (2 | block), in the order of cementing
//	base       the cut that the ledger begins with instead of genesis, and its CRC-32C (LAT-11); most have none
//
// # Wire
//
//	lat:block        gossip: Block, 216 bytes; under lat:block.again from a peer that repeats it (LED-7)
//	lat:vote         gossip: Vote, 137 to 489 bytes; lat:vote.again likewise
//	lat:at           to a peer: Standing
//	lat:ask_votes    to a peer: Roots; it sends the votes that it has (LAT-8)
//	lat:frontiers    request: account; answer: Frontiers from that account on
//	lat:pull         request: Pull; answer: Pulled, at most 8 blocks (LAT-10)
//
// Blocks, hashes, addresses and votes have the layouts of block.go, vote.go and address.go. There work, and a vote's
// time, are little-endian; all else is big-endian.
//
// # Promises
//
// The rules LAT-1 to LAT-12 are those of docs/electives.md.
//
// # Simplifications
//
//   - Everything but the journal is in memory. The journal only grows.
//   - A signed checkpoint travels as a file, from operator to operator, and no peer sends one (LAT-11).
//   - Wallet, faucet and API stand around it: package node/process/latticenode.
//   - A journal that rots where it was synced is cut there, as if the end were torn.
//
// # Source
//
// C. LeMahieu, "Nano: A Feeless Distributed Cryptocurrency Network", 2018, and the pages of Nano's documentation
// on voting and on final votes. Layouts, thresholds and addresses are those of smallnano.
//
// Read next: lattice.go, block.go, then docs/9-lattice.md and exercises/lattice.
package lattice
