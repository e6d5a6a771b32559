package gossip

import (
	"time"

	"strata/gossip"
)

func (s *seen) add(id gossip.MessageID, now time.Time) (fresh bool) {
	if _, known := s.ids[id]; known {
		return false
	}
	if s.ids == nil {
		s.ids = make(map[gossip.MessageID]struct{})
	}
	s.ids[id] = struct{}{}
	s.order = append(s.order, sighting{id, now})
	for len(s.order) > s.max {
		s.forgetOldest()
	}
	return true
}

func (s *seen) forgetOldest() {
	delete(s.ids, s.order[0].id)
	s.order = s.order[1:]
}

func (s *seen) forget(until time.Time) {
	for len(s.order) > 0 && !s.order[0].at.After(until) {
		s.forgetOldest()
	}
}

func (l *layer) sweep() {
	l.seen.forget(l.host.Now().Add(-l.cfg.SeenFor))
	l.timer = l.host.After(l.cfg.Sweep, l.sweep)
}

func (l *layer) Stop() {
	l.host.Cancel(l.timer)
	l.peers.Stop()
}
