package lattice

import (
	"encoding/binary"
	"fmt"

	"strata/ledgers"
	"strata/messaging"
)

// The kinds on the wire.
const (
	KindBlock     messaging.Kind = "lat:block"     // gossip: Block
	KindVote      messaging.Kind = "lat:vote"      // gossip: Vote
	KindAt        messaging.Kind = "lat:at"        // to a peer: Standing (LED-7)
	KindAskVotes  messaging.Kind = "lat:ask_votes" // to a peer: roots
	KindFrontiers messaging.Kind = "lat:frontiers" // request: account; answer: frontiers
	KindPull      messaging.Kind = "lat:pull"      // request: Pull; answer: Pulled
)

// Repeated follows the kind of a block or a vote that a peer repeats to a peer (LED-7).
const Repeated = ".again"

// Bounds of a message.
const (
	MaxRoots     = 32  // of one question
	MaxFrontiers = 512 // of one answer
	MaxPulled    = 8   // blocks of one answer (LAT-10)
)

// Standing is where a node stands, as it tells its peers. Nobody signs it and nothing is decided by it: it says what
// to send whom.
type Standing struct {
	Digest ledgers.Digest // of what is cemented (LED-5)
	Loose  Hash           // all hashes of blocks that are not cemented, xor
	Votes  uint64         // the checks of all votes for them, xor
}

// Encode is the encoding, 80 bytes.
func (s *Standing) Encode() []byte {
	b := binary.BigEndian.AppendUint64(nil, s.Digest.Position)
	b = append(append(b, s.Digest.Hash[:]...), s.Loose[:]...)
	return binary.BigEndian.AppendUint64(b, s.Votes)
}

// DecodeStanding reads a standing.
func DecodeStanding(text []byte) (*Standing, error) {
	d := ledgers.NewDecoder(text)
	s := &Standing{}
	s.Digest.Position = d.Uint64()
	d.Into(s.Digest.Hash[:])
	d.Into(s.Loose[:])
	s.Votes = d.Uint64()
	return s, d.Err()
}

// EncodeRoots is a question for the votes of up to MaxRoots places.
func EncodeRoots(roots []Root) []byte {
	b := []byte{byte(len(roots))}
	for _, r := range roots {
		b = append(append(b, r.Account[:]...), r.Previous[:]...)
	}
	return b
}

// DecodeRoots reads such a question.
func DecodeRoots(text []byte) (roots []Root, err error) {
	d := ledgers.NewDecoder(text)
	n := int(d.Uint8())
	if n > MaxRoots {
		d.Fail(fmt.Errorf("%d roots, want at most %d", n, MaxRoots))
	}
	for ; n > 0 && d.OK(); n-- {
		var r Root
		d.Into(r.Account[:])
		d.Into(r.Previous[:])
		roots = append(roots, r)
	}
	return roots, d.Err()
}

// Frontier is how far an account is cemented.
type Frontier struct {
	Account Account
	Height  uint64
	Head    Hash
}

// EncodeFrontiers is an answer: accounts in ascending order.
func EncodeFrontiers(all []Frontier) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(all)))
	for _, f := range all {
		b = append(b, f.Account[:]...)
		b = binary.BigEndian.AppendUint64(b, f.Height)
		b = append(b, f.Head[:]...)
	}
	return b
}

// DecodeFrontiers reads such an answer.
func DecodeFrontiers(text []byte) (all []Frontier, err error) {
	d := ledgers.NewDecoder(text)
	for n := d.Count(MaxFrontiers); n > 0 && d.OK(); n-- {
		f := Frontier{}
		d.Into(f.Account[:])
		f.Height = d.Uint64()
		d.Into(f.Head[:])
		all = append(all, f)
	}
	return all, d.Err()
}

// Pull asks for blocks of an account from a height on, or, if the height is zero, for the block of a hash and those
// right before it.
type Pull struct {
	Of     [32]byte // account, or hash
	Height uint64
}

// Encode is the encoding, 40 bytes.
func (p *Pull) Encode() []byte {
	return binary.BigEndian.AppendUint64(append([]byte(nil), p.Of[:]...), p.Height)
}

// DecodePull reads a question.
func DecodePull(text []byte) (*Pull, error) {
	d := ledgers.NewDecoder(text)
	p := &Pull{}
	d.Into(p.Of[:])
	p.Height = d.Uint64()
	return p, d.Err()
}

// EncodePulled is the answer: at most MaxPulled blocks, in order; none if the node has none of them.
func EncodePulled(blocks []*Block) []byte {
	b := []byte{byte(len(blocks))}
	for _, block := range blocks {
		b = append(b, block.Encode()...)
	}
	return b
}

// DecodePulled reads such an answer.
func DecodePulled(text []byte) (blocks []*Block, err error) {
	d := ledgers.NewDecoder(text)
	n := int(d.Uint8())
	if n > MaxPulled {
		d.Fail(fmt.Errorf("%d blocks, want at most %d", n, MaxPulled))
	}
	for ; n > 0 && d.OK(); n-- {
		blocks = append(blocks, decodeBlock(d))
	}
	return blocks, d.Err()
}
