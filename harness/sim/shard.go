package sim

import "slices"

// runShard runs the nodes of one shard, one after the other, through the window under way.
func (l *lane) runShard(w *windows, shard int) {
	l.gather(w, shard)
	first := int32(shard << w.shardBits)
	from, touched := int32(0), int32(0)
	for i, to := range l.starts[:len(l.starts)-1] {
		if from == to {
			continue
		}
		if to > touched {
			touched = max(to, min(from+touchAhead, int32(len(l.events))))
			l.touched += w.net.touch(l.events[from:touched]) + l.touch(l.events[from:touched])
		}
		l.runNode(w.net.nodes[first+int32(i)], l.events[from:to])
		from = to
	}
}

// touch reads the first bytes of the pieces, see Net.touch.
func (l *lane) touch(events []event) uint32 {
	var sum uint32
	for i := range events {
		if e := &events[i]; e.isPiece() {
			p := &l.payloads[e.ref]
			if p.headSize > 0 {
				sum += uint32(*p.head)
			}
			if p.bodySize > 0 {
				sum += uint32(*p.body)
			}
		}
	}
	return sum
}

// gather takes the shard's events of this window out of all outboxes and sorts them by node, by
// counting. Afterwards those of the shard's i-th node end at starts[i], and begin where those of
// the node before it end. The ref of a piece becomes that of its payload in l.payloads.
func (l *lane) gather(w *windows, shard int) {
	list := int(w.current%horizon)*w.shards + shard
	mask := int32(1)<<w.shardBits - 1
	clear(l.starts)
	total := 0
	l.taken = l.taken[:0]
	for _, from := range w.net.lanes {
		for c := from.out.lists[list].take(); c != nil; c = c.next {
			l.taken = append(l.taken, c)
			for i := range c.events[:c.n] {
				l.starts[c.events[i].node&mask+1]++
			}
			total += c.n
		}
	}
	for i := 1; i < len(l.starts); i++ {
		l.starts[i] += l.starts[i-1]
	}
	l.events = slices.Grow(l.events[:0], total)[:total]
	l.payloads = slices.Grow(l.payloads[:0], total)[:total]
	for _, c := range l.taken {
		l.scatter(c, mask)
		l.out.release(c)
	}
}

// scatter puts the events of one chunk into their places, with their payloads.
func (l *lane) scatter(c *chunk, mask int32) {
	for i := range c.events[:c.n] {
		e := &c.events[i]
		start := &l.starts[e.node&mask]
		place := *start
		*start++
		to := &l.events[place]
		*to = *e
		if e.isPiece() {
			to.ref = uint32(place)
			l.payloads[place] = c.payloads[i]
		}
	}
}

// runNode runs one node through the window: what came from outside, and what it sets itself.
func (l *lane) runNode(nd *node, events []event) {
	sortEvents(events)
	limit := l.net.windows.limit
	nd.lane = l
	l.node = nd.index
	for i := range events {
		e := &events[i]
		if e.at > limit {
			l.putBack(events[i:])
			break
		}
		for l.ownDone < len(l.own) && less(&l.own[l.ownDone], e) {
			l.happenOwn(nd)
		}
		nd.happen(e)
	}
	for l.ownDone < len(l.own) {
		l.happenOwn(nd)
	}
	l.own, l.ownDone = l.own[:0], 0
}

// putBack keeps events of this window that are for another Run.
func (l *lane) putBack(events []event) {
	for i := range events {
		var p *payload
		if e := &events[i]; e.isPiece() {
			p = &l.payloads[e.ref]
		}
		l.net.windows.put(&l.out, &events[i], p)
	}
}

// happenOwn handles the next event that the running node has made for itself in this window.
func (l *lane) happenOwn(nd *node) {
	e := l.own[l.ownDone]
	l.ownDone++
	nd.happen(&e)
}

// addOwn queues an event that the running node has made for itself in this window.
func (l *lane) addOwn(e *event) {
	if e.node != l.node {
		panic("sim: an event reached another node within one window")
	}
	rest := l.own[l.ownDone:]
	i, _ := slices.BinarySearchFunc(rest, *e, compare)
	l.own = slices.Insert(l.own, l.ownDone+i, *e)
}

// idle forgets what is only needed during Run, so that no payload is kept alive.
func (l *lane) idle() { l.payloads, l.taken = nil, nil }
