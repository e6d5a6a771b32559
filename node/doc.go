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
//	requests sync:locate, sync:blocks   see package blocksync (SYN-1 to SYN-9).
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
// Start goes from the handlers to the network and then the miner; Stop the other way. The store is
// the caller's.
//
// With a Guard in the config, package guard stands below the network: it limits strangers, and is told
// here who sends forged transactions, blocks without work, or answers that do not answer. The node then
// passes on no more than its peers take from it. Good peers and bans outlive a restart, in the store's
// buckets "peers" and "bans" (package peertable).
//
// Simplifications: pooled transactions are not told to a peer that arrives; a bad block costs its sender
// no more than its work.
//
// Read next: harness/lab and cmd/strata, which run nodes.
package node
