// Package node puts one node of the chain together: the six layers of a stack, whoever wrote them,
// and the provided parts around them.
//
//	            Submit      AddBlock       Status, Account, Block, OnTip
//	               |            |                     |
//	+--------------v------------v---------------------v------------------+
//	|   mempool <--> miner --> blocktree --> store          executor     |
//	|      |           ^        |  ^                                     |
//	|      |           +new tip-+  | intake: signatures, off the loop    |
//	|      |                       |         ^            ^              |
//	|      |  bc:new_tx   bc:new_block     fetch          sync           |
//	|   gossip ----------------------------- search        |             |
//	|   p2p -----------------------------------------------+             |
//	|   messaging  network                                               |
//	+--------------------------------------------------------------------+
//
// On the wire:
//
//	gossip kind bc:new_block  text of a block (FRK-7). Passed on if it is new and its proof of work
//	                          holds; not when it is known, or known to be invalid. With transactions
//	                          in it, it travels on before it is executed.
//	search kind block         query: 32-byte hash; answer: text of the block (FRK-4).
//	search kind here          query: an address; the node that has it answers, with nothing.
//	requests sync:locate, sync:blocks   see package blocksync (SYN-1 to SYN-9).
//	request node:status       who the other node is, and of which chain, see package peerstatus.
//
// Blocks come from gossip, search and sync. The signatures of all that wait are verified as one batch
// away from the loop; then the blocks go into the tree, in the order in which they came.
//
// A peer that arrives is told the tip, as a gossiped bc:new_block to that peer alone under a fresh
// id. To a node that has the block it is nothing new and ends there; one that lacks it passes it on
// to whoever was cut off with it, and learns that this peer is ahead: then sync gets what is missing,
// or search, if it is a single block. So a fresh node has the chain without having to wait for the
// next block.
//
// What this node's users submit, and what a reorganisation returns, is announced again until it is in a block or
// cannot get into one, also after a restart (package rebroadcast).
//
// Start goes from the handlers to the network and then the miner; Stop the other way. The store is
// the caller's.
//
// With a Guard in the config, the stack is a guarded one (guard.Stack): strangers are limited, forged
// transactions are noticed, and the node passes on no more than its peers take from it. Who sends blocks
// without work, or answers that do not answer, is reported here. Good peers and bans outlive a restart, in
// the store's buckets "peers" and "bans" (package peertable). From time to time one node of the network asks
// by search for somebody whom it remembers. If nobody has that address, although something listens there, the
// network is in parts: the node gives up a peer for it, and joins them.
//
// Simplifications: pooled transactions are not told to a peer that arrives; a bad block costs its sender
// no more than its work.
//
// Read next: harness/lab and cmd/strata, which run nodes.
//
// # Rooms
//
// blocktree holds every known block and chooses the tip. What the store has is always one valid tip with
// its accounts. It gets blocks from anywhere and knows nothing of peers. reorg, inside it, changes a state by
// several blocks at once, or not at all.
//
// blocksync gets many blocks from several peers and believes none of them: what it hands on is linked, has
// its work and ends where it should. It knows requests and hashes, and executes nothing.
//
// fetch gets single blocks by search, asks again and gives up in the end. What waits is bounded.
//
// miner looks for the next block, on the newest tip, with the newest transactions. All hashing happens away
// from the loop.
//
// guard stands below layer 1 and between the layers, and limits what each stranger may cost. No layer
// knows of it, and a graded stack has none.
//
// rebroadcast cares for the transactions of this node's own users, and for those that a reorganisation
// returned: it announces them again. What it cares for is bounded, and in the store.
//
// workledger shows a node as a ledger, by the contract of package ledgers: what the electives promise and the chain
// does not, certainty above all, can so be compared.
//
// peerstatus asks each peer who it is and of which chain. It blames nobody: it keeps the node from blaming who
// is of another one.
//
// peertable keeps addresses of good peers, and bans, over restarts. It knows a store and no network.
//
// store is where blocks, accounts and the tip change together or not at all. It says what a store promises;
// storetest holds every store to it.
//
// simdisk is a store on a simulated disk, which a crash leaves as badly as a real one could.
//
// offloop is code that runs away from the loop. pow, inside it, finds nonces, on values that nobody else
// touches; signatures remembers which signatures are right, for the loop as well, and has the one lock around
// the layers. It may use processors to the full and knows no host.
//
// process is what a process has around a node, and the only room with goroutines, files and sockets: tcphost
// is the host on TCP, daemon puts a process together from its settings, api answers HTTP, index finds
// transactions, metrics counts, thrift gives memory back, boltstore, memstore, writebehind, repair and soak keep blocks over crashes, keyfile
// and atomicfile keep small files whole. ledgernode is a process around the ledger of an elective: directory, host,
// layers and API; latticenode is one around the lattice, with a wallet, whose disk boltdisk keeps in one file; causalnode is
// one around a replica of causal, with the directory of ledgernode; localhttp is what their APIs have in common. operator is
// what somebody who runs a validator looks at: history, checks, alerts, figures.
//
// nodetest is the conformance suite of the whole stack: several nodes of one chain, under faults.
package node
