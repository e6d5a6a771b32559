package sim

import (
	"math/bits"
	"slices"
)

// radixHeap is a monotone priority queue of events: none may be pushed that comes before the one
// popped last. An event lies in the bucket of the highest bit in which its time differs from
// floor, so that it moves at most once for each bit, and sequentially. (Ahuja, Mehlhorn, Orlin,
// Tarjan: Faster algorithms for the shortest path problem, 1990. Ours sorts a bucket outright
// once it is small and narrow.)
type radixHeap struct {
	narrow  int         // buckets below this one span less time than any message takes
	floor   int64       // every event in a bucket is later
	run     []event     // those up to floor, sorted; next is run[done]
	done    int         // how many of run are popped
	filled  uint64      // bit i: buckets[i] is not empty
	buckets [64][]event // buckets[i]: bit i is the highest that differs from floor
}

// sortAt is the size of a narrow bucket that is sorted instead of spread out further. Were it not
// narrow, much of what is pushed meanwhile would have to be inserted into the run.
const sortAt = 48

// push adds an event.
func (h *radixHeap) push(e event) {
	if e.at <= h.floor {
		h.insert(e)
		return
	}
	i := bits.Len64(uint64(e.at^h.floor)) - 1
	h.buckets[i] = append(h.buckets[i], e)
	h.filled |= 1 << i
}

// insert puts an event into its place in the run.
func (h *radixHeap) insert(e event) {
	rest := h.run[h.done:]
	i, _ := slices.BinarySearchFunc(rest, e, compare)
	h.run = slices.Insert(h.run, h.done+i, e)
}

// peek is the next event, until the next push or pop; nil if there is none.
func (h *radixHeap) peek() *event {
	for h.done == len(h.run) {
		if h.filled == 0 {
			return nil
		}
		h.refill()
	}
	return &h.run[h.done]
}

// pop removes the event that peek showed.
func (h *radixHeap) pop() { h.done++ }

// refill takes the earliest bucket apart: into the run if it is small, else into earlier buckets.
func (h *radixHeap) refill() {
	i := bits.TrailingZeros64(h.filled)
	bucket := h.buckets[i]
	h.buckets[i] = bucket[:0]
	h.filled &^= 1 << i
	h.run, h.done = h.run[:0], 0
	if len(bucket) <= sortAt && i < h.narrow {
		h.run = append(h.run, bucket...)
		sortEvents(h.run)
		h.floor = h.run[len(h.run)-1].at
		return
	}
	floor := bucket[0].at
	for k := range bucket {
		floor = min(floor, bucket[k].at)
	}
	h.floor = floor
	for k := range bucket {
		if e := &bucket[k]; e.at == floor {
			h.run = append(h.run, *e)
		} else {
			b := bits.Len64(uint64(e.at^floor)) - 1
			h.buckets[b] = append(h.buckets[b], *e)
			h.filled |= 1 << b
		}
	}
	sortEvents(h.run)
}

// sortEvents sorts by less: few by insertion, many by the standard library.
func sortEvents(events []event) {
	if len(events) > 24 {
		slices.SortFunc(events, compare)
		return
	}
	for i := 1; i < len(events); i++ {
		e := events[i]
		k := i
		for ; k > 0 && less(&e, &events[k-1]); k-- {
			events[k] = events[k-1]
		}
		events[k] = e
	}
}
