package lattice

import (
	"crypto/ed25519"
	"encoding/binary"

	"golang.org/x/crypto/blake2b"
)

// Seed is 32 secret bytes from which all accounts of a wallet follow.
type Seed [32]byte

// seedDomain begins the text that is hashed: row N28.
const seedDomain = "smallnano-account-v1"

// Key is the key of the account of an index: its seed is the Blake2b-256 of the domain, the seed and the index,
// little-endian.
func (s Seed) Key(index uint32) ed25519.PrivateKey {
	text := append([]byte(seedDomain), s[:]...)
	sum := blake2b.Sum256(binary.LittleEndian.AppendUint32(text, index))
	return ed25519.NewKeyFromSeed(sum[:])
}

// Account is the account of an index.
func (s Seed) Account(index uint32) Account {
	return Account(s.Key(index).Public().(ed25519.PublicKey))
}
