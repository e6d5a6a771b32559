package validators

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"strata/ledgers"
	"strata/network"
)

// Certificate is precommits of a quorum for one block in one round: it convinces anyone who knows the set of the
// height (VAL-7). A Judge says whether it does.
//
// On the wire: height u64 | round u32 | hash 32 | a bit for each validator, that of the first the lowest, u32 | the
// signatures in the order of the set.
type Certificate struct {
	Height     uint64
	Round      uint32
	Hash       Hash
	Signers    uint32 // a bit for each validator of the height's set
	Signatures []network.Signature
}

// Certify makes a certificate of precommits for one block in one round, whose signatures are known to be right.
// Those of nobody in the set are left out.
func Certify(set Set, words []*Word) *Certificate {
	c := &Certificate{}
	signed := map[network.PublicKey]*Word{}
	for _, w := range words {
		signed[w.Key] = w
	}
	for i, v := range set {
		if w := signed[v.Key]; w != nil {
			c.Height, c.Round, c.Hash = w.Height, w.Round, w.Hash
			c.Signers |= 1 << i
			c.Signatures = append(c.Signatures, w.Signature)
		}
	}
	return c
}

// Signed says whether the certificate has a signature of that validator of the set.
func (c *Certificate) Signed(index int) bool { return index < 32 && c.Signers>>index&1 == 1 }

// Append appends the encoding.
func (c *Certificate) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, c.Height)
	b = binary.BigEndian.AppendUint32(b, c.Round)
	b = append(b, c.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, c.Signers)
	for _, s := range c.Signatures {
		b = append(b, s[:]...)
	}
	return b
}

// SumOf is the hash of a certificate, which the header of the next block has; zeros of none.
func SumOf(c *Certificate) Hash {
	if c == nil {
		return Hash{}
	}
	return network.Sum256(c.Append([]byte("strata\x00validators\x00certificate\x00")))
}

// ReadCertificate reads a certificate: as many signatures as it has bits.
func ReadCertificate(d *ledgers.Decoder) *Certificate {
	c := &Certificate{Height: d.Uint64(), Round: d.Uint32()}
	d.Into(c.Hash[:])
	c.Signers = d.Uint32()
	switch {
	case !d.OK():
	case c.Signers>>ledgers.MaxMembers != 0:
		d.Fail(fmt.Errorf("a certificate with the bits %x of more than %d validators", c.Signers, ledgers.MaxMembers))
	case c.Height == 0 || c.Hash == Hash{}:
		d.Fail(errors.New("a certificate of nothing"))
	}
	for n := bits.OnesCount32(c.Signers); n > 0 && d.OK(); n-- {
		var s network.Signature
		d.Into(s[:])
		c.Signatures = append(c.Signatures, s)
	}
	return c
}
