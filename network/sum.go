//go:build !wasip1

package network

import "crypto/sha256"

// Sum256 is the SHA-256 of a text. Layers that are sealed have their host compute it.
func Sum256(text []byte) [sha256.Size]byte { return sha256.Sum256(text) }
