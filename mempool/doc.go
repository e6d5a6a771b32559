// Package mempool is layer 5: the transactions that wait for a block.
//
//	         chain: takes what fits into a block, evicts what a block has taken
//	           |  Transactions  Evict               ^
//	           v                                    |
//	Announce -> mempool: each once, valid, at most a minute -> Watcher: pooled, left, refused
//	           |  Broadcast "bc:new_tx"             ^  handler: pass on or not
//	           v                                    |
//	         gossip: once to everyone
//
// A transaction moves an amount from one account to another. Whoever owns the sender's key signs
// it, announces it at any node, and gossip carries it to all the others. Every node pools it,
// until the miner of some node puts it into a block. No node trusts another: each checks the
// signature, and passes on nothing but what it would pool itself, so that a forged transaction
// dies at its author's first neighbour.
//
// # Wire format
//
// The payload of gossip kind `bc:new_tx` is the transaction's text (CHN-1):
//
//	sender,recipient,nonce,amount,signature
//	  hex    hex      dec   dec      hex
//
// Sender and recipient are Ed25519 public keys of 32 bytes and the signature has 64, in
// lower-case hex; nonce and amount are decimals of 64 bits. The signature is over the text before
// the last comma. The text is canonical: no sign, leading zero, upper case, blank or extra field
// decodes, so that one transaction has one text and one id, which is the text's SHA-256.
// ParseTransaction and Transaction.AppendText are inverse.
//
// Signatures are valid by ZIP-215 (CHN-13). RFC 8032 leaves open what to say of points of small
// order and of encodings that are not canonical, and libraries differ. In a chain a difference is
// a split: one half of the nodes takes a block that the other half never takes.
//
// Config.Verifier checks them, for this layer and for the chain: the same one within a node. It
// remembers what it found right, so that a transaction that was verified for the pool costs next to
// nothing in a block. ZIP215 is the one that remembers nothing.
//
// # Promises
//
//   - MEM-1: Announce of a valid transaction pools and gossips it; of an invalid one it returns the
//     error and does neither.
//   - MEM-2: What does not decode, or is signed wrongly, is neither pooled nor passed on.
//   - MEM-3: What is pooled is neither pooled again nor passed on again, under whatever gossip id it comes.
//   - MEM-4: Of two transactions with the same sender and nonce the first seen stays.
//   - MEM-5: Transactions lists the pool in order of arrival; the slice is the caller's.
//   - MEM-6: Evict removes; evicting what is not there does nothing.
//   - MEM-7: A transaction leaves 60 s after it came; duplicates do not extend that.
//   - MEM-8: At most 5,000 transactions, the oldest going first, and at most 64 of one sender, the
//     newcomer being refused.
//   - MEM-9: The watcher is told once of each transaction that enters or leaves the pool, and of each
//     that a peer sent and that was refused.
//
// # Simplifications
//
//   - No fees: a miner takes what came first. Real pools order by what a transaction pays, and let
//     a sender replace one by another that pays more.
//   - Balance and nonce are not looked at: the pool does not know the chain. A sender without
//     money can fill 64 places for a minute, and whoever makes many keys can fill the pool.
//   - Nothing is stored: a node that restarts has an empty pool.
//
// # Source
//
// Ed25519: RFC 8032. The rules of verification: ZIP-215, https://zips.z.cash/zip-0215. The pool
// follows that of Bitcoin Core, txmempool.h, in outline.
//
// # What to read next
//
// mempool.go, which you implement; wire.go and verify.go, which you use. Then the chapter
// docs/5-mempool.md and exercises/mempool. Above this layer is package chain.
package mempool
