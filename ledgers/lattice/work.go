package lattice

import (
	"encoding/binary"

	"golang.org/x/crypto/blake2b"
)

// WorkValue is what a nonce is worth for a block: the Blake2b-64 of nonce and hash, as a little-endian number. It
// meets a threshold if it is no less.
func WorkValue(nonce uint64, hash Hash) uint64 {
	h, err := blake2b.New(8, nil)
	if err != nil {
		panic(err) // 8 bytes is a size that it has
	}
	var text [8]byte
	binary.LittleEndian.PutUint64(text[:], nonce)
	_, _ = h.Write(text[:])
	_, _ = h.Write(hash[:])
	return binary.LittleEndian.Uint64(h.Sum(text[:0]))
}

// FindWork tries tries nonces from the first on, and returns one that meets the threshold; false if none does. At the
// default thresholds that takes 2^29 tries for a send or a change, and 2^23 for a receive or an open, on average.
func FindWork(hash Hash, threshold, first, tries uint64) (nonce uint64, ok bool) {
	h, err := blake2b.New(8, nil)
	if err != nil {
		panic(err) // 8 bytes is a size that it has
	}
	text := append(make([]byte, 8, 40), hash[:]...)
	var sum [8]byte
	for i := range tries {
		h.Reset()
		binary.LittleEndian.PutUint64(text, first+i)
		_, _ = h.Write(text)
		if binary.LittleEndian.Uint64(h.Sum(sum[:0])) >= threshold {
			return first + i, true
		}
	}
	return 0, false
}
