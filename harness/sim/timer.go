package sim

import (
	"math"
	"time"

	"strata/network"
)

// timers are those of one node: a place for each that is set. A cancelled one gives up its place
// at once; its event stays queued and then finds nobody of its number there.
type timers struct {
	places []timer
	free   []uint32
	count  uint64 // number of the last timer set, over all the node's lives
	set    int    // how many are set
}

type timer struct {
	f      func()
	number uint64
}

// timerSlotBits is how much of a TimerID is the place; the rest is the timer's number.
const timerSlotBits = 24

func timerID(slot uint32, number uint64) network.TimerID {
	return network.TimerID(number<<timerSlotBits | uint64(slot))
}

// add sets a timer and returns its place and number.
func (t *timers) add(f func()) (slot uint32, number uint64) {
	t.count++
	t.set++
	if last := len(t.free) - 1; last >= 0 {
		slot, t.free = t.free[last], t.free[:last]
		t.places[slot] = timer{f, t.count}
		return slot, t.count
	}
	if len(t.places) == 1<<timerSlotBits {
		panic("sim: one node has set 16,777,216 timers")
	}
	t.places = append(t.places, timer{f, t.count})
	return uint32(len(t.places) - 1), t.count
}

// take ends a timer and returns what it was to run; nil if there is no such timer any longer.
func (t *timers) take(id network.TimerID) func() {
	slot, number := uint32(id&(1<<timerSlotBits-1)), uint64(id>>timerSlotBits)
	if int(slot) >= len(t.places) || number == 0 || t.places[slot].number != number {
		return nil
	}
	f := t.places[slot].f
	t.places[slot] = timer{}
	t.free = append(t.free, slot)
	t.set--
	return f
}

// clear forgets all timers.
func (t *timers) clear() { *t = timers{count: t.count} }

// After is network.Host's.
func (h *host) After(d time.Duration, f func()) network.TimerID {
	nd := h.nd
	if nd.host != h {
		return timerID(0, 1<<(64-timerSlotBits)-1) // of a crashed host: never runs, but is not zero
	}
	slot, number := nd.timers.add(f)
	id := timerID(slot, number)
	if d <= 0 {
		nd.soon = append(nd.soon, id)
		return id
	}
	nd.traceTimer(TraceSet, number)
	at := nd.due(int64(d))
	if at < nd.worker.now {
		at = math.MaxInt64
	}
	nd.emit(&event{at: at, order: classTimer | number, node: nd.index, slot: slot}, nil)
	return id
}

// Cancel is network.Host's.
func (h *host) Cancel(id network.TimerID) {
	if h.nd.host == h {
		h.nd.timers.take(id)
	}
}
