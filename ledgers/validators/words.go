package validators

import (
	"encoding/binary"
	"fmt"

	"strata/ledgers"
	"strata/messaging"
	"strata/network"
)

// WordKind says what a validator says.
type WordKind uint8

// What a validator says in a round (VAL-5).
const (
	Proposal WordKind = iota + 1
	Prevote
	Precommit
)

// wordKinds are the names of the kinds, in what is signed and on the wire.
var wordKinds = [...]string{Proposal: "proposal", Prevote: "prevote", Precommit: "precommit"}

// String is the kind's name.
func (k WordKind) String() string {
	if k >= Proposal && k <= Precommit {
		return wordKinds[k]
	}
	return fmt.Sprintf("word %d", uint8(k))
}

// Wire is the kind under which such words are gossiped.
func (k WordKind) Wire() messaging.Kind { return messaging.Kind("val:" + k.String()) }

// NoRound is the valid round of a fresh proposal, and of a value that there is not.
const NoRound = -1

// MaxRound is the last round of a height.
const MaxRound = 1<<32 - 2

// Word is a proposal or a vote. It has no time, so that an honest one of one place is always the same (VAL-6).
//
// On the wire: kind u8 | height u64 | round u32 | hash 32 | valid round + 1 u32 | key 32 | signature 64. What is
// signed has the kind in front (LED-8), and all that stands between kind and signature.
type Word struct {
	Kind      WordKind
	Height    uint64
	Round     uint32
	Hash      Hash  // of the block; zeros: nil, which no proposal is
	Valid     int64 // of a proposal: the round in which a quorum prevoted the block; else NoRound
	Key       network.PublicKey
	Signature network.Signature
}

// Nil says whether a vote is for no block.
func (w *Word) Nil() bool { return w.Hash == Hash{} }

// Preimage is what is signed.
func (w *Word) Preimage(chain ledgers.ChainID) []byte {
	return w.appendFields(ledgers.Preimage(Name, w.Kind.String(), chain))
}

func (w *Word) appendFields(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, w.Height)
	b = binary.BigEndian.AppendUint32(b, w.Round)
	b = append(b, w.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(w.Valid+1))
	return append(b, w.Key[:]...)
}

// Sign signs as the validator with that identity. Only a sign guard calls it (VAL-6).
func (w *Word) Sign(chain ledgers.ChainID, id network.Identity) {
	w.Key = id.Key()
	w.Signature = id.Sign(w.Preimage(chain))
}

// Verify says whether the signature is that of the word's key. Whether the key is a validator's is another
// question.
func (w *Word) Verify(chain ledgers.ChainID) bool {
	return ledgers.Verify(w.Key, w.Preimage(chain), w.Signature)
}

// Append appends the encoding.
func (w *Word) Append(b []byte) []byte {
	return append(w.appendFields(append(b, byte(w.Kind))), w.Signature[:]...)
}

// Encode is the encoding.
func (w *Word) Encode() []byte { return w.Append(nil) }

// ReadWord reads a word. It fails the decoder if the word is none: a kind that there is not, a proposal of nothing,
// or one whose valid round is not below its round; a vote with a valid round.
func ReadWord(d *ledgers.Decoder) *Word {
	w := &Word{Kind: WordKind(d.Uint8()), Height: d.Uint64(), Round: d.Uint32()}
	d.Into(w.Hash[:])
	w.Valid = int64(d.Uint32()) - 1
	d.Into(w.Key[:])
	d.Into(w.Signature[:])
	switch proposal := w.Kind == Proposal; {
	case !d.OK():
	case w.Kind < Proposal || w.Kind > Precommit:
		d.Fail(fmt.Errorf("a word of kind %d", w.Kind))
	case w.Height == 0 || w.Round > MaxRound:
		d.Fail(fmt.Errorf("a word of height %d, round %d", w.Height, w.Round))
	case proposal && (w.Nil() || w.Valid >= int64(w.Round)):
		d.Fail(fmt.Errorf("a proposal of round %d with valid round %d", w.Round, w.Valid))
	case !proposal && w.Valid != NoRound:
		d.Fail(fmt.Errorf("a vote with valid round %d", w.Valid))
	}
	return w
}

// DecodeWord reads a word and nothing behind it. The signature is not checked.
func DecodeWord(b []byte) (*Word, error) {
	d := ledgers.NewDecoder(b)
	w := ReadWord(d)
	return w, d.Err()
}

// Evidence is two words of one validator that no honest one says both of: of one height, round and kind, and
// different (VAL-9). The order of the two is that of their encodings.
type Evidence struct{ First, Second *Word }

// Append appends the encoding: both words.
func (e *Evidence) Append(b []byte) []byte { return e.Second.Append(e.First.Append(b)) }

// Encode is the encoding.
func (e *Evidence) Encode() []byte { return e.Append(nil) }

// ReadEvidence reads evidence. Whether it proves anything is for a Judge to say.
func ReadEvidence(d *ledgers.Decoder) *Evidence {
	return &Evidence{ReadWord(d), ReadWord(d)}
}

// DecodeEvidence reads evidence and nothing behind it.
func DecodeEvidence(b []byte) (*Evidence, error) {
	d := ledgers.NewDecoder(b)
	e := ReadEvidence(d)
	return e, d.Err()
}
