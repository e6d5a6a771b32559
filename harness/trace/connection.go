package trace

import (
	"fmt"

	"strata/harness/sim"
	"strata/network"
)

// connection names one dial for good: the n-th from one address to another.
type connection struct {
	from, to network.Addr
	number   uint32
}

func connectionOf(e sim.TraceEvent) connection {
	if e.Incoming {
		return connection{from: e.Peer, to: e.Node, number: e.Conn}
	}
	return connection{from: e.Node, to: e.Peer, number: e.Conn}
}

// talk is what is known of a connection: both directions, the first being the dialler's.
type talk struct {
	dial, accept int    // events
	closed       [2]int // event in which that side closed
	ways         [2]way
}

// way is one direction of a connection. Messages are decoded where they are written, and known
// again by their place where they arrive.
type way struct {
	rest      []byte // of the last write: not a whole frame yet
	broken    bool   // what was written is not frames
	sent      int64
	got       int64
	writes    []mark // not wholly received
	lastWrite int    // events
	lastRead  int
	messages  []placed
	number    int
	requested map[uint32]string // kinds
}

// mark is where an event's bytes end.
type mark struct {
	end   int64
	event int
}

// placed is a message on its way, and where it ends.
type placed struct {
	end     int64
	message Message
}

// tooLong is a length that no scenario means: the bytes are not frames.
const tooLong = 64 << 20

// written adds what was written and returns the messages that are complete now.
func (t *talk) written(side, event int, data []byte) []Message {
	w := &t.ways[side]
	w.sent += int64(len(data))
	w.lastWrite = event
	w.writes = append(w.writes, mark{end: w.sent, event: event})
	if w.broken {
		return w.raw(data)
	}
	w.rest = append(w.rest, data...)
	var all []Message
	for len(w.rest) >= network.HeaderSize {
		size := int(network.PayloadSize(w.rest))
		if size > tooLong {
			w.broken = true
			all = append(all, w.raw(w.rest)...)
			w.rest = nil
			break
		}
		whole := network.HeaderSize + size
		if len(w.rest) < whole {
			break
		}
		m := t.decode(side, w.rest[network.HeaderSize:whole:whole])
		w.rest = w.rest[whole:]
		w.messages = append(w.messages, placed{end: w.sent - int64(len(w.rest)), message: m})
		all = append(all, m)
	}
	return all
}

// raw is a message for bytes that are no frames.
func (w *way) raw(data []byte) []Message {
	w.number++
	m := Message{Number: w.number, Layer: "network", Type: TypeBytes, Size: len(data), Summary: Quote(data),
		frame: data}
	w.messages = append(w.messages, placed{end: w.sent, message: m})
	return []Message{m}
}

// unfinished is a message for a frame that was begun and never ended; ok is false if there is none.
// It stands in the event of the last write, and is received once all of it is.
func (w *way) unfinished() (m Message, ok bool) {
	if len(w.rest) == 0 {
		return Message{}, false
	}
	m = Message{Number: w.number + 1, Layer: "network", Type: TypePart, Size: len(w.rest), frame: w.rest,
		Summary: Quote(w.rest)}
	if len(w.rest) >= network.HeaderSize {
		have := len(w.rest) - network.HeaderSize
		m.Summary = fmt.Sprintf("%d of %d bytes: %s", have, network.PayloadSize(w.rest),
			Quote(w.rest[network.HeaderSize:]))
	}
	return m, true
}

func (t *talk) decode(side int, frame []byte) Message {
	m := decode(frame, func(id uint32) string { return t.ways[1-side].requested[id] })
	w := &t.ways[side]
	w.number++
	m.Number = w.number
	if m.Type == TypeRequest {
		if w.requested == nil {
			w.requested = make(map[uint32]string)
		}
		w.requested[m.ID] = m.Kind
	}
	return m
}

// received notes that bytes of the other side arrived, and returns the messages that are whole now
// and the event in which the last of these bytes were written.
func (t *talk) received(from, event, size int) (all []Message, cause int) {
	w := &t.ways[from]
	w.got += int64(size)
	w.lastRead = event
	for len(w.messages) > 0 && w.messages[0].end <= w.got {
		all = append(all, w.messages[0].message)
		w.messages = w.messages[1:]
	}
	for len(w.writes) > 0 && w.writes[0].end < w.got {
		w.writes = w.writes[1:]
	}
	if len(w.writes) > 0 {
		cause = w.writes[0].event
	}
	return all, cause
}
