package leader

import (
	"encoding/binary"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// Signed is what every message of a member begins with: who says it, and the proof.
type Signed struct {
	Member    int
	Signature network.Signature
}

// Word is a message of a member.
type Word interface {
	kind() string
	appendFields(b []byte) []byte
	decodeFields(d *ledgers.Decoder)
	signed() *Signed
}

func (s *Signed) signed() *Signed { return s }

// Ack says that a member has the block and all before it in its log, synced, in this view (LDR-2).
type Ack struct {
	Signed
	View   uint64
	Height uint64
	Hash   Hash
}

// Wish says that a member wants to leave the views below this one. It promises nothing (LDR-4).
type Wish struct {
	Signed
	View   uint64
	Number uint64 // rises with each wish of the member
}

// Change says that a member has left the views below this one for good, and where its log ends (LDR-4).
type Change struct {
	Signed
	View       uint64
	LastNormal uint64 // the last view whose log it had installed
	Height     uint64
	Hash       Hash
	Commit     uint64
}

// Begin says that a view has begun, with which log, and with whose words (LDR-4).
type Begin struct {
	Signed
	View    uint64
	Height  uint64
	Hash    Hash
	Changes []Change
}

// Beat says that the leader of a view is there, and how far it has committed (LDR-3).
type Beat struct {
	Signed
	View   uint64
	Number uint64 // rises with each beat of the member
	Commit uint64
	Ask    bool // members answer with Here
}

// Here answers a beat that asks: the member is still in the view (LDR-10).
type Here struct {
	Signed
	View   uint64
	Number uint64 // of the beat
}

// Recovery says which is the highest view that a member is in or has ever wished, to one that has lost its
// disk (LDR-11).
type Recovery struct {
	Signed
	Nonce [16]byte
	View  uint64
}

// Join asks the leader to begin a view without the word of a member that has lost its disk (LDR-11).
type Join struct {
	Signed
	Nonce [16]byte
	View  uint64 // everything that it may have promised lies at or below
}

func (*Ack) kind() string      { return "ack" }
func (*Wish) kind() string     { return "wish" }
func (*Change) kind() string   { return "change" }
func (*Begin) kind() string    { return "begin" }
func (*Beat) kind() string     { return "beat" }
func (*Here) kind() string     { return "here" }
func (*Recovery) kind() string { return "recovery" }
func (*Join) kind() string     { return "join" }

func (a *Ack) appendFields(b []byte) []byte {
	return append(appendUints(b, a.View, a.Height), a.Hash[:]...)
}

func (a *Ack) decodeFields(d *ledgers.Decoder) {
	a.View, a.Height = d.Uint64(), d.Uint64()
	d.Into(a.Hash[:])
}

func (w *Wish) appendFields(b []byte) []byte    { return appendUints(b, w.View, w.Number) }
func (w *Wish) decodeFields(d *ledgers.Decoder) { w.View, w.Number = d.Uint64(), d.Uint64() }

func (c *Change) appendFields(b []byte) []byte {
	return append(appendUints(b, c.View, c.LastNormal, c.Height, c.Commit), c.Hash[:]...)
}

func (c *Change) decodeFields(d *ledgers.Decoder) {
	c.View, c.LastNormal, c.Height, c.Commit = d.Uint64(), d.Uint64(), d.Uint64(), d.Uint64()
	d.Into(c.Hash[:])
}

func (g *Begin) appendFields(b []byte) []byte {
	b = append(appendUints(b, g.View, g.Height), g.Hash[:]...)
	return appendWords(b, g.Changes)
}

func (g *Begin) decodeFields(d *ledgers.Decoder) {
	g.View, g.Height = d.Uint64(), d.Uint64()
	d.Into(g.Hash[:])
	g.Changes = decodeWords[Change](d, "words")
}

func (b *Beat) appendFields(out []byte) []byte {
	ask := byte(0)
	if b.Ask {
		ask = 1
	}
	return append(appendUints(out, b.View, b.Number, b.Commit), ask)
}

func (b *Beat) decodeFields(d *ledgers.Decoder) {
	b.View, b.Number, b.Commit = d.Uint64(), d.Uint64(), d.Uint64()
	ask := d.Uint8()
	if ask > 1 {
		d.Fail(fmt.Errorf("a flag of %d, want 0 or 1", ask))
	}
	b.Ask = ask == 1
}

func (h *Here) appendFields(b []byte) []byte    { return appendUints(b, h.View, h.Number) }
func (h *Here) decodeFields(d *ledgers.Decoder) { h.View, h.Number = d.Uint64(), d.Uint64() }

func (r *Recovery) appendFields(b []byte) []byte {
	return appendUints(append(b, r.Nonce[:]...), r.View)
}

func (r *Recovery) decodeFields(d *ledgers.Decoder) {
	d.Into(r.Nonce[:])
	r.View = d.Uint64()
}

func (j *Join) appendFields(b []byte) []byte { return appendUints(append(b, j.Nonce[:]...), j.View) }

func (j *Join) decodeFields(d *ledgers.Decoder) {
	d.Into(j.Nonce[:])
	j.View = d.Uint64()
}

func appendUints(b []byte, values ...uint64) []byte {
	for _, v := range values {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return b
}

func appendWord(b []byte, w Word) []byte {
	s := w.signed()
	return append(w.appendFields(append(b, byte(s.Member))), s.Signature[:]...)
}

func decodeWord(d *ledgers.Decoder, w Word) {
	s := w.signed()
	s.Member = int(d.Uint8())
	w.decodeFields(d)
	d.Into(s.Signature[:])
}

// wordOf is a pointer to a T, which is a Word.
type wordOf[T any] interface {
	*T
	Word
}

// appendWords is a list of words, with their number in front.
func appendWords[T any, W wordOf[T]](b []byte, words []T) []byte {
	b = append(b, byte(len(words)))
	for i := range words {
		b = appendWord(b, W(&words[i]))
	}
	return b
}

// decodeWords reads a list of words, one of each member at most. An error calls them what.
func decodeWords[T any, W wordOf[T]](d *ledgers.Decoder, what string) (words []T) {
	n := int(d.Uint8())
	if n > ledgers.MaxMembers {
		d.Fail(fmt.Errorf("%d %s, want at most %d", n, what, ledgers.MaxMembers))
	}
	for range n {
		if !d.OK() {
			break
		}
		var w T
		decodeWord(d, W(&w))
		words = append(words, w)
	}
	return words
}

// preimage is what a member signs (LED-8).
func preimage(chain ledgers.ChainID, w Word) []byte {
	return w.appendFields(append(ledgers.Preimage(Name, w.kind(), chain), byte(w.signed().Member)))
}

// Encode is the message's encoding.
func Encode(w Word) []byte { return appendWord(nil, w) }

// Decode reads a message into w. The signature is not checked.
func Decode(b []byte, w Word) error {
	d := ledgers.NewDecoder(b)
	decodeWord(d, w)
	return d.Err()
}

// Sign signs a message as that member.
func Sign(chain ledgers.ChainID, id network.Identity, member int, w Word) {
	s := w.signed()
	s.Member = member
	s.Signature = id.Sign(preimage(chain, w))
}

// Verify says whether the member that the message names has signed it. Of a beginning its words are not
// looked at, see Begin.Proves.
func Verify(g *Genesis, chain ledgers.ChainID, w Word) bool {
	s := w.signed()
	return s.Member >= 0 && s.Member < len(g.Members) && g.verify(s.Member, preimage(chain, w), s.Signature)
}

// Best is the log that a view begins with: of those that the words tell of, the one with the highest last
// normal view, and among these the longest (LDR-4). There is at least one word.
func Best(changes []Change) *Change {
	best := &changes[0]
	for i := range changes {
		c := &changes[i]
		if c.LastNormal > best.LastNormal || c.LastNormal == best.LastNormal && c.Height > best.Height {
			best = c
		}
	}
	return best
}

// Proves says whether a beginning is the word of the view's leader, and stands on words of a quorum for
// that view, with the log that they choose (LDR-5).
func (g *Begin) Proves(genesis *Genesis, chain ledgers.ChainID) bool {
	if g.Member != genesis.Leader(g.View) || !Verify(genesis, chain, g) || len(g.Changes) < genesis.Quorum() {
		return false
	}
	said := map[int]bool{}
	for i := range g.Changes {
		c := &g.Changes[i]
		if c.View != g.View || said[c.Member] || !Verify(genesis, chain, c) {
			return false
		}
		said[c.Member] = true
	}
	best := Best(g.Changes)
	return best.Height == g.Height && best.Hash == g.Hash
}

// Certificate is what convinces anyone that a block is committed: acknowledgements of a quorum, the leader
// among them, in one view (LDR-3).
type Certificate struct{ Acks []Ack }

// Proves says whether the certificate is one of this block, its signatures included.
func (c *Certificate) Proves(g *Genesis, chain ledgers.ChainID, height uint64, hash Hash) bool {
	if !c.Fits(g, height, hash) {
		return false
	}
	for i := range c.Acks {
		if !Verify(g, chain, &c.Acks[i]) {
			return false
		}
	}
	return true
}

// Fits says the same of acknowledgements whose signatures are known to be right.
func (c *Certificate) Fits(g *Genesis, height uint64, hash Hash) bool {
	if len(c.Acks) < g.Quorum() {
		return false
	}
	said := map[int]bool{}
	for i := range c.Acks {
		a := &c.Acks[i]
		if a.View != c.Acks[0].View || a.Height != height || a.Hash != hash || said[a.Member] {
			return false
		}
		said[a.Member] = true
	}
	return said[g.Leader(c.Acks[0].View)]
}

// Append appends the certificate's encoding.
func (c *Certificate) Append(b []byte) []byte {
	return appendWords(b, c.Acks)
}

// DecodeCertificate reads a certificate.
func DecodeCertificate(d *ledgers.Decoder) *Certificate {
	return &Certificate{Acks: decodeWords[Ack](d, "acknowledgements")}
}

// Standing is where a node stands, as it tells its peers (LED-7). Nobody signs it and nothing is decided by
// it: it says what to send whom.
type Standing struct {
	View       uint64
	LastNormal uint64
	Height     uint64 // of the log's tip
	Hash       Hash
	Commit     uint64
	Acked      []uint64 // by member: the height that it has acknowledged in this view, as far as is known
}

// Encode is the encoding: at most 8 + 32 + 8 bytes and 8 for each member.
func (s *Standing) Encode() []byte {
	b := append(appendUints(nil, s.View, s.LastNormal, s.Height), s.Hash[:]...)
	b = append(appendUints(b, s.Commit), byte(len(s.Acked)))
	return appendUints(b, s.Acked...)
}

// DecodeStanding reads a standing.
func DecodeStanding(b []byte) (*Standing, error) {
	d := ledgers.NewDecoder(b)
	s := &Standing{View: d.Uint64(), LastNormal: d.Uint64(), Height: d.Uint64()}
	d.Into(s.Hash[:])
	s.Commit = d.Uint64()
	n := int(d.Uint8())
	if n > ledgers.MaxMembers {
		d.Fail(fmt.Errorf("%d members, want at most %d", n, ledgers.MaxMembers))
	}
	for range n {
		if !d.OK() {
			break
		}
		s.Acked = append(s.Acked, d.Uint64())
	}
	return s, d.Err()
}
