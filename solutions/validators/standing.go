package validators

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/validators"
	"strata/network"
)

// standing is what the node told its peers of itself.
type standing struct {
	told   time.Time // when it did last
	said   []byte    // what it said then
	ranged time.Time // when it asked last for decided blocks
}

// Standing is validators.Validators's.
func (n *node) Standing() validators.Standing {
	s := validators.Standing{Height: n.tip.Height, Hash: n.tip.Hash, Round: n.round, Step: n.step}
	if r := n.rounds[n.round]; r != nil {
		s.Proposed = r.proposal != nil
	}
	wanted := append([]int64{int64(n.round)}, n.named()...)
	for back := int64(1); back <= pastRounds; back++ {
		wanted = append(wanted, int64(n.round)-back)
	}
	for _, number := range wanted {
		same := func(h validators.RoundHeard) bool { return int64(h.Round) == number }
		if number < 0 || len(s.Heard) == validators.MaxRoundsHeard || slices.ContainsFunc(s.Heard, same) {
			continue
		}
		h := validators.RoundHeard{Round: uint32(number)}
		if r := n.rounds[h.Round]; r != nil {
			h.Prevotes = r.bits(n.set(), validators.Prevote)
			h.Precommits = r.bits(n.set(), validators.Precommit)
		}
		s.Heard = append(s.Heard, h)
	}
	return s
}

// standEvery is how often a node tells its peers where it stands, at least (LED-7).
const standEvery = 500 * time.Millisecond

// tellStanding tells every peer where the node stands: twice a second, and when it has changed.
func (n *node) tellStanding(now time.Time) {
	s := n.Standing()
	said := s.Encode()
	if now.Sub(n.standing.told) < standEvery && slices.Equal(said, n.standing.said) {
		return
	}
	n.standing.told, n.standing.said = now, said
	if err := n.peers.Broadcast(validators.KindState, said); err != nil {
		n.host.Log().Warn("where the node stands was not told", "reason", err)
	}
}

// onStanding hears where a peer stands.
func (n *node) onStanding(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if n.stopped {
		return nil, false
	}
	s, err := validators.DecodeStanding(payload)
	switch {
	case err != nil:
		return nil, n.blame(from, ledgers.ErrMalformed)
	case s.Height > n.tip.Height:
		n.seek(from, s.Height)
		n.askRange(from)
	case s.Height == n.tip.Height:
		n.repeat(from, s)
	}
	return nil, false
}

// maxRepeats is how many messages of others a peer is sent at a time (LED-7).
const maxRepeats = 32

// repeat sends a peer of the same height the words that it lacks and can use: of the rounds that it tells of, of this
// node's round if that is later, and of every round in which a quorum has precommitted one block.
func (n *node) repeat(to network.Addr, s *validators.Standing) {
	sent := 0
	send := func(w *word) {
		if sent++; sent > maxRepeats {
			return
		}
		payload := w.Encode()
		if w.Kind == validators.Proposal {
			payload = (&validators.Proposed{Word: w}).Encode()
		}
		_ = n.peers.Send(to, w.Kind.Wire()+validators.Repeated, payload) // if it is gone, it hears of it later
	}
	for _, number := range n.numbers() {
		r := n.rounds[number]
		at := slices.IndexFunc(s.Heard, func(h validators.RoundHeard) bool { return h.Round == number })
		var heard validators.RoundHeard
		if at >= 0 {
			heard = s.Heard[at]
		}
		_, chosen := n.chosen(r, validators.Precommit)
		if at < 0 && !chosen && (number != n.round || number < s.Round) {
			continue
		}
		for _, w := range r.words(n.set()) {
			if !n.has(s, heard, w) {
				send(w)
			}
		}
	}
}

// has says whether a peer has a word, by what it tells of the round.
func (n *node) has(s *validators.Standing, heard validators.RoundHeard, w *word) bool {
	bit := uint32(1) << n.set().Index(w.Key)
	switch w.Kind {
	case validators.Prevote:
		return heard.Prevotes&bit != 0
	case validators.Precommit:
		return heard.Precommits&bit != 0
	}
	return s.Proposed && s.Round == w.Round || w.Round < s.Round
}

// rangeEvery is how long the node waits for an answer before it asks again.
const rangeEvery = 300 * time.Millisecond

// askRange asks a peer for the decided blocks behind the tip.
func (n *node) askRange(from network.Addr) {
	now := n.host.Now()
	if now.Sub(n.standing.ranged) < rangeEvery || n.deciding || !n.begun || n.restore.fetching {
		return
	}
	n.standing.ranged = now
	height := n.height()
	n.peers.Request(from, validators.KindRange, binary.BigEndian.AppendUint64(nil, height), func(reply []byte, err error) {
		if err != nil || n.stopped || n.deciding || n.height() != height || n.restore.fetching {
			return
		}
		if len(reply) == 0 {
			n.restore.missing = true // it began with a snapshot itself
			return
		}
		blocks, err := n.decodeRange(reply)
		if err != nil {
			n.blame(from, ledgers.ErrAnswer)
			return
		}
		if len(blocks) == 0 {
			return // what they speak of is still to come
		}
		n.standing.ranged = time.Time{} // there may be more
		n.decided(blocks...)
	})
}

// decodeRange reads certified blocks, each of which follows the one before it, the first the tip. Whatever is wrong
// with one, nothing of the answer is taken. What stands behind one that this node cannot judge yet is left.
func (n *node) decodeRange(reply []byte) (blocks []*validators.Certified, err error) {
	d := ledgers.NewDecoder(reply)
	tip := n.tip
	for count := d.Count(ledgers.MaxRange); count > 0 && d.OK(); count-- {
		b, err := validators.DecodeCertified(d.Bytes(2 * ledgers.MaxBlock))
		if err != nil {
			return nil, err
		}
		switch tip, err = n.certified(tip, b); {
		case errors.Is(err, agreement.ErrNotHere):
			return blocks, nil
		case err != nil:
			return nil, err
		}
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		d.Fail(ledgers.ErrAnswer)
	}
	return blocks, d.Err()
}

// certified is the tip behind a block of which somebody says that it was decided.
func (n *node) certified(tip *validators.Tip, b *validators.Certified) (*validators.Tip, error) {
	if b.By.Height != tip.Height+1 || b.By.Hash != b.Hash(n.chain) {
		return nil, validators.ErrCertificate
	}
	if err := n.rules.Judge.Certifies(n.chain, tip.Next, b.By); err != nil {
		return nil, err
	}
	if err := n.purpose.body(b.Block); err != nil {
		return nil, err
	}
	next, err := n.purpose.execute(tip, b.Block)
	if err == nil {
		next.By = b.By
	}
	return next, err
}

// answerRange gives decided blocks from a height on: at most ledgers.MaxRange, and about ledgers.MaxBlock bytes.
func (n *node) answerRange(question []byte) []byte {
	if len(question) != 8 {
		return nil
	}
	var blocks [][]byte
	size := 0
	for height := binary.BigEndian.Uint64(question); len(blocks) < ledgers.MaxRange; height++ {
		b, err := n.archive.read(height)
		if err != nil || b == nil || height > n.tip.Height {
			break
		}
		text := b.Encode()
		if size += len(text); size > ledgers.MaxBlock && len(blocks) > 0 {
			break
		}
		blocks = append(blocks, text)
	}
	answer := binary.BigEndian.AppendUint16(nil, uint16(len(blocks)))
	for _, b := range blocks {
		answer = ledgers.AppendBytes(answer, b)
	}
	if len(blocks) == 0 {
		return nil
	}
	return answer
}
