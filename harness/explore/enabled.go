package explore

// enabled lists what may happen next, always in the same order, the first being what happens if
// nobody cares: something that is on its way arrives; if nothing is, the earliest timer or work.
func (e *engine) enabled(s *state, buf []move) []move {
	buf = buf[:0]
	for i := range e.nodes {
		if !e.booted(s.at[i]) {
			return append(buf, move{event: event{kind: evBoot}, node: uint8(i)})
		}
	}
	now, due := int64(0), int64(never)
	for i := range e.nodes {
		l := e.locals[s.at[i]]
		now, due = max(now, l.clock), min(due, l.next)
		buf = e.arrivals(s, l, buf)
	}
	arrivals := len(buf)
	before := now < int64(e.budget.From)
	if before && arrivals > 0 {
		return buf[:1]
	}
	early := arrivals > 0 && due > now // what is due now may come now
	if due <= e.horizon && (!early || int(s.early) < e.budget.Early) {
		buf = e.timed(s, due, early, buf)
		if before && due < int64(e.budget.From) {
			return buf[:1]
		}
	}
	if arrivals > 0 && e.budget.Crashes+e.budget.Resets > 0 {
		buf = e.faults(s, buf)
	}
	return buf
}

// arrivals adds the next item of each connection on which the node has sent more than has arrived.
func (e *engine) arrivals(s *state, from *local, buf []move) []move {
	for i := range from.ends {
		sent := &from.ends[i]
		peer := sent.key.peer()
		if peer == nowhere {
			if sent.state == dialing {
				buf = append(buf, move{event: event{kind: evRefuse, end: sent.key}, node: uint8(sent.key.owner())})
			}
			continue
		}
		got := uint32(0)
		if other := e.locals[s.at[peer]].find(sent.key.other()); other != nil {
			if other.state == ended {
				continue
			}
			got = other.got
		}
		if int(got) < len(sent.log) {
			buf = append(buf, move{event: event{kind: evItem, end: sent.key.other(), ref: sent.log[got]},
				node: uint8(peer)})
		}
	}
	return buf
}

// timed adds the timers and the work that are due then. One node's own come in their order.
func (e *engine) timed(s *state, due int64, early bool, buf []move) []move {
	for i := range e.nodes {
		l := e.locals[s.at[i]]
		if l.next != due {
			continue
		}
		if len(l.timers) > 0 && l.timers[0].at == due {
			buf = append(buf, move{event: event{kind: evTimer, ref: l.timers[0].number}, node: uint8(i), early: early})
		}
		if int(l.worked) < len(e.work[i]) && e.work[i][l.worked] == due {
			buf = append(buf, move{event: event{kind: evWork, ref: l.worked}, node: uint8(i), early: early})
		}
	}
	return buf
}

// faults adds what may fail now.
func (e *engine) faults(s *state, buf []move) []move {
	crashes, resets := 0, 0
	for i := range e.nodes {
		l := e.locals[s.at[i]]
		crashes, resets = crashes+int(l.crashes), resets+int(l.resets)
	}
	for i := range e.nodes {
		if crashes < e.budget.Crashes {
			buf = append(buf, move{event: event{kind: evCrash}, node: uint8(i)})
		}
		if resets >= e.budget.Resets {
			continue
		}
		ends := e.locals[s.at[i]].ends
		for j := range ends {
			if ends[j].state == open {
				buf = append(buf, move{event: event{kind: evReset, end: ends[j].key}, node: uint8(i)})
			}
		}
	}
	return buf
}

// follow is the state after the move, once the node's new history is known.
func (s *state) follow(m move, to uint32) state {
	next := *s
	next.at[m.node] = to
	if m.early {
		next.early++
	}
	return next
}
