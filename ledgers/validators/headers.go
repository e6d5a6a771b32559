package validators

import (
	"encoding/binary"
	"fmt"

	"strata/ledgers"
)

// MaxHeaders is how many headers are in one answer.
const MaxHeaders = 64

// maxSet bounds the encoding of a set, in bytes.
const maxSet = 2 + ledgers.MaxMembers*72

// HeadersAsked is the question for what leads a light client from one height to another.
//
// On the wire: after u64 | to u64.
type HeadersAsked struct {
	After uint64
	To    uint64 // 0: to the newest snapshot of who is asked
}

// Encode is the encoding.
func (a HeadersAsked) Encode() []byte { return append(u64(a.After), u64(a.To)...) }

// DecodeHeadersAsked reads a question.
func DecodeHeadersAsked(b []byte) (a HeadersAsked, err error) {
	d := ledgers.NewDecoder(b)
	a.After, a.To = d.Uint64(), d.Uint64()
	return a, d.Err()
}

// HeadersGiven is the answer: of the headers after a height those behind which the set is another, in order, and then the
// one of the height that is asked for, if there is room. Whoever asks goes on until it has that one.
//
// On the wire: to u64 | number u16 | length u32 and SignedHeader of each.
type HeadersGiven struct {
	To  uint64
	All []*SignedHeader
}

// Encode is the encoding.
func (g *HeadersGiven) Encode() []byte {
	b := binary.BigEndian.AppendUint16(u64(g.To), uint16(len(g.All)))
	for _, s := range g.All {
		b = ledgers.AppendBytes(b, s.Encode())
	}
	return b
}

// DecodeHeadersGiven reads an answer. Nothing in it is checked.
func DecodeHeadersGiven(b []byte) (*HeadersGiven, error) {
	d := ledgers.NewDecoder(b)
	g := &HeadersGiven{To: d.Uint64()}
	for n := d.Count(MaxHeaders); n > 0 && d.OK(); n-- {
		s, err := DecodeSignedHeader(d.Bytes(8 << 10))
		if err != nil {
			d.Fail(err)
		}
		g.All = append(g.All, s)
	}
	return g, d.Err()
}

// Encode is the encoding: header | certificate | length u32 and set.
func (s *SignedHeader) Encode() []byte {
	return ledgers.AppendBytes(s.By.Append(s.Header.Encode()), s.Next.Encode())
}

// ReadSignedHeader reads a header with what proves it. Nothing is checked.
func ReadSignedHeader(d *ledgers.Decoder) *SignedHeader {
	s := &SignedHeader{Header: ReadHeader(d), By: ReadCertificate(d)}
	set := d.Bytes(maxSet)
	if !d.OK() {
		return s
	}
	var err error
	if s.Next, err = DecodeSet(set); err != nil {
		d.Fail(err)
	}
	return s
}

// DecodeSignedHeader reads a header with what proves it, and nothing behind it.
func DecodeSignedHeader(b []byte) (*SignedHeader, error) {
	d := ledgers.NewDecoder(b)
	s := ReadSignedHeader(d)
	return s, d.Err()
}

// Encode is the encoding: number u16 and the hashes beside the way | 0, or 1 and the hashes of key and value.
func (p Path) Encode() []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(p.Beside)))
	for _, h := range p.Beside {
		b = append(b, h[:]...)
	}
	if !p.Found {
		return append(b, 0)
	}
	return append(append(append(b, 1), p.Key[:]...), p.Value[:]...)
}

// DecodePath reads a path. Where it leads is not checked.
func DecodePath(b []byte) (p Path, err error) {
	d := ledgers.NewDecoder(b)
	for n := d.Count(8 * len(Hash{})); n > 0 && d.OK(); n-- {
		var h Hash
		d.Into(h[:])
		p.Beside = append(p.Beside, h)
	}
	found := d.Uint8()
	if p.Found = found == 1; p.Found {
		d.Into(p.Key[:])
		d.Into(p.Value[:])
	}
	if found > 1 {
		d.Fail(fmt.Errorf("a flag of %d, want 0 or 1", found))
	}
	return p, d.Err()
}
