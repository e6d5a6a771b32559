package lattice

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/blake2b"

	"strata/ledgers"
)

// Hash names a block.
type Hash = [32]byte

// BlockSize is the length of a block in bytes.
const BlockSize = 216

// Block is a state block: all that its account is after it. What it does is derived, not said (LAT-2).
type Block struct {
	Account        Account
	Previous       Hash // the block before it; zero opens the account
	Representative Account
	Balance        Amount
	Link           [32]byte // of a send: to whom; of a receive and an open: which send; of a change: zero
	Work           uint64   // no part of hash and signature
	Signature      [64]byte // of the hash, by the account
}

// Root is a block's place: two blocks of one root are a fork (LAT-4).
type Root struct {
	Account  Account
	Previous Hash
}

// Root is the block's place.
func (b *Block) Root() Root { return Root{b.Account, b.Previous} }

// fields is what is hashed, from the account to the link.
func (b *Block) fields(out []byte) []byte {
	out = append(out, b.Account[:]...)
	out = append(out, b.Previous[:]...)
	out = append(out, b.Representative[:]...)
	out = b.Balance.Append(out)
	return append(out, b.Link[:]...)
}

// Hash is the Blake2b-256 of the chain id and the fields, without work and signature: 176 bytes. It is the id of the
// operation, too.
func (b *Block) Hash(chain ledgers.ChainID) Hash {
	return blake2b.Sum256(b.fields(append(make([]byte, 0, 176), chain[:]...)))
}

// Encode is the block's encoding.
func (b *Block) Encode() []byte {
	out := b.fields(make([]byte, 0, BlockSize))
	out = binary.LittleEndian.AppendUint64(out, b.Work)
	return append(out, b.Signature[:]...)
}

// DecodeBlock reads a block. Signature and work are not checked. The error wraps ledgers.ErrMalformed.
func DecodeBlock(text []byte) (*Block, error) {
	d := ledgers.NewDecoder(text)
	b := decodeBlock(d)
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: a block of %d bytes: %w", ledgers.ErrMalformed, len(text), err)
	}
	return b, nil
}

func decodeBlock(d *ledgers.Decoder) *Block {
	b := &Block{}
	d.Into(b.Account[:])
	d.Into(b.Previous[:])
	d.Into(b.Representative[:])
	b.Balance = Amount{d.Uint64(), d.Uint64()}
	d.Into(b.Link[:])
	var work [8]byte
	d.Into(work[:])
	b.Work = binary.LittleEndian.Uint64(work[:])
	d.Into(b.Signature[:])
	return b
}

// Sign signs with the account's key.
func (b *Block) Sign(chain ledgers.ChainID, key ed25519.PrivateKey) {
	hash := b.Hash(chain)
	copy(b.Signature[:], ed25519.Sign(key, hash[:]))
}

// Verify says whether the account has signed the block.
func (b *Block) Verify(chain ledgers.ChainID) bool {
	hash := b.Hash(chain)
	return ledgers.Verify(b.Account, hash[:], b.Signature)
}
