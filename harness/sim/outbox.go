package sim

import "math"

// horizon is how many windows ahead events are sorted by window; later ones wait in one list.
const horizon = 64

// outbox holds the events that one worker has emitted and that are not run yet, by window and by
// shard. Only its worker adds to it; what is in it is taken out when its window is run.
type outbox struct {
	lists  []chunkList  // [window % horizon][shard]
	counts [horizon]int // events per window
	far    chunkList    // those of later windows
	soon   int64        // earliest window in far
	free   *chunk
}

// chunkList is a list of events in no particular order.
type chunkList struct{ first *chunk }

// chunk is a piece of a chunkList that fills a page. All but the first of a list are full.
type chunk struct {
	next   *chunk
	n      int
	events [chunkSize]event
}

const chunkSize = 127

// add appends an event to a list.
func (o *outbox) add(list *chunkList, e *event) {
	c := list.first
	if c == nil || c.n == chunkSize {
		c = o.chunk()
		c.next = list.first
		list.first = c
	}
	c.events[c.n] = *e
	c.n++
}

// chunk is a new or a used one, empty.
func (o *outbox) chunk() *chunk {
	c := o.free
	if c == nil {
		return new(chunk)
	}
	o.free = c.next
	c.n = 0
	return c
}

// release takes back a chunk that has been read, and returns the one after it.
func (o *outbox) release(c *chunk) *chunk {
	next := c.next
	c.next = o.free
	o.free = c
	return next
}

// put files an event under its window, seen from the one under way.
func (w *windows) put(o *outbox, e *event) {
	window := e.at >> w.bits
	if window-w.current >= horizon {
		o.putFar(e, window)
		return
	}
	slot := int(window % horizon)
	o.counts[slot]++
	o.add(&o.lists[slot*w.shards+int(e.node)>>w.shardBits], e)
}

// putFar puts an event by until its window comes near.
func (o *outbox) putFar(e *event, window int64) {
	o.soon = min(o.soon, window)
	o.add(&o.far, e)
}

// refile sorts the events of far whose windows have come near.
func (w *windows) refile(o *outbox) {
	c := o.far.first
	o.far.first, o.soon = nil, math.MaxInt64
	for c != nil {
		for i := range c.events[:c.n] {
			w.put(o, &c.events[i])
		}
		c = o.release(c)
	}
}
