package sim

// horizon is how many windows ahead events are sorted by window; later ones wait in wheels.
const horizon = 64

// outbox holds the events that one worker has emitted and that are not run yet, by window and by
// shard. Only its worker adds to it; what is in it is taken out when its window is run.
type outbox struct {
	lists  []chunkList  // [window % horizon][shard]
	counts [horizon]int // events per window
	far    *wheels      // those of later windows; nil under TotalOrder
	free   *chunk
	spare  int // chunks in free
	idle   int // the least that spare was since the last trim
}

// chunkList is a list of events, with their payloads, in no particular order. All chunks but the
// first are full.
type chunkList struct {
	first *chunk
	n     int // events in first
}

// chunk fills two pages. A payload travels with its event, so that it is in the cache when it is
// needed.
type chunk struct {
	next     *chunk
	n        int // in a chunk that is not the first of its list, or taken out of it
	payloads [chunkSize]payload
	events   [chunkSize]event
}

const chunkSize = 146 // makes a chunk 8 KiB

// add appends an event to a list.
func (o *outbox) add(list *chunkList, e *event, p *payload) {
	c := list.first
	if c == nil || list.n == chunkSize {
		c = o.extend(list)
	}
	c.events[list.n] = *e
	if p != nil {
		c.payloads[list.n] = *p
	}
	list.n++
}

// extend puts an empty chunk, new or used, at the front of the list.
func (o *outbox) extend(list *chunkList) *chunk {
	c := o.free
	if c == nil {
		c = new(chunk)
	} else {
		o.free = c.next
		o.spare--
		o.idle = min(o.idle, o.spare)
	}
	if list.first != nil {
		list.first.n = list.n
	}
	c.next = list.first
	list.first, list.n = c, 0
	return c
}

// take empties the list and returns its chunks.
func (list *chunkList) take() *chunk {
	c := list.first
	if c != nil {
		c.n = list.n
	}
	*list = chunkList{}
	return c
}

// release takes back a chunk that has been read, and returns the one after it.
func (o *outbox) release(c *chunk) *chunk {
	next := c.next
	clear(c.payloads[:c.n])
	c.next = o.free
	o.free = c
	o.spare++
	return next
}

// trim gives up the chunks that were not needed since the last time: when a network begins, or floods itself, many more
// events are under way than mostly are.
func (o *outbox) trim() {
	for range o.idle {
		o.free = o.free.next
	}
	o.spare -= o.idle
	o.idle = o.spare
}

// put files an event under its window, seen from the one under way. The payload may be nil.
func (w *windows) put(o *outbox, e *event, p *payload) {
	window := e.at >> w.bits
	if window-w.current >= horizon {
		w.putFar(o, e, p)
		return
	}
	slot := int(uint64(window) % horizon)
	o.counts[slot]++
	list := &o.lists[slot*w.shards+int(e.node)>>w.shardBits]
	c, n := list.first, list.n // add, by hand: it is here that an engine spends its time
	if c == nil || n == chunkSize {
		c, n = o.extend(list), 0
	}
	list.n = n + 1
	c.events[n] = *e
	if p != nil {
		c.payloads[n] = *p
	}
}
