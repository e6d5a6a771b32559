package sim

// odd is what few nodes need: those that pauses and skews strike, that come and go, or whose connection is slow.
type odd struct {
	held  []held
	skews []*fault        // by time
	lines map[int32]*line // slow ones, to each peer
	pipe  *pipe
	churn *churn
}

// held is an event that waits for a pause to end.
type held struct {
	event   event
	payload payload
}

// ensureOdd is the node's odd, new if need be.
func (nd *node) ensureOdd() *odd {
	if nd.odd == nil {
		nd.odd = &odd{}
	}
	return nd.odd
}

// pausedBy is a pause of the node at t.
func (nd *node) pausedBy(t int64) *fault {
	for f := range nd.net.pauses.during(t) {
		if has(f.a, nd.index) {
			return f
		}
	}
	return nil
}

// waits keeps the event for the end of the pause that the node is in.
func (nd *node) waits(e *event) bool {
	f := nd.pausedBy(e.at)
	if f == nil && (nd.odd == nil || len(nd.odd.held) == 0) || nd.urgent(e) {
		return false
	}
	if f != nil {
		nd.fire(f)
	}
	h := held{event: *e}
	if e.isPiece() {
		h.payload = nd.payload(e)
	}
	o := nd.ensureOdd()
	o.held = append(o.held, h)
	return true
}

// urgent says whether an event happens in a pause as well.
func (nd *node) urgent(e *event) bool {
	if e.order&classMask != classFault || e.order&^classMask == orderBoot || e.order == orderChurn {
		return false
	}
	return nd.net.faults[e.ref].effect(e).urgent
}

// resume handles all that has waited, in the order in which it came.
func (nd *node) resume(*fault) bool {
	if nd.odd == nil || nd.pausedBy(nd.worker.now) != nil {
		return false
	}
	waiting := nd.odd.held
	nd.odd.held = nil
	called := false
	for i := range waiting {
		if called && nd.net.cfg.AfterEvent != nil {
			nd.net.cfg.AfterEvent()
			if nd.net.halted.Load() {
				return false
			}
		}
		h := &waiting[i]
		h.event.at = nd.worker.now
		var p *payload
		if h.event.isPiece() {
			p = &h.payload
		}
		called = nd.handle(&h.event, p)
	}
	return called
}
