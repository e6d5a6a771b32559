package blocksync

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/chain"
	"strata/messaging"
	"strata/network"
)

// round is the chain of one lead, from where ours parts from it up to the last anchor, cut into
// ranges. Whoever has the chain too may carry ranges.
type round struct {
	lead      *peer
	tip       uint64         // what the lead says its tip is
	spans     []*span        // not imported yet, in ascending order
	importing int            // of these, the first so many are being imported
	imports   int            // under way
	declined  map[*peer]bool // these do not have it, or no time
	began     time.Time
	moved     time.Time // when a block last came or was imported
	meter     meter
}

// span is one range.
type span struct {
	first, last   uint64 // numbers of the blocks
	after, anchor chain.BlockHash

	by     *peer          // who is asked for it, or has given what is there
	blocks []chain.Sealed // what is there: from first on
	top    chain.BlockHash
	bytes  int
	ask    *ask // nil: nobody is asked now
}

// ask is one question for blocks that has not been answered.
type ask struct {
	count int
	at    time.Time
	late  network.TimerID
}

func (sp *span) next() uint64 { return sp.first + uint64(len(sp.blocks)) }
func (sp *span) whole() bool  { return sp.next() > sp.last }
func (sp *span) asked() bool  { return sp.ask != nil }

// reset throws away what is there: it came from somebody who will not give the rest.
func (sp *span) reset() {
	sp.by, sp.blocks, sp.top, sp.bytes = nil, nil, sp.after, 0
}

// cancel ends all that is asked for.
func (r *round) cancel(host network.Host) {
	for _, sp := range r.spans {
		if sp.ask != nil {
			host.Cancel(sp.ask.late)
			sp.by.asks--
			sp.ask = nil
		}
	}
}

// begin starts a round. Ranges whose last block we have are not asked for.
func (s *Sync) begin(lead *peer, m Located, places []Place) {
	i := slices.IndexFunc(places, func(p Place) bool { return p.Number == m.Ancestor })
	at := places[i]
	now := s.host.Now()
	r := &round{lead: lead, tip: m.Tip, declined: map[*peer]bool{}, began: now, moved: now}
	for i, hash := range m.Anchors {
		number := anchorAt(m.Ancestor, m.Tip, s.cfg.Step, i)
		if s.Chain.Has(hash) {
			r.spans = nil // and so are all before it
		} else {
			sp := &span{first: at.Number + 1, last: number, after: at.Hash, anchor: hash}
			sp.reset()
			r.spans = append(r.spans, sp)
		}
		at = Place{number, hash}
	}
	if len(r.spans) == 0 {
		return
	}
	r.meter.start(now)
	s.round = r
	s.host.Log().Info("sync begins", "with", lead.addr, "from", r.spans[0].first, "to", m.Tip)
	s.assign()
}

// release takes what a peer was asked for away from it, and what it gave of ranges that are not
// whole.
func (s *Sync) release(p *peer) {
	if s.round == nil {
		return
	}
	for _, sp := range s.round.spans {
		if sp.by != p || sp.whole() {
			continue
		}
		s.unask(sp)
		sp.reset()
	}
	if s.round.lead == p {
		s.round.lead = nil // others may have its chain
	}
}

func (s *Sync) unask(sp *span) {
	if sp.ask != nil {
		s.host.Cancel(sp.ask.late)
		sp.by.asks--
		sp.ask = nil
	}
}

// assign asks for ranges, the lowest first, as long as there are peers and room (SYN-5). A round that
// nobody can go on with ends.
func (s *Sync) assign() {
	r := s.round
	if r == nil || s.stopped {
		return
	}
	used := 0
	for i, sp := range r.spans[:min(len(r.spans), r.importing+s.cfg.Window)] {
		used += sp.bytes
		if sp.ask != nil {
			used += s.cfg.MaxBytes
		}
		if sp.ask != nil || sp.whole() {
			continue
		}
		if i > r.importing && used+s.cfg.MaxBytes > s.cfg.MaxWaiting {
			break // the first range always has room, or nothing would move
		}
		p := s.carrier(sp)
		if p == nil {
			continue
		}
		s.request(sp, p)
		if s.round != r {
			return // it could not be sent, and that ended the round
		}
		if sp.ask != nil {
			used += s.cfg.MaxBytes
		}
	}
	if r.importing == 0 && !slices.ContainsFunc(r.spans, (*span).asked) && !s.somebody() {
		if r.lead != nil {
			s.strike(r.lead, false) // its chain is not to be had: next time another one leads
		}
		s.end("nobody has the rest of it")
		s.Changed()
	}
}

// somebody says whether there is a peer that may be asked within an interval.
func (s *Sync) somebody() bool {
	soon := s.host.Now().Add(s.cfg.Interval)
	for _, p := range s.peers { // the order does not matter
		if !s.round.declined[p] && !soon.Before(p.rest) && !soon.Before(s.records[p.addr].until) {
			return true
		}
	}
	return false
}

