package sim

import (
	"cmp"
	"slices"
)

// runShards runs the nodes of shards, from one up to but not including another, one after the other through the window
// under way.
func (k *worker) runShards(w *windows, shard, end int) {
	k.events, k.payloads = k.events[:0], k.payloads[:0]
	for ; shard < end; shard++ {
		if w.busyShard(shard) {
			k.gather(w, shard)
		}
	}
	for from, touched := 0, 0; from < len(k.events); {
		node, to := k.events[from].node, from+1
		for to < len(k.events) && k.events[to].node == node {
			to++
		}
		if to > touched {
			touched = max(to, min(from+touchAhead, len(k.events)))
			k.touched += w.net.touch(k.events[from:touched]) + k.touch(k.events[from:touched])
		}
		k.runNode(w.net.nodes[node], k.events[from:to])
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

// gather adds the shard's events of this window, out of all outboxes, to k.events, by node: many are sorted by counting,
// few, as in a network that has nothing to do but its upkeep, by comparing. The ref of a piece becomes that of its payload
// in k.payloads.
func (k *worker) gather(w *windows, shard int) {
	list := int(w.current%horizon)*w.shards + shard
	total := 0
	k.taken = k.taken[:0]
	for _, from := range w.net.workers {
		for c := from.out.lists[list].take(); c != nil; c = c.next {
			k.taken = append(k.taken, c)
			total += c.n
		}
	}
	before := len(k.events)
	k.events = slices.Grow(k.events, total)[:before+total]
	k.payloads = slices.Grow(k.payloads, total)[:before+total]
	few := total*fewOfShard < 1<<w.shardBits
	mask, next := int32(1)<<w.shardBits-1, int32(before)
	if !few {
		k.count(mask, next)
	}
	for _, c := range k.taken {
		if few {
			next = k.copyOut(c, next)
		} else {
			k.scatter(c, mask)
		}
		k.out.release(c)
	}
	if few {
		slices.SortFunc(k.events[before:], byNode)
	}
}

// fewOfShard: to go through the nodes of a shard takes longer than to sort one event for every so many of them.
const fewOfShard = 8

func byNode(a, b event) int { return cmp.Compare(a.node, b.node) }

// count has the events of the shard's i-th node begin at starts[i], and those of the first one at the given place.
func (k *worker) count(mask, first int32) {
	clear(k.starts)
	k.starts[0] = first
	for _, c := range k.taken {
		for i := range c.events[:c.n] {
			k.starts[c.events[i].node&mask+1]++
		}
	}
	for i := 1; i < len(k.starts); i++ {
		k.starts[i] += k.starts[i-1]
	}
}

// scatter puts the events of one chunk into their places.
func (k *worker) scatter(c *chunk, mask int32) {
	for i := range c.events[:c.n] {
		start := &k.starts[c.events[i].node&mask]
		k.place(c, i, *start)
		*start++
	}
}

// copyOut puts the events of one chunk into the places from next on, and returns the one after them.
func (k *worker) copyOut(c *chunk, next int32) int32 {
	for i := range c.events[:c.n] {
		k.place(c, i, next+int32(i))
	}
	return next + int32(c.n)
}

// place puts an event of a chunk into its place, with its payload.
func (k *worker) place(c *chunk, i int, place int32) {
	e, to := &c.events[i], &k.events[place]
	*to = *e
	if e.isPiece() {
		to.ref = uint32(place)
		k.payloads[place] = c.payloads[i]
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
