package latticetest

import (
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/crypto/blake2b"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// headHash is what a cemented head adds to the digest (LED-5), written down once more.
func headHash(of lattice.Account, height uint64, hash lattice.Hash) [32]byte {
	text := append([]byte{}, of[:]...)
	text = binary.BigEndian.AppendUint64(text, height)
	return sha256.Sum256(append(text, hash[:]...))
}

// plus adds big-endian numbers modulo 2^256.
func plus(a, b [32]byte) (sum [32]byte) {
	carry := 0
	for i := 31; i >= 0; i-- {
		carry += int(a[i]) + int(b[i])
		sum[i] = byte(carry)
		carry >>= 8
	}
	return sum
}

// hashOf is the hash of a block (LAT-1), written down once more.
func hashOf(chain ledgers.ChainID, b *lattice.Block) lattice.Hash {
	return blake2b.Sum256(append(append([]byte{}, chain[:]...), b.Encode()[:144]...))
}
