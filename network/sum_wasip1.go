package network

import "crypto/sha256"

// hostSum256 puts the SHA-256 of so many bytes where it is told to.
//
//go:wasmimport strata sha256
//go:noescape
func hostSum256(text *byte, size uint32, sum *[sha256.Size]byte)

// Sum256 is the SHA-256 of a text. Layers that are sealed have their host compute it.
func Sum256(text []byte) (sum [sha256.Size]byte) {
	var first *byte
	if len(text) > 0 {
		first = &text[0]
	}
	hostSum256(first, uint32(len(text)), &sum)
	return sum
}
