package lattice

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/blake2b"

	"strata/ledgers"
	"strata/network"
)

// Final is the time of a vote that its representative never takes back.
const Final = ^uint64(0)

// MaxHashes is how many blocks one vote is for.
const MaxHashes = 12

// Vote is a representative's word for up to 12 blocks.
type Vote struct {
	Representative Account
	Signature      network.Signature
	Timestamp      uint64 // milliseconds, or Final
	Hashes         []Hash // 1 to 12, none twice
}

// preimage is what is signed, 40 bytes: the Blake2b-256 of the hashes, and the time. No other kind has 40 bytes, and
// the hashes bind it to the chain (LAT-1).
func (v *Vote) preimage() []byte {
	var all []byte
	for _, h := range v.Hashes {
		all = append(all, h[:]...)
	}
	sum := blake2b.Sum256(all)
	return binary.LittleEndian.AppendUint64(sum[:], v.Timestamp)
}

// Sign signs as the representative that the identity is.
func (v *Vote) Sign(id network.Identity) {
	v.Representative = id.Key()
	v.Signature = id.Sign(v.preimage())
}

// Verify says whether the representative has signed it.
func (v *Vote) Verify() bool { return ledgers.Verify(v.Representative, v.preimage(), v.Signature) }

// Encode is the vote's encoding, 137 to 489 bytes.
func (v *Vote) Encode() []byte {
	out := append(make([]byte, 0, 105+32*len(v.Hashes)), v.Representative[:]...)
	out = append(out, v.Signature[:]...)
	out = binary.LittleEndian.AppendUint64(out, v.Timestamp)
	out = append(out, byte(len(v.Hashes)))
	for _, h := range v.Hashes {
		out = append(out, h[:]...)
	}
	return out
}

// DecodeVote reads a vote. The signature is not checked. The error wraps ledgers.ErrMalformed.
func DecodeVote(text []byte) (*Vote, error) {
	d := ledgers.NewDecoder(text)
	v := &Vote{}
	d.Into(v.Representative[:])
	d.Into(v.Signature[:])
	var time [8]byte
	d.Into(time[:])
	v.Timestamp = binary.LittleEndian.Uint64(time[:])
	n := int(d.Uint8())
	if n < 1 || n > MaxHashes {
		d.Fail(fmt.Errorf("a vote for %d blocks, want 1 to %d", n, MaxHashes))
	}
	seen := map[Hash]bool{}
	for ; n > 0 && d.OK(); n-- {
		var h Hash
		d.Into(h[:])
		if seen[h] {
			d.Fail(errors.New("a vote names a block twice"))
		}
		seen[h] = true
		v.Hashes = append(v.Hashes, h)
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: a vote of %d bytes: %w", ledgers.ErrMalformed, len(text), err)
	}
	return v, nil
}
