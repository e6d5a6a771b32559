// Package chain is layer 6: blocks, the state that they lead to, and what makes the next one.
//
//	node: fork choice, store, miner
//	  |  Apply(state, sealed block)     |  Build(state, pool, coinbase)
//	  v                                 v
//	executor: the rules of the chain, and nothing else
//	  |  Execute(state, transaction)    |  Transactions  Evict
//	  v                                 v
//	state: accounts after one block   mempool: what waits
//
// A block is a list of transactions that follows one parent. Executing it turns the state after
// the parent into the state after the block:
//
//	genesis <- 1 <- 2 <- 3          each arrow is a parent hash; the state after 3 is what
//	                ^-- 3'          genesis, 1, 2 and 3 make of no accounts at all
//
// The executor knows nothing of the network, of forks or of time. It is a function of a state and
// a block, which is why all nodes that have the same blocks agree on every balance. Its Config has the
// constants of the chain, and the Verifier that checks signatures, as the mempool's has.
//
// # Wire format
//
// The text of a block (CHN-1), in gossip kind `bc:new_block` and in answers to `block`:
//
//	number:nonce:parent:coinbase[:transaction]...
//	  dec   dec   hex     hex       mempool's text
//
// Number and nonce are decimals of 64 bits, parent a SHA-256 and coinbase a public key, 32 bytes
// each in lower-case hex. The text is canonical as a transaction's is. A block's hash is the
// SHA-256 of the text; ParseBlock and Block.AppendText are inverse. Genesis is the block
// `0:0:<64 zeros>:<64 zeros>`.
//
// Text and hash cost a pass over the whole block. A block that travels through a node is therefore
// Sealed: a Block with both, made once where it comes in. Build returns a plain Block, since its nonce
// is still to be found; Apply is given a sealed one, whose Hash costs nothing.
//
// # Promises
//
//   - CHN-1: One value, one text.
//   - CHN-2: A block's number is the state's + 1 and its parent the state's hash.
//   - CHN-3: The hash starts with Difficulty zero hex digits.
//   - CHN-4: A block has 0 to MaxTransactions transactions.
//   - CHN-5: Transactions are executed in order, each on the state that the one before it left:
//     signature valid, nonce the sender's, balance sufficient.
//   - CHN-6: The amount moves to the recipient, who is created if new; the sender's nonce grows by one.
//     Sending to oneself moves nothing but the nonce.
//   - CHN-7: The reward goes to the coinbase last: it cannot be spent in its own block.
//   - CHN-8: A sum that passes 2^64-1 makes the block invalid.
//   - CHN-9: An invalid block is reported by one error that says which rule it broke; the caller throws the state away.
//   - CHN-10: Build makes a block that, once mined, Apply accepts. It may be empty.
//   - CHN-11: Build leaves no place unused that a pooled transaction could validly have.
//   - CHN-12: Build evicts what can never become valid and leaves what may.
//   - CHN-13: Signatures are valid by ZIP-215, alone or in a batch.
//
// FRK-1 to FRK-8, about which of many blocks is the tip, and SYN-1 to SYN-9, about catching up, are
// kept by what stands around the executor: node/blocktree and node/blocksync.
//
// # Simplifications
//
//   - The difficulty is a constant. Real chains adjust it to keep the time between blocks, and
//     choose the tip by the work done, not by its number.
//   - Blocks have no time and no commitment to the state, so that a node has to execute the chain
//     from genesis; there are no light clients.
//   - No fees, no scripts, no contracts: a transaction moves an amount.
//   - Texts instead of a binary encoding: twice as long, and a student can read them.
//   - The hash covers the whole block. Real ones hash a header with the root of a Merkle tree.
//
// # Source
//
// S. Nakamoto, "Bitcoin: A Peer-to-Peer Electronic Cash System", 2008, sections 2 to 6. Accounts
// with nonces instead of unspent outputs: G. Wood, "Ethereum: A Secure Decentralised Generalised
// Transaction Ledger", sections 4 and 6. The undo of a block: Bitcoin Core's undo.h.
//
// # What to read next
//
// chain.go, which you implement; block.go, sealed.go and state.go, which you use. Then the chapter
// docs/6-chain.md and exercises/chain.
package chain
