// Package latticenode is what a process has around one node of elective 9, the lattice: over TCP with TLS, with its disk
// in a file of bbolt, an API of JSON, and a wallet.
//
//	strata-lattice init --> directory: genesis, identity.key, lattice.db
//	                            |
//	strata-lattice node, strata node --ledger lattice
//	                            |                POST / {"action": ...}, page
//	     +----------------------v-----------------------^-----------+
//	     | Running: host, disk, guard, layers, lattice  |           |
//	     |    ^ Ledger                                  API         |
//	     | Wallet (accounts of one seed), Faucet, Payments          |
//	     +----------------------------------------------------------+
//	                            ^ Ledger
//	strata-lattice wallet ----- Client
//
// A directory belongs to one chain and one key. The node is a representative if balances name its key as theirs. What
// it has said for good is in lattice.db: a node that finds that empty follows, and votes for nothing until its operator
// says that it may (LAT-6).
//
// A wallet needs nothing but a Ledger: the node next to it, or a client's. A client's wallet signs on its own machine.
//
// # Simplifications
//
//   - Everybody who reaches the API may read, and hand in blocks, which their owners have signed. What moves the node's
//     own money asks for a token, which lies in the directory.
//   - All accounts are in memory; with pruning, the newest blocks of each.
//
// Read next: running.go, then wallet.go and api.go.
package latticenode
