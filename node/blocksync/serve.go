package blocksync

import (
	"time"

	"strata/network"
)

// What a question costs a peer of its share besides the bytes of the answer: reading the store takes
// time too.
const (
	locateCost = 8 << 10
	blocksCost = 1 << 10
	blockCost  = 512 // each that is looked up
)

// together is how many times the share of one peer all of them have, however many there are.
const together = 2

// share is a token bucket of bytes that a peer may be answered (SYN-3).
type share struct {
	left float64
	at   time.Time
}

// take fills the bucket up to two seconds' worth and says whether anything is in it.
func (b *share) take(now time.Time, rate int) bool {
	full := 2 * float64(rate)
	if b.at.IsZero() {
		b.left = full
	} else if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.left = min(full, b.left+passed*float64(rate))
	}
	b.at = now
	return b.left > 0
}

// answerable says whether a question of a peer is to be answered with more than nothing.
func (s *Sync) answerable(from network.Addr, cost int) (*peer, bool) {
	p, now := s.peers[from], s.host.Now()
	if p == nil || !p.share.take(now, s.cfg.AnswerRate) || !s.shares.take(now, together*s.cfg.AnswerRate) {
		return p, false
	}
	s.charge(p, cost)
	return p, true
}

func (s *Sync) charge(p *peer, cost int) {
	p.share.left -= float64(cost)
	s.shares.left -= float64(cost)
}

// answerLocate says where a peer's chain and ours part (SYN-1, SYN-3).
func (s *Sync) answerLocate(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if s.stopped {
		return nil, false
	}
	m, err := ParseLocate(payload)
	if err != nil {
		s.malformed(from, err)
		return nil, false
	}
	p, ok := s.answerable(from, locateCost+len(m.Places)*blockCost)
	if !ok {
		return nil, true
	}
	answer := Located{Tip: s.Chain.State().Number()}
	for _, at := range m.Places {
		if hash, ok := s.Chain.HashAt(at.Number); ok && hash == at.Hash {
			answer.Ancestor = at.Number
			break
		}
	}
	anchors := anchorCount(answer.Ancestor, answer.Tip, m.Step)
	s.charge(p, anchors*blockCost)
	for i := range anchors {
		hash, ok := s.Chain.HashAt(anchorAt(answer.Ancestor, answer.Tip, m.Step, i))
		if !ok {
			return nil, true // the store failed: nobody is told half of it
		}
		answer.Anchors = append(answer.Anchors, hash)
	}
	return answer.AppendTo(make([]byte, 0, locatedSize+len(answer.Anchors)*hashSize)), true
}

// answerBlocks gives a range of our chain (SYN-2, SYN-3).
func (s *Sync) answerBlocks(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if s.stopped {
		return nil, false
	}
	m, err := ParseRange(payload)
	if err != nil {
		s.malformed(from, err)
		return nil, false
	}
	p, ok := s.answerable(from, blocksCost)
	if !ok {
		return nil, true
	}
	if hash, ok := s.Chain.HashAt(m.Anchor.Number); !ok || hash != m.Anchor.Hash {
		return nil, true
	}
	for number := m.First; number < m.First+uint64(m.Count); number++ {
		hash, ok := s.Chain.HashAt(number)
		if !ok {
			break
		}
		text, ok := s.Chain.BlockText(hash)
		if !ok || len(reply) > 0 && len(reply)+4+len(text) > s.cfg.MaxBytes {
			break
		}
		reply = appendText(reply, text)
		s.charge(p, 4+len(text)+blockCost)
	}
	return reply, true
}

// malformed blames a peer for a question that is none.
func (s *Sync) malformed(from network.Addr, err error) {
	s.host.Log().Debug("sync: malformed question", "peer", from, "err", err)
	if s.Blame != nil {
		s.Blame(from, err)
	}
}
