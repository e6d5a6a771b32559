package blocksync

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"strata/chain"
	"strata/network"
)

// Reasons not to believe a peer.
var (
	// ErrNoWork reports a hash that does not show its work.
	ErrNoWork = errors.New("no proof of work: is the difficulty the same there?")

	// ErrUnlinked reports blocks that do not follow one another up to the anchor.
	ErrUnlinked = errors.New("blocks do not fit their place")

	// ErrInvalid reports a chain with an invalid block in it, which nobody can have executed.
	ErrInvalid = errors.New("invalid block on its chain")
)

// seek asks a peer to lead, if nobody does: the one preferred, or one without a record, or who is
// furthest ahead.
func (s *Sync) seek(prefer *peer) {
	if s.round != nil || s.seeking != nil || s.stopped {
		return
	}
	ahead := slices.DeleteFunc(s.sorted(), func(p *peer) bool {
		return p.claim <= s.Chain.State().Number() || !s.usable(p) || s.host.Now().Before(p.again)
	})
	if len(ahead) == 0 {
		return
	}
	best := slices.MaxFunc(ahead, func(a, b *peer) int {
		return cmp.Or(boolCompare(a == prefer, b == prefer), cmp.Compare(s.records[b.addr].strikes, s.records[a.addr].strikes),
			cmp.Compare(a.claim, b.claim), cmp.Compare(b.addr, a.addr))
	})
	s.locate(best, true)
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// locator lists places of our chain from the tip back: every one at first, then ever fewer, and
// genesis last.
func (s *Sync) locator() []Place {
	var places []Place
	number := s.Chain.State().Number()
	for step := uint64(1); number > 0; {
		hash, ok := s.Chain.HashAt(number)
		if ok {
			places = append(places, Place{number, hash})
		}
		if len(places) >= 8 {
			step *= 2
		}
		number -= min(step, number)
	}
	return append(places, Place{0, genesisHash})
}

var genesisHash = chain.Genesis().Hash()

// locate asks a peer where our chains part (SYN-1). With lead, nobody else is asked until it has
// answered or its time is over.
func (s *Sync) locate(p *peer, lead bool) {
	places := s.locator()
	p.located = true
	p.again = s.host.Now().Add(s.cfg.Interval)
	if lead {
		s.seeking = p
	}
	over := false
	end := func(late network.TimerID) (first bool) {
		first, over = !over, true
		s.host.Cancel(late)
		if first && s.seeking == p { // or else it is asked again already
			s.seeking = nil
		}
		return first && !s.stopped
	}
	late := s.host.After(s.cfg.Deadline, func() {
		if end(0) {
			s.stalled(p)
			s.seek(nil)
			s.arm()
			s.Changed()
		}
	})
	m := Locate{Step: s.cfg.Step, Places: places}
	s.Peers.Request(p.addr, KindLocate, m.AppendTo(nil), func(reply []byte, err error) {
		if !end(late) {
			return
		}
		if err == nil {
			s.foundOut(p, places, reply)
		}
		if s.round == nil {
			s.ledNowhere(p, lead)
			s.seek(nil)
		}
		s.arm()
		s.Changed()
	})
}

// ledNowhere is what becomes of a peer that was to lead and named nothing to get: it leads less often each
// time. Otherwise one that takes its time for such answers would be asked again and again, and nobody
// else (SYN-6).
func (s *Sync) ledNowhere(p *peer, lead bool) {
	if !lead {
		return
	}
	now := s.host.Now()
	if now.Sub(p.again) > s.cfg.MaxPause {
		p.fruitless = 0
	}
	p.again = now.Add(min(s.cfg.Interval<<min(p.fruitless, 20), s.cfg.MaxPause))
	p.fruitless++
}

// stalled is what becomes of a peer that does not answer in time. Several questions that wait for one
// late answer count once.
func (s *Sync) stalled(p *peer) {
	if s.host.Now().Before(s.records[p.addr].until) {
		return
	}
	s.host.Log().Debug("sync: no answer in time", "peer", p.addr)
	p.quota, p.slow = max(1, p.quota/4), true
	s.strike(p, false)
}

// foundOut takes the answer to locate.
func (s *Sync) foundOut(p *peer, places []Place, reply []byte) {
	if len(reply) == 0 {
		s.refused(p)
		return
	}
	m, err := ParseLocated(reply, s.cfg.Step)
	if err == nil {
		err = s.plausible(m, places)
	}
	if err != nil {
		s.lied(p, err)
		return
	}
	p.claim, p.refusals = m.Tip, 0
	if s.round == nil && m.Tip > s.Chain.State().Number() {
		s.begin(p, m, places)
	}
}

// plausible checks what can be checked of an answer without a block: that the ancestor is one of the
// places, and that each anchor shows its work (SYN-4). To claim a long chain is so as dear as to
// have a piece of it.
func (s *Sync) plausible(m Located, places []Place) error {
	if !slices.ContainsFunc(places, func(p Place) bool { return p.Number == m.Ancestor }) {
		return fmt.Errorf("%w: block %d was not asked for", ErrMalformed, m.Ancestor)
	}
	for _, hash := range m.Anchors {
		if !s.Params.MeetsDifficulty(hash) {
			return fmt.Errorf("anchor %v: %w", hash, ErrNoWork)
		}
		if s.Chain.Refused(hash) {
			return fmt.Errorf("%w: %v", ErrInvalid, hash)
		}
	}
	return nil
}

// refused is what becomes of a peer that has nothing to say: it may be busy, or have another chain.
func (s *Sync) refused(p *peer) {
	p.refusals++
	p.rest = s.host.Now().Add(s.cfg.Interval)
	if p.refusals >= 3 {
		p.refusals = 0
		s.strike(p, false)
	}
}
