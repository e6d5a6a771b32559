package causal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/messaging"
	"strata/network"
)

// The kinds of messages: updates are gossiped; heads go from peer to peer; the last two are requests.
const (
	KindUpdate messaging.Kind = "cau:update"
	KindHeads  messaging.Kind = "cau:heads"
	KindList   messaging.Kind = "cau:list" // the heads, where there are many
	KindAsk    messaging.Kind = "cau:ask"
)

// Limits of the wire.
const (
	MaxTold   = 5   // heads in one message: it has at most 256 bytes (LED-7)
	MaxListed = 256 // heads of one answer
	MaxAsked  = 256 // hashes of one request (CAU-3)
	MaxMore   = 64  // ancestors beyond them (CAU-3)
	MaxAnswer = ledgers.MaxBlock
)

// Heads is where a node stands: how many heads it has, the hash of them all, and which, if they are few.
//
//	document 32 | count u32 | hash 32 | told u16 | heads 32 each
type Heads struct {
	Document ID
	Count    uint32
	Hash     [32]byte // SHA-256 of the sorted heads, one after the other
	Told     []ID     // all of them if there are at most MaxTold, else none
}

// HeadsOf says where a node stands that has these heads, which are sorted.
func HeadsOf(document ID, heads []ID) Heads {
	h := Heads{Document: document, Count: uint32(len(heads)), Hash: network.Sum256(joinIDs(heads))}
	if len(heads) <= MaxTold {
		h.Told = heads
	}
	return h
}

// Encode is the message.
func (h Heads) Encode() []byte {
	b := append([]byte(nil), h.Document[:]...)
	b = binary.BigEndian.AppendUint32(b, h.Count)
	b = append(b, h.Hash[:]...)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(h.Told))), joinIDs(h.Told)...)
}

// DecodeHeads reads what Encode makes. The error is ledgers.ErrMalformed.
func DecodeHeads(b []byte) (h Heads, err error) {
	d := ledgers.NewDecoder(b)
	d.Into(h.Document[:])
	h.Count = d.Uint32()
	d.Into(h.Hash[:])
	h.Told = takeIDs(d, MaxTold)
	if d.OK() && !h.adds() {
		d.Fail(errors.New("the heads do not fit their number and hash"))
	}
	return h, malformed("heads", d.Err())
}

// adds says whether the heads that are told are those that are counted.
func (h Heads) adds() bool {
	if h.Count > MaxTold {
		return len(h.Told) == 0
	}
	return int(h.Count) == len(h.Told) && rising(h.Told) && h.Hash == network.Sum256(joinIDs(h.Told))
}

// EncodeList asks for the heads that are greater than one, and answers so: heads, rising, at most MaxListed.
// An answer with fewer ends the list.
func EncodeList(ids []ID) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(ids))), joinIDs(ids)...)
}

// DecodeList reads what EncodeList makes. The error is ledgers.ErrMalformed.
func DecodeList(b []byte) ([]ID, error) {
	d := ledgers.NewDecoder(b)
	ids := takeIDs(d, MaxListed)
	if d.OK() && !rising(ids) {
		d.Fail(errors.New("hashes do not rise"))
	}
	return ids, malformed("a list of heads", d.Err())
}

// Ask asks for updates, and says how many of their ancestors may come too (CAU-3).
//
//	more u8 | count u16 | hashes 32 each
type Ask struct {
	More int
	IDs  []ID
}

// Encode is the request.
func (a Ask) Encode() []byte { return append([]byte{byte(a.More)}, EncodeList(a.IDs)...) }

// DecodeAsk reads what Encode makes. The error is ledgers.ErrMalformed.
func DecodeAsk(b []byte) (a Ask, err error) {
	d := ledgers.NewDecoder(b)
	a.More = int(d.Uint8())
	a.IDs = takeIDs(d, MaxAsked)
	if d.OK() && a.More > MaxMore {
		d.Fail(fmt.Errorf("%d ancestors, want at most %d", a.More, MaxMore))
	}
	return a, malformed("a request", d.Err())
}

// EncodeAnswer makes an answer of encoded updates: a length of 4 before each.
func EncodeAnswer(updates [][]byte) (b []byte) {
	for _, u := range updates {
		b = ledgers.AppendBytes(b, u)
	}
	return b
}

// DecodeAnswer reads what EncodeAnswer makes. The error is ledgers.ErrMalformed.
func DecodeAnswer(b []byte) (updates []*Update, err error) {
	if len(b) > MaxAnswer {
		return nil, fmt.Errorf("%w: an answer of %d bytes, want at most %d", ledgers.ErrMalformed, len(b), MaxAnswer)
	}
	d := ledgers.NewDecoder(b)
	for d.OK() && d.Left() > 0 {
		u, err := DecodeUpdate(d.Bytes(MaxUpdate))
		if err != nil {
			return nil, err
		}
		updates = append(updates, u)
	}
	return updates, malformed("an answer", d.Err())
}

// takeIDs reads a count of two bytes, and that many ids.
func takeIDs(d *ledgers.Decoder, most int) []ID {
	ids := make([]ID, d.Count(most))
	for i := range ids {
		d.Into(ids[i][:])
	}
	return ids
}

// joinIDs is the ids one after the other.
func joinIDs(ids []ID) []byte {
	b := make([]byte, 0, 32*len(ids))
	for _, id := range ids {
		b = append(b, id[:]...)
	}
	return b
}

// rising says whether the ids are sorted, and none is there twice.
func rising(ids []ID) bool {
	for i := 1; i < len(ids); i++ {
		if ids[i-1].Compare(ids[i]) >= 0 {
			return false
		}
	}
	return true
}

// malformed is the error of a message that is none.
func malformed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", ledgers.ErrMalformed, what, err)
}
