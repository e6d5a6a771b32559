package chain

import "strata/network"

// Sealed is a block with its text and its hash, which both cost a pass over the whole block. A block is
// sealed where it comes in, or is made, and stays so on its way through the node: it is encoded and
// hashed once. Nobody modifies it.
type Sealed struct {
	Block
	text []byte
	hash BlockHash
}

// Seal encodes and hashes a block, which nobody modifies afterwards.
func Seal(b Block) Sealed {
	text := b.Text()
	return Sealed{b, text, HashOf(text)}
}

// HashOf is the hash of the block that has the text. The text need not be a block's: a hash is cheaper
// than parsing, so that proof of work is looked at first.
func HashOf(text []byte) BlockHash { return network.Sum256(text) }

// ParseSealed reads a text whose hash is known: it is HashOf(text), and not computed again. The block
// keeps text, which nobody modifies afterwards. Errors: those of ParseBlock.
func ParseSealed(text []byte, hash BlockHash) (Sealed, error) {
	b, err := ParseBlock(text)
	if err != nil {
		return Sealed{}, err
	}
	return Sealed{b, text, hash}, nil
}

// Text is the canonical text. It is not to be modified.
func (s Sealed) Text() []byte { return s.text }

// Hash is the SHA-256 of the text.
func (s Sealed) Hash() BlockHash { return s.hash }
