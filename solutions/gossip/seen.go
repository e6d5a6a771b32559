package gossip

import (
	"time"

	"strata/gossip"
)

// seen is the set of the ids seen lately, at most max of them.
type seen struct {
	max   int
	ids   map[gossip.MessageID]struct{} // nil while there are none: most nodes idle most of the time
	order []sighting                    // the same ids, the oldest first
}

// sighting is an id and when it was seen.
type sighting struct {
	id gossip.MessageID
	at time.Time
}

// add marks the id seen now, and says whether it was not seen before. There are never more than max ids: the
// oldest makes room (GSP-7). An id that comes again stays as old as it was. The map is nil while there
// are no ids.
func (s *seen) add(id gossip.MessageID, now time.Time) (fresh bool) {
	//strata:begin gossip.1
	if _, known := s.ids[id]; known {
		return false
	}
	if s.ids == nil {
		s.ids = make(map[gossip.MessageID]struct{})
	}
	s.ids[id] = struct{}{}
	s.order = append(s.order, sighting{id, now})
	if len(s.ids) > s.max {
		s.forgetOldest()
	}
	return true
	//strata:end
}

// forgetOldest forgets one id, in constant time. The set is not empty.
func (s *seen) forgetOldest() {
	//strata:begin gossip.3
	delete(s.ids, s.order[0].id)
	s.order = s.order[1:]
	//strata:end
}

// forget forgets every id seen at the time or earlier (GSP-7). It looks at no more ids than it has to, and an
// empty set keeps no memory.
func (s *seen) forget(until time.Time) {
	//strata:begin gossip.3
	for len(s.order) > 0 && !s.order[0].at.After(until) {
		s.forgetOldest()
	}
	if len(s.order) == 0 {
		s.ids, s.order = nil, nil
	}
	//strata:end
}
