// Package pow finds the nonce of a block: the one loop of a chain node that speed is everything for.
//
//	text   100000:10000000000000001234:5de4...:9f1c...[:transaction]...
//	       |<----- first 64 bytes ------->|<---- later blocks of 64 ---->|
//	lane 0 ...                    |0000|          the same in all lanes
//	lane 1 ...                    |0001|          -> their schedules are
//	lane 2 ...                    |0002|             computed once
//
// Plain hashes one text after the other with crypto/sha256, and is to be read first. The other paths
// hash 16 (AVX2) or 32 (AVX-512) texts at a time, one in each 32-bit vector lane of the vector registers. SHA-256
// has nothing but additions, rotations and bitwise functions of 32-bit words, so that every
// instruction does its work for all lanes.
//
// A register of AVX-512 has 16 lanes, and there are registers enough for two vectors. Nearly every instruction
// of a round waits for the one before it. So the rounds of the two take turns, and one vector works while
// the other waits: both together take little longer than one alone. AVX2 has registers of 8 lanes and half as many of them.
// Two vectors take turns there too, two rounds at a time, and what the other needs is kept in memory meanwhile.
//
// The texts of one call differ in the last four digits of the nonce only, and ten thousand nonces
// in a row do. SHA-256 takes a text in blocks of 64 bytes and expands each to a schedule of 64
// words, which is nearly half of the work. The nonce ends at byte 41 at most, so only the first block
// differs; the schedules of all others are computed once a text, constants of the rounds
// included. What is left of a later block is 64 rounds of 17 instructions for each vector in AVX-512, of
// which the processors of 2026 do two to four at a time.
//
// All paths find the same nonce, so that which one a machine has can be seen in speed only. What
// the lanes find is hashed again by crypto/sha256: a bug in them could lose a block, not make a wrong one.
//
// Simplifications: no path has code for processors with instructions for SHA-256 but without AVX-512,
// except as far as crypto/sha256 uses them: several texts at a time would be faster there too. Bitcoin
// changes the end of its header, and so keeps the state after the first 64 bytes; our nonce is
// in front, and every hash is over the whole text.
//
// The assembly is written by the program in directory asm, which is a module of its own; `go generate`
// runs it, and a test compares.
//
// Source: FIPS 180-4; S. Gueron and V. Krasnov, Simultaneous Hashing of Multiple Messages, 2012.
// Read next: package node/miner.
package pow
