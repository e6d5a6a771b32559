package causal

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// ID names an update: the SHA-256 of all of it but its signature (CAU-1).
type ID [32]byte

// String is the id in lower-case hex.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Compare orders ids as bytes.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }

// Limits of an update.
const (
	MaxPredecessors = 64
	MaxBody         = ledgers.MaxOperation // bytes of all its operations together
	MaxOps          = 64
)

// MaxUpdate is the length of the longest encoding.
const MaxUpdate = 3*32 + 2 + MaxPredecessors*32 + 4 + MaxBody + 64

// Update is one change of the document, by one author, that names what its author had seen.
type Update struct {
	Document     ID // the root's
	Author       network.PublicKey
	Prev         ID   // its author's own last update; zero for the first
	Predecessors []ID // 1 to 64, rising, none twice
	Body         []byte
	Signature    network.Signature
}

// fields is everything but the signature:
//
//	document 32 | author 32 | prev 32 | count u16 | predecessors 32 each | length u32 | body
func (u *Update) fields() []byte {
	return u.appendFields(make([]byte, 0, 102+32*len(u.Predecessors)+len(u.Body)+len(u.Signature)))
}

func (u *Update) appendFields(b []byte) []byte {
	b = append(b, u.Document[:]...)
	b = append(b, u.Author[:]...)
	b = append(b, u.Prev[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(u.Predecessors)))
	for _, p := range u.Predecessors {
		b = append(b, p[:]...)
	}
	return ledgers.AppendBytes(b, u.Body)
}

// ID is the update's.
func (u *Update) ID() ID { return network.Sum256(u.fields()) }

// Encode is the canonical encoding: the fields, then the signature.
func (u *Update) Encode() []byte { return append(u.fields(), u.Signature[:]...) }

// DecodeUpdate reads what Encode makes; the parts of the update are parts of b. It checks lengths and counts,
// and nothing else. The error is ledgers.ErrMalformed.
func DecodeUpdate(b []byte) (*Update, error) {
	d, u := ledgers.NewDecoder(b), &Update{}
	d.Into(u.Document[:])
	d.Into(u.Author[:])
	d.Into(u.Prev[:])
	u.Predecessors = make([]ID, d.Count(MaxPredecessors))
	for i := range u.Predecessors {
		d.Into(u.Predecessors[i][:])
	}
	u.Body = d.Bytes(MaxBody)
	d.Into(u.Signature[:])
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: an update: %w", ledgers.ErrMalformed, err)
	}
	return u, nil
}

// preimage is what is signed (LED-8).
func (u *Update) preimage() []byte {
	return u.appendFields(ledgers.Preimage(Name, "update", ledgers.ChainID(u.Document)))
}

// Sign makes the identity the author, and signs.
func (u *Update) Sign(by network.Identity) {
	u.Author = by.Key()
	u.Signature = by.Sign(u.preimage())
}

// VerifyAll says whether Verify would say yes of all, in less time.
func VerifyAll(updates []*Update) bool {
	all := make([]ledgers.Signed, len(updates))
	for i, u := range updates {
		all[i] = ledgers.Signed{Key: u.Author, Message: u.preimage(), Signature: u.Signature}
	}
	return ledgers.VerifyAll(all)
}

// Verify says whether the signature is the author's.
func (u *Update) Verify() bool { return ledgers.Verify(u.Author, u.preimage(), u.Signature) }
