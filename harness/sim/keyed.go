package sim

import (
	"math/bits"

	"strata/harness/sim/splitmix"
)

// All randomness is a mix of what it is for and of the names of those it is about, never the next
// number of a shared stream: so no draw depends on any other, and leaving one thing out leaves all
// others as they were.
const (
	purposeNode uint64 = iota + 1
	purposeRand
	purposeLatency
	purposeLink
	purposeFragment
	purposeJoin
	purposeHistory
	purposeRekey
	purposeOrder
	purposeTwin
	purposePipe
	purposeChurn
	purposeDisk
	purposeIdentity
)

const (
	salt0 = 0xa0761d6478bd642f // the constants of wyhash
	salt1 = 0xe7037ed1a0b428db
)

// fold mixes two words into a third by one wide multiplication, as wyhash does.
func fold(h, a, b uint64) uint64 {
	hi, lo := bits.Mul64(h^a^salt0, b^salt1^bits.RotateLeft64(h, 32))
	return hi ^ lo
}

// mix makes one key of several.
func mix(keys ...uint64) uint64 {
	h := uint64(splitmix.Golden)
	for i, k := range keys {
		h = splitmix.Scramble(fold(h, k, uint64(i)) + k + splitmix.Golden)
	}
	return h
}

// drawn is the n-th number of a key's own sequence.
func drawn(key, n uint64) uint64 { return splitmix.Scramble(key + (n+1)*splitmix.Golden) }

// below maps a number evenly onto 0 to n-1.
func below(number, n uint64) uint64 {
	hi, _ := bits.Mul64(number, n)
	return hi
}

// sum is a checksum of bytes: it depends on each of them and on their number.
func sum(b []byte) uint64 {
	h := uint64(len(b)) * splitmix.Golden
	for len(b) >= 16 {
		h = fold(h, word(b), word(b[8:]))
		b = b[16:]
	}
	if len(b) >= 8 {
		h = fold(h, word(b), salt1)
		b = b[8:]
	}
	if len(b) > 0 {
		var last [8]byte
		copy(last[:], b)
		h = fold(h, word(last[:]), salt0)
	}
	return h
}

// word reads eight bytes.
func word(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// source is a node's own randomness: the numbers of its key, counted.
type source struct {
	nd     *node
	key, n uint64
}

// Uint64 is the next number.
func (s *source) Uint64() uint64 {
	s.n++
	return drawn(s.key^s.nd.salt(), s.n)
}
