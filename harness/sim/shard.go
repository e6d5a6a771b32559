package sim

import "slices"

// runShard runs the nodes of one shard, one after the other, through the window under way.
func (k *worker) runShard(w *windows, shard int) {
	if !w.busyShard(shard) {
		return
	}
	k.gather(w, shard)
	first := int32(shard << w.shardBits)
	from, touched := int32(0), int32(0)
	for i, to := range k.starts[:len(k.starts)-1] {
		if from == to {
			continue
		}
		if to > touched {
			touched = max(to, min(from+touchAhead, int32(len(k.events))))
			k.touched += w.net.touch(k.events[from:touched]) + k.touch(k.events[from:touched])
		}
		k.runNode(w.net.nodes[first+int32(i)], k.events[from:to])
		from = to
	}
}

// busyShard says whether the shard has events in the window under way. In a large network that has nothing to do but
// its upkeep hardly one has.
func (w *windows) busyShard(shard int) bool {
	list := int(w.current%horizon)*w.shards + shard
	for _, k := range w.net.workers {
		if k.out.lists[list].first != nil {
			return true
		}
	}
	return false
}

// touch reads the first bytes of the pieces, see Net.touch.
func (k *worker) touch(events []event) uint32 {
	var sum uint32
	for i := range events {
		if e := &events[i]; e.isPiece() {
			p := &k.payloads[e.ref]
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
// the node before it end. The ref of a piece becomes that of its payload in k.payloads.
func (k *worker) gather(w *windows, shard int) {
	list := int(w.current%horizon)*w.shards + shard
	mask := int32(1)<<w.shardBits - 1
	clear(k.starts)
	total := 0
	k.taken = k.taken[:0]
	for _, from := range w.net.workers {
		for c := from.out.lists[list].take(); c != nil; c = c.next {
			k.taken = append(k.taken, c)
			for i := range c.events[:c.n] {
				k.starts[c.events[i].node&mask+1]++
			}
			total += c.n
		}
	}
	for i := 1; i < len(k.starts); i++ {
		k.starts[i] += k.starts[i-1]
	}
	k.events = slices.Grow(k.events[:0], total)[:total]
	k.payloads = slices.Grow(k.payloads[:0], total)[:total]
	for _, c := range k.taken {
		k.scatter(c, mask)
		k.out.release(c)
	}
}

// scatter puts the events of one chunk into their places, with their payloads.
func (k *worker) scatter(c *chunk, mask int32) {
	for i := range c.events[:c.n] {
		e := &c.events[i]
		start := &k.starts[e.node&mask]
		place := *start
		*start++
		to := &k.events[place]
		*to = *e
		if e.isPiece() {
			to.ref = uint32(place)
			k.payloads[place] = c.payloads[i]
		}
	}
}

// runNode runs one node through the window: what came from outside, and what it sets itself.
func (k *worker) runNode(nd *node, events []event) {
	sortEvents(events)
	limit := k.net.windows.limit
	nd.worker = k
	k.node = nd.index
	for i := range events {
		e := &events[i]
		if e.at > limit {
			k.putBack(events[i:])
			break
		}
		for k.ownDone < len(k.own) && less(&k.own[k.ownDone], e) {
			k.happenOwn(nd)
		}
		nd.happen(e)
	}
	for k.ownDone < len(k.own) {
		k.happenOwn(nd)
	}
	k.own, k.ownDone = k.own[:0], 0
}

// putBack keeps events of this window that are for another Run.
func (k *worker) putBack(events []event) {
	for i := range events {
		var p *payload
		if e := &events[i]; e.isPiece() {
			p = &k.payloads[e.ref]
		}
		k.net.windows.put(&k.out, &events[i], p)
	}
}

// happenOwn handles the next event that the running node has made for itself in this window.
func (k *worker) happenOwn(nd *node) {
	e := k.own[k.ownDone]
	k.ownDone++
	nd.happen(&e)
}

// addOwn queues an event that the running node has made for itself in this window.
func (k *worker) addOwn(e *event) {
	if e.node != k.node {
		panic("sim: an event reached another node within one window")
	}
	rest := k.own[k.ownDone:]
	i, _ := slices.BinarySearchFunc(rest, *e, compare)
	k.own = slices.Insert(k.own, k.ownDone+i, *e)
}

// idle forgets what is only needed during Run, so that no payload is kept alive.
func (k *worker) idle() { k.payloads, k.taken = nil, nil }
