package sim

import (
	"math"
	"math/bits"
)

// wheels keep the events of windows that are not near yet. A slot of the first wheel is horizon windows, one of the next
// is a whole turn of the wheel before it. When a slot's time comes its events go where they belong then: into a
// smaller wheel, or to their window. So an event is moved as often as there are wheels at most, however long it waits;
// timers that run for minutes cost nothing meanwhile.
//
// Source: G. Varghese and T. Lauck, Hashed and hierarchical timing wheels (SOSP 1987), scheme 7.
type wheels struct {
	slots  [wheelCount][horizon]chunkList
	filled [wheelCount]uint64 // bit i: slot i is not empty
	soon   int64              // first window of the earliest slot that is not empty
}

// wheelCount wheels turn once in 2^24 windows, which is 20 hours if a window takes 4 ms. What is further away waits in the
// last slot, and is looked at again when that comes.
const wheelCount = 3

// horizonBits is the logarithm of horizon.
const horizonBits = 6

var _ = [1]int{}[horizon-1<<horizonBits] // does not compile if they do not fit

func newWheels() *wheels { return &wheels{soon: math.MaxInt64} }

// slotOf is the wheel and the slot of a window, seen from the one under way. The slot is counted from the start of
// time, not of the turn.
func slotOf(window, current int64) (wheel int, slot int64) {
	for {
		width := horizonBits * (wheel + 1)
		slot = window >> width
		last := current>>width + horizon - 1
		if slot <= last {
			return wheel, slot
		}
		if wheel == wheelCount-1 {
			return wheel, last
		}
		wheel++
	}
}

// putFar puts an event by until its window comes near. It stays out of put, which is what the engine does most.
//
//go:noinline
func (w *windows) putFar(o *outbox, e *event, p *payload) {
	wheel, slot := slotOf(e.at>>w.bits, w.current)
	far := o.far
	far.soon = min(far.soon, slot<<(horizonBits*(wheel+1)))
	far.filled[wheel] |= 1 << (slot % horizon)
	o.add(&far.slots[wheel][slot%horizon], e, p)
}

// refile moves what waits in the slots that begin with the window under way to where it belongs from now on.
func (w *windows) refile(o *outbox) {
	far := o.far
	for wheel := range far.slots {
		slot := w.current >> (horizonBits * (wheel + 1)) % horizon
		c := far.slots[wheel][slot].take()
		far.filled[wheel] &^= 1 << slot
		for c != nil {
			for i := range c.events[:c.n] {
				var p *payload
				if c.events[i].isPiece() {
					p = &c.payloads[i]
				}
				w.put(o, &c.events[i], p)
			}
			c = o.release(c)
		}
	}
	far.soon = far.earliest(w.current)
}

// earliest is the first window of the earliest slot that is not empty, seen from the window under way.
func (far *wheels) earliest(current int64) int64 {
	soon := int64(math.MaxInt64)
	for wheel, filled := range far.filled {
		if filled == 0 {
			continue
		}
		width := horizonBits * (wheel + 1)
		now := current >> width
		ahead := int64(bits.TrailingZeros64(bits.RotateLeft64(filled, -int(now%horizon))))
		soon = min(soon, (now+ahead)<<width)
	}
	return soon
}
