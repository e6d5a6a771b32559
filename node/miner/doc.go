// Package miner looks for blocks (FRK-8).
//
//	blocktree --tip--> template (Executor.Build) --> text `number:nonce:...`
//	                        ^                           |  hashed in batches, off the loop
//	  pool changed, 500 ms -+                           v
//	                                  hash with enough zeros: a block
//
// A hash is a lottery ticket: each has the same small chance, whatever was tried before. So nothing
// is lost when the template is changed in the middle, and the miner can follow each new tip and
// each new transaction at once.
//
// Simplifications: the hash is over the whole text. Bitcoin hashes a header of 80 bytes that commits to
// the transactions by a Merkle root, so that a full block costs no more than an empty one.
//
// Source: S. Nakamoto, Bitcoin: A Peer-to-Peer Electronic Cash System, section 4.
// Read next: package node/offloop/pow, which hashes; node, which puts the miner to work.
package miner
