package validators

import (
	"encoding/binary"
	"fmt"

	"strata/ledgers"
	"strata/messaging"
)

// The kinds on the wire. Words have theirs: see WordKind.Wire.
const (
	KindTx       messaging.Kind = "val:tx"       // gossip: up to MaxBatch Transactions, one after the other
	KindEvidence messaging.Kind = "val:evidence" // gossip: Evidence
	KindState    messaging.Kind = "val:state"    // to a peer: Standing (LED-7)
	KindFetch    messaging.Kind = "val:fetch"    // request: hash of a proposed block; answer: the block
	KindRange    messaging.Kind = "val:range"    // request: height u64; answer: certified blocks from that on
	KindHeaders  messaging.Kind = "val:headers"  // request: HeadersAsked; answer: HeadersGiven, or nothing
	KindChunk    messaging.Kind = "val:chunk"    // request: ChunkAsked; answer: Chunk, or nothing
)

// Repeated follows the kind of a word that a peer repeats to a peer (LED-7).
const Repeated = ".again"

// Hash names a block, or commits to something.
type Hash = [32]byte

// Proposed is a proposal as it is gossiped, with the block if there is room for it: then nobody has to ask.
//
// On the wire: length u32 and word | the block, or nothing.
type Proposed struct {
	*Word
	Block *Block // nil: it is to be asked for
}

// Encode is the encoding.
func (p *Proposed) Encode() []byte {
	b := ledgers.AppendBytes(nil, p.Word.Encode())
	if p.Block != nil {
		b = append(b, p.Block.Encode()...)
	}
	return b
}

// DecodeProposed reads a proposal. Whether the block is the one that it names is not checked.
func DecodeProposed(b []byte) (*Proposed, error) {
	d := ledgers.NewDecoder(b)
	text := d.Bytes(1 << 10)
	rest := d.Rest()
	if err := d.Err(); err != nil {
		return nil, err
	}
	w, err := DecodeWord(text)
	switch {
	case err != nil:
		return nil, err
	case w.Kind != Proposal:
		return nil, fmt.Errorf("validators: a %v where a proposal is expected", w.Kind)
	case len(rest) == 0:
		return &Proposed{Word: w}, nil
	}
	block, err := DecodeBlock(rest)
	return &Proposed{w, block}, err
}

// RoundHeard is which votes a node has of a round, a bit for each validator of the height's set.
type RoundHeard struct {
	Round      uint32
	Prevotes   uint32
	Precommits uint32
}

// MaxRoundsHeard is how many rounds a standing tells of.
const MaxRoundsHeard = 8

// Standing is where a node stands, as it tells its peers (LED-7). Nobody signs it and nothing is decided by it: it
// says what to send whom.
//
// On the wire: height u64 | hash 32 | round u32 | step u8 | proposed u8 | number u8 and rounds.
type Standing struct {
	Height   uint64 // of the newest decided block
	Hash     Hash   // of that block
	Round    uint32 // of the next height
	Step     Step
	Proposed bool         // it has the proposal of that round
	Heard    []RoundHeard // that round, and those whose votes it can use besides
}

// Step is how far a validator is in a round.
type Step uint8

// The steps of a round.
const (
	StepPropose Step = iota
	StepPrevote
	StepPrecommit
)

// String is the step's name.
func (s Step) String() string { return [...]string{"propose", "prevote", "precommit"}[s] }

// Encode is the encoding: at most 47 bytes, and 12 for each round.
func (s *Standing) Encode() []byte {
	b := append(u64(s.Height), s.Hash[:]...)
	b = append(binary.BigEndian.AppendUint32(b, s.Round), byte(s.Step), 0, byte(len(s.Heard)))
	if s.Proposed {
		b[len(b)-2] = 1
	}
	for _, h := range s.Heard {
		b = binary.BigEndian.AppendUint32(b, h.Round)
		b = binary.BigEndian.AppendUint32(b, h.Prevotes)
		b = binary.BigEndian.AppendUint32(b, h.Precommits)
	}
	return b
}

// DecodeStanding reads a standing.
func DecodeStanding(b []byte) (*Standing, error) {
	d := ledgers.NewDecoder(b)
	s := &Standing{Height: d.Uint64()}
	d.Into(s.Hash[:])
	s.Round, s.Step = d.Uint32(), Step(d.Uint8())
	proposed := d.Uint8()
	s.Proposed = proposed == 1
	n := int(d.Uint8())
	if d.OK() && (s.Step > StepPrecommit || proposed > 1 || n > MaxRoundsHeard) {
		d.Fail(fmt.Errorf("step %d, flag %d, %d rounds", s.Step, proposed, n))
	}
	for ; n > 0 && d.OK(); n-- {
		s.Heard = append(s.Heard, RoundHeard{d.Uint32(), d.Uint32(), d.Uint32()})
	}
	return s, d.Err()
}
