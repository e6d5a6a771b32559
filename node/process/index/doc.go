// Package index remembers where each transaction of the chain is, and which transactions an account
// has a part in. A node does without; its HTTP API does not.
//
//	chain's store --- blocks ---> Step ---> index's own store ---> Place, History, Count
//
// What the store holds, integers big-endian:
//
//	meta     "tip" -> number(8) hash(32)             the last block that is in the index
//	places   id(32) -> number(8) position(4)         of each transaction
//	counts   key(32) -> count(8)                     of the transactions of an account
//	history  key(32) sequence(8) -> id(32)           these, from 0 on
//
// The index follows the chain: after each move of the tip it takes out what was undone, last first,
// and puts in what was applied, many blocks in one transaction of its store. Where it stands is
// part of that transaction, so that it goes on from there after a crash. It is made of the blocks
// alone: one that is broken is thrown away and made again.
//
// Simplification: rewards are not transactions and have no history.
//
// Read next: node/process/api, which asks it.
package index
