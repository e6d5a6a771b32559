// Package blocksync lets a node catch up: it gets the blocks that it lacks from its peers, many at a
// time and from several peers at once.
//
//	asker                                                 peers
//	  | sync:locate  my hashes, from the tip back  ------> lead    where do our chains part?
//	  | <------ common ancestor, tip, anchors ------------
//	  |
//	  |      ancestor        a1         a2         a3  tip      anchors: every 128th hash
//	  |         o------------o----------o----------o---o        between two: a range
//	  |           \ lead    / \ peer 2 / \ lead   /
//	  | sync:blocks  one range of the chain with anchor a2 -> peer 2
//	  | <------ blocks -----------------------------------
//	  v
//	ranges in order --> signatures verified away from the loop --> blocktree.AddAll, one commit
//
// The first peer that is ahead of us leads a round: its anchors say what the chain is. Whoever has
// the same chain helps to carry it. Every hash shows its work, and the blocks between two anchors
// fit in one way only, so that each range is checked on its own, when it comes, and who sent a wrong
// one is known.
//
// # Wire format
//
// Two kinds of requests; integers are big-endian. Hashes stand in pairs with numbers:
//
//	sync:locate   step u16 | (number u64 | hash 32 bytes) 1 to 96 times
//	      answer  ancestor u64 | tip u64 | (hash 32 bytes) 0 to 128 times
//	sync:blocks   anchor number u64 | anchor hash 32 bytes | first u64 | count u16
//	      answer  (length u32 | text of a block) 0 to count times
//
// The answer to locate names the first pair of the question that is on the answerer's chain, or the
// genesis block, and the hashes of its blocks ancestor+step, ancestor+2*step and so on; the last is
// that of the tip if the tip comes before the next step, so that their number follows from the rest.
// The answer to blocks has the blocks first, first+1 and so on of the answerer's chain, as many as
// fit in its bound, provided that the anchor is on its chain; an empty answer says that it is not, or
// that the answerer has no time.
//
// # Promises
//
//   - SYN-1: sync:locate is laid out as above. A question that is not is not answered.
//   - SYN-2: sync:blocks is laid out as above. A question that is not is not answered.
//   - SYN-3: Answers are bounded in count and bytes, and each peer, and all together, have a bounded share of bytes a second; over it, answers are empty.
//   - SYN-4: A block is kept only if its hash shows the work, its number and parent follow the block before, and its range ends at the anchor.
//   - SYN-5: Ranges are asked of several peers at once and applied in order; what waits is bounded in bytes.
//   - SYN-6: A peer that does not answer in time, or lies, is replaced by another and is not asked for a time that grows, also if it comes back.
//   - SYN-7: Many blocks are executed and stored in one commit; an invalid one keeps those before it. A node that restarts goes on from there.
//   - SYN-8: Sync starts when a peer is known to be ahead by more than a block. Single missing blocks, and those of peers that do not answer, are searched for (FRK-4).
//   - SYN-9: The status says how far it is: target, blocks per second, remaining time.
//
// # Simplifications
//
// Blocks have no headers apart from their transactions, so that nothing less than the blocks
// themselves proves a chain; Bitcoin asks for the headers first. One peer leads a round, and a chain
// that is higher is found in the next. All blocks are executed from the genesis block on: no snapshot
// of the state is trusted.
//
// Source: Bitcoin's getheaders and its locator (block_locator in Bitcoin Core's chain.cpp); the
// anchors are the skeleton of go-ethereum's downloader. Read next: node/sync.go, and package
// node/fetch, which searches for single blocks.
package blocksync
