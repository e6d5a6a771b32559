package pcap

import (
	"time"

	"github.com/google/gopacket/layers"

	"strata/harness/sim"
	"strata/harness/trace"
)

// talk is one TCP connection; side 0 is the one that dialled.
type talk struct {
	ends  [2]*endpoint
	ports [2]uint16
	sides [2]side
	over  bool // reset: nothing follows
}

// side is one end's counters, as in RFC 9293.
type side struct {
	next  uint32 // sequence number of what it sends next
	seen  uint32 // what it expects next from the other
	ended bool   // it has sent FIN
}

// mss is the most payload of a segment, as on Ethernet.
const mss = 1460

// event writes the packets of an event.
func (w *writer) event(e trace.Event) {
	if e.Peer == "" {
		return
	}
	t, own := w.talk(e), 0
	if e.Incoming {
		own = 1
	}
	switch e.Kind {
	case sim.TraceDial:
		w.syn(e.At, t, 0, layers.TCP{SYN: true})
	case sim.TraceAccept:
		t.sides[1].seen = t.sides[0].next
		w.syn(e.At, t, 1, layers.TCP{SYN: true, ACK: true})
	case sim.TraceConnect:
		t.sides[0].seen = t.sides[1].next
		w.packet(e.At, t, 0, layers.TCP{ACK: true}, nil)
	case sim.TraceRefuse:
		t.sides[1].seen = t.sides[0].next
		w.reset(e.At, t, 1)
	case sim.TraceWrite:
		w.data(e.At, t, own, e.Data)
	case sim.TraceReceive:
		t.sides[own].seen += uint32(e.Bytes)
		w.packet(e.At, t, own, layers.TCP{ACK: true}, nil)
	case sim.TraceClose:
		w.fin(e.At, t, own)
	case sim.TraceEnd:
		w.ended(e.At, t, own)
	case sim.TraceReset:
		w.resetAt(e.At, t, own)
	}
}

// syn opens one direction, with options that let a whole queue be under way.
func (w *writer) syn(at time.Duration, t *talk, from int, tcp layers.TCP) {
	tcp.Options = []layers.TCPOption{
		{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{mss >> 8, mss & 0xff}},
		{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{14}},
	}
	w.packet(at, t, from, tcp, nil)
	t.sides[from].next++
}

// data sends bytes in segments.
func (w *writer) data(at time.Duration, t *talk, from int, data []byte) {
	for len(data) > 0 && !t.over {
		segment := data[:min(mss, len(data))]
		data = data[len(segment):]
		w.packet(at, t, from, layers.TCP{ACK: true, PSH: len(data) == 0}, segment)
		t.sides[from].next += uint32(len(segment))
	}
}

func (w *writer) fin(at time.Duration, t *talk, from int) {
	if t.over || t.sides[from].ended {
		return
	}
	w.packet(at, t, from, layers.TCP{FIN: true, ACK: true}, nil)
	t.sides[from].next++
	t.sides[from].ended = true
}

// ended answers the other side's FIN: both ends are closed then.
func (w *writer) ended(at time.Duration, t *talk, own int) {
	t.sides[own].seen = t.sides[1-own].next
	w.fin(at, t, own)
	t.sides[1-own].seen = t.sides[own].next
	if !t.over {
		w.packet(at, t, 1-own, layers.TCP{ACK: true}, nil)
	}
}

// resetAt is a reset that arrives at the side: its sequence number is what that one expects.
func (w *writer) resetAt(at time.Duration, t *talk, own int) {
	if t.over {
		return
	}
	t.sides[1-own].next = t.sides[own].seen
	w.reset(at, t, 1-own)
}

func (w *writer) reset(at time.Duration, t *talk, from int) {
	w.packet(at, t, from, layers.TCP{RST: true, ACK: true}, nil)
	t.over = true
}
