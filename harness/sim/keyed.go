package sim

import (
	"encoding/binary"
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

// drawn is the n-th number of a key's own sequence.
func drawn(key, n uint64) uint64 { return splitmix.Scramble(key + (n+1)*splitmix.Golden) }

// below maps a number evenly onto 0 to n-1.
func below(number, n uint64) uint64 {
	hi, _ := bits.Mul64(number, n)
	return hi
}

const (
	wordSalt = 0xe7037ed1a0b428db // keeps the last word of a text,
	restSalt = 0xa0761d6478bd642f // and what is less than a word, apart from what is in the middle
)

// sum is a checksum of bytes: it depends on each of them and on their number.
func sum(b []byte) uint64 {
	h := uint64(len(b)) * splitmix.Golden
	if len(b) >= lanes*16 {
		h, b = sumWide(h, b)
	}
	for len(b) >= 16 {
		h = splitmix.Fold(h, binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]))
		b = b[16:]
	}
	if len(b) >= 8 {
		h = splitmix.Fold(h, binary.LittleEndian.Uint64(b), wordSalt)
		b = b[8:]
	}
	if len(b) > 0 {
		h = splitmix.Fold(h, rest(b), restSalt)
	}
	return h
}

// lanes is how many sums of a long slice are made side by side: a processor multiplies for one while it waits for another.
const lanes = 4

// sumWide is the sum of all but less than lanes*16 of the bytes, and these.
func sumWide(h uint64, b []byte) (sum uint64, left []byte) {
	h0, h1, h2, h3 := h, h+1, h+2, h+3
	for len(b) >= lanes*16 {
		h0 = splitmix.Fold(h0, binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]))
		h1 = splitmix.Fold(h1, binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:]))
		h2 = splitmix.Fold(h2, binary.LittleEndian.Uint64(b[32:]), binary.LittleEndian.Uint64(b[40:]))
		h3 = splitmix.Fold(h3, binary.LittleEndian.Uint64(b[48:]), binary.LittleEndian.Uint64(b[56:]))
		b = b[lanes*16:]
	}
	return splitmix.Fold(splitmix.Fold(h0, h1, wordSalt), splitmix.Fold(h2, h3, restSalt), wordSalt), b
}

// rest is 1 to 7 bytes as a word, the first of them lowest. Two halves may overlap: it is the same byte that both have.
func rest(b []byte) uint64 {
	switch n := len(b); {
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<(8*(n-4))
	case n >= 2:
		return uint64(binary.LittleEndian.Uint16(b)) | uint64(binary.LittleEndian.Uint16(b[n-2:]))<<(8*(n-2))
	}
	return uint64(b[0])
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