// carrier is who to ask for the range: who has begun it, else the least busy and fastest; nil if
// there is nobody.
func (s *Sync) carrier(sp *span) *peer {
	if sp.by != nil && s.usable(sp.by) {
		return sp.by
	}
	var free []*peer
	for _, p := range s.sorted() {
		if s.mayAsk(p) && s.usable(p) && !s.round.declined[p] {
			free = append(free, p)
		}
	}
	if len(free) == 0 {
		return nil // what is there is kept: who gave it may yet go on
	}
	sp.reset()
	return slices.MinFunc(free, func(a, b *peer) int {
		return cmp.Or(cmp.Compare(a.asks, b.asks), cmp.Compare(b.quota, a.quota))
	})
}

// mayAsk says whether a peer may be asked for one more range at once: for PerPeer of any size, and for more if it answers
// soon, as long as all of them should fit in one answer. So a commit's worth of small blocks is on its way.
func (s *Sync) mayAsk(p *peer) bool {
	expected := (p.asks + 1) * p.quota * p.weight
	return p.asks < s.cfg.PerPeer || p.asks < s.cfg.PerPeer+p.ahead && expected <= s.cfg.MaxBytes
}

// request asks a peer for the next blocks of a range.
func (s *Sync) request(sp *span, p *peer) {
	r := s.round
	q := &ask{count: int(min(uint64(p.quota), sp.last-sp.next()+1)), at: s.host.Now()}
	q.late = s.host.After(s.cfg.Deadline, func() { s.answered(r, sp, q, nil, messaging.ErrTimeout) })
	sp.by, sp.ask = p, q
	p.asks++
	m := Range{Anchor: Place{sp.last, sp.anchor}, First: sp.next(), Count: q.count}
	s.Peers.Request(p.addr, KindBlocks, m.AppendTo(nil), func(reply []byte, err error) { s.answered(r, sp, q, reply, err) })
}

// answered takes the answer to request. One that comes after its time, or after the round, is not
// looked at.
func (s *Sync) answered(r *round, sp *span, q *ask, reply []byte, err error) {
	if s.round != r || sp.ask != q || s.stopped {
		return
	}
	p := sp.by
	s.unask(sp)
	switch {
	case errors.Is(err, messaging.ErrTimeout):
		s.stalled(p)
	case err != nil: // the connection is gone; that is nobody's fault
		p.rest = s.host.Now().Add(s.cfg.Interval)
	case len(reply) == 0:
		s.declines(p)
		sp.reset()
	default:
		p.refusals = 0
		had := len(sp.blocks)
		if err := s.fill(sp, q.count, reply); err != nil {
			sp.reset()
			s.lied(p, err)
			break
		}
		p.weight = len(reply) / (len(sp.blocks) - had)
		s.delivered(p, sp, q)
	}
	s.apply()
	s.assign()
}

// delivered is what becomes of a peer that gave what it was asked for: it is asked for more at once,
// carefully if it has stalled before; and for one more range ahead if it took little of the time that it had.
func (s *Sync) delivered(p *peer, sp *span, q *ask) {
	now := s.host.Now()
	s.round.moved = now
	if p.ahead++; now.Sub(q.at) > s.cfg.Deadline/8 {
		p.ahead = 0
	}
	grown := 2 * p.quota
	if p.slow {
		grown = p.quota + 1 + p.quota/8
	}
	p.quota = min(grown, s.cfg.Step)
	if r, ok := s.records[p.addr]; ok && sp.whole() {
		if r.strikes--; r.strikes <= 0 {
			delete(s.records, p.addr)
		} else {
			s.records[p.addr] = r
		}
	}
}

// declines is what becomes of a peer that gives nothing: it is left out of this round. The lead, who
// said that it has the chain, may have been busy, and is asked a few times.
func (s *Sync) declines(p *peer) {
	if p == s.round.lead {
		s.refused(p)
		return
	}
	s.round.declined[p] = true
}

// fill puts the blocks of an answer into their range, if they fit (SYN-4). The error is the lie.
func (s *Sync) fill(sp *span, count int, reply []byte) error {
	texts, err := ParseTexts(reply, count, s.Params.MaxText())
	if err != nil {
		return err
	}
	for _, text := range texts {
		hash := chain.HashOf(text)
		if !s.Params.MeetsDifficulty(hash) { // before it is parsed: that is cheaper
			return fmt.Errorf("block %v: %w", hash, ErrNoWork)
		}
		b, err := chain.ParseSealed(text, hash)
		if err != nil {
			return err
		}
		if b.Number != sp.next() || b.Parent != sp.top {
			return fmt.Errorf("%w: block %d, parent %v, after block %d", ErrUnlinked, b.Number, b.Parent, sp.next()-1)
		}
		sp.blocks = append(sp.blocks, b)
		sp.top = hash
		sp.bytes += len(text)
	}
	if sp.whole() && sp.top != sp.anchor {
		return fmt.Errorf("%w: block %d is %v, not the anchor", ErrUnlinked, sp.last, sp.top)
	}
	return nil
}
