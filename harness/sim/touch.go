package sim

import (
	"unsafe"

	"strata/network"
)

// touchAhead is how many events are touched at once, before the first of them is handled.
const touchAhead = 96

// touch reads what the events will need: their nodes, and streams or timers. In a large network hardly any
// of it is in the cache, and each event would wait for one line after another. Read in a row, none
// depending on the one before, the lines come in together.
func (n *Net) touch(events []event) uint32 {
	var sum uint32
	for i := range events {
		nd := n.nodes[events[i].node]
		sum += uint32(len(nd.streams) + len(nd.soon) + len(nd.timers.places))
		if nd.odd != nil {
			sum++
		}
	}
	for i := range events {
		e, nd := &events[i], n.nodes[events[i].node]
		if t := nd.touchedTimer(e); t != nil {
			sum += uint32(t.number)
		} else if s := nd.touchedStream(e); s != nil {
			sum += s.sent
		}
		if nd.host != nil {
			sum += uint32(nd.host.source.n)
		}
		if pipe := nd.pipe(); pipe != nil {
			sum += uint32(pipe.down) + uint32(pipe.done)
		}
	}
	for i := range events {
		e, nd := &events[i], n.nodes[events[i].node]
		if t := nd.touchedTimer(e); t != nil && t.f != nil {
			sum += **(**uint32)(unsafe.Pointer(&t.f)) // its code, which stands before what it has captured
		} else if s := nd.touchedStream(e); s != nil && s.rare() != nil {
			sum += uint32(s.rare().waiting)
		}
		if pipe := nd.pipe(); pipe != nil && cap(pipe.incoming) > 0 {
			sum += pipe.incoming[:1][0].event.ref
		}
	}
	for i := range events {
		if s := n.nodes[events[i].node].touchedStream(&events[i]); s != nil {
			sum += s.touchReceiver()
		}
	}
	return sum
}

// TouchLinks reads what a broadcast of a node will need, for the same reason: all of its links at once. h is the node's
// host, as boot was given it; of any other it does nothing.
func TouchLinks(h network.Host) {
	own, ok := h.(*host)
	if !ok {
		return
	}
	sum := uint32(0)
	for _, s := range own.nd.streams {
		if s != nil {
			sum += s.sent
		}
	}
	for _, s := range own.nd.streams {
		if s != nil {
			sum += s.touchReceiver()
		}
	}
	own.nd.worker.touched += sum
}

// Toucher is a receiver that can say what memory it will need: Touch reads it, and does nothing else.
type Toucher interface{ Touch() uint32 }

// touchReceiver has the receiver read what it will need, if it can.
func (s *stream) touchReceiver() uint32 {
	if t, ok := s.receiver().(Toucher); ok {
		return t.Touch()
	}
	return 0
}

// touchedTimer is the place of the timer that the event is, or nil.
func (nd *node) touchedTimer(e *event) *timer {
	if e.order&classMask == classTimer && int(e.slot) < len(nd.timers.places) {
		return &nd.timers.places[e.slot]
	}
	return nil
}

// touchedStream is the end that the event may be for, or nil.
func (nd *node) touchedStream(e *event) *stream {
	if e.order&classMask == classStream && int(e.slot) < len(nd.streams) {
		return nd.streams[e.slot]
	}
	return nil
}
