package pcap

import (
	"cmp"
	"net"
	"slices"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/reassembly"

	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
)

// streams collects the connections of a capture.
type streams struct {
	start time.Time
	all   []*stream
}

// stream is one TCP connection. Sides are numbered by who sent the first packet; flipped says that
// the second one dialled.
type stream struct {
	pool    *streams
	names   [2]network.Addr
	flipped bool
	halves  [2]half
	first   []byte // the first bytes that the dialler wrote
	events  []sim.TraceEvent
	sides   []int // of events
	lost    int
	over    bool
}

// half is what one side sent.
type half struct {
	syn, fin bool
	known    bool
	base     uint32 // sequence number of the first byte in waiting
	waiting  []byte // not acknowledged yet
}

// New is reassembly.StreamFactory's.
func (p *streams) New(ip, tcp gopacket.Flow, first *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	s := &stream{pool: p, flipped: first.SYN && first.ACK}
	s.names[0] = network.Addr(net.JoinHostPort(ip.Src().String(), tcp.Src().String()))
	s.names[1] = network.Addr(net.JoinHostPort(ip.Dst().String(), tcp.Dst().String()))
	p.all = append(p.all, s)
	return s
}

// sideOf is the side that sends in the direction.
func sideOf(dir reassembly.TCPFlowDirection) int {
	if dir == reassembly.TCPDirClientToServer {
		return 0
	}
	return 1
}

// Accept is reassembly.Stream's: it sees each packet first.
func (s *stream) Accept(tcp *layers.TCP, ci gopacket.CaptureInfo, dir reassembly.TCPFlowDirection,
	_ reassembly.Sequence, start *bool, _ reassembly.AssemblerContext) bool {
	own := sideOf(dir)
	h := &s.halves[own]
	if !h.known {
		h.known, h.base = true, tcp.Seq
		if tcp.SYN {
			h.base++
		}
		*start = true // also where the capture began in the middle
	}
	if tcp.ACK && !tcp.SYN {
		s.acknowledged(ci.Timestamp, own, tcp.Ack)
	}
	switch {
	case tcp.RST:
		s.reset(ci.Timestamp, own)
	case tcp.SYN && !h.syn:
		h.syn = true
		kind := sim.TraceDial
		if tcp.ACK {
			kind = sim.TraceAccept
		}
		s.add(ci.Timestamp, own, kind, nil)
	case tcp.ACK && !tcp.SYN && s.halves[0].syn && s.halves[1].syn && own == s.dialler() && !s.has(sim.TraceConnect):
		s.add(ci.Timestamp, own, sim.TraceConnect, nil)
	}
	return true
}

// acknowledged turns an acknowledgement into what its sender had received by then.
func (s *stream) acknowledged(at time.Time, own int, ack uint32) {
	other := &s.halves[1-own]
	got := min(int(int32(ack-other.base)), len(other.waiting)) // a FIN counts as a byte
	if !other.known || got <= 0 {
		return
	}
	s.add(at, own, sim.TraceReceive, other.waiting[:got:got])
	other.base += uint32(got)
	other.waiting = other.waiting[got:]
}

func (s *stream) reset(at time.Time, own int) {
	if s.over || s.halves[0].fin && s.halves[1].fin {
		return
	}
	s.over = true
	kind := sim.TraceReset
	if !s.has(sim.TraceAccept) && s.halves[s.dialler()].syn {
		kind = sim.TraceRefuse
	}
	s.add(at, 1-own, kind, nil)
}

// ReassembledSG is reassembly.Stream's: bytes in order, and the end of a direction.
func (s *stream) ReassembledSG(sg reassembly.ScatterGather, ac reassembly.AssemblerContext) {
	dir, _, end, skip := sg.Info()
	own := sideOf(dir)
	h := &s.halves[own]
	if skip > 0 {
		s.lost += skip
		h.base += uint32(skip) + uint32(len(h.waiting)) // nobody can say what of it arrived
		h.waiting = nil
	}
	size, _ := sg.Lengths()
	at := ac.GetCaptureInfo().Timestamp
	if size > 0 {
		data := slices.Clone(sg.Fetch(size))
		h.waiting = append(h.waiting, data...)
		if own == s.dialler() && len(s.first) < maxHello {
			s.first = append(s.first, data...)
		}
		s.add(at, own, sim.TraceWrite, data)
	}
	if end && !h.fin && !s.over {
		h.fin = true
		kind := sim.TraceClose
		if s.halves[1-own].fin {
			kind = sim.TraceEnd
		}
		s.add(at, own, kind, nil)
	}
}

// ReassemblyComplete is reassembly.Stream's.
func (s *stream) ReassemblyComplete(reassembly.AssemblerContext) bool { return true }

func (s *stream) dialler() int {
	if s.flipped {
		return 1
	}
	return 0
}

func (s *stream) has(kind sim.TraceKind) bool {
	return slices.ContainsFunc(s.events, func(e sim.TraceEvent) bool { return e.Kind == kind })
}

func (s *stream) add(at time.Time, side int, kind sim.TraceKind, data []byte) {
	s.events = append(s.events, sim.TraceEvent{At: at.Sub(s.pool.start), Kind: kind, Bytes: len(data), Data: data})
	s.sides = append(s.sides, side)
}

// maxHello is more than a hello has.
const maxHello = 512

// foreign says whether the dialler's bytes cannot be frames.
func (s *stream) foreign() bool {
	return len(s.first) >= network.HeaderSize && int(network.PayloadSize(s.first)) > 1<<20 || len(s.events) == 0 ||
		!s.has(sim.TraceDial) && len(s.first) == 0
}

// listening is where the dialler says that others reach it, in its hello (P2P-1); else where it
// dialled from.
func (s *stream) listening() network.Addr {
	if len(s.first) >= network.HeaderSize {
		rest := s.first[network.HeaderSize:]
		m, err := messaging.Decode(rest[:min(len(rest), int(network.PayloadSize(s.first)))])
		addr := network.Addr(m.Payload)
		if err == nil && string(m.Kind) == "p2p:hello" && m.Type == messaging.TypeRequest && addr.Validate() == nil {
			return addr
		}
	}
	return s.names[s.dialler()]
}

// capture names the ends and puts the connections' events in one order.
func (p *streams) capture() Capture {
	out := Capture{Start: p.start}
	numbers := make(map[connection]uint32)
	for _, s := range p.all {
		if s.foreign() {
			if len(s.first) > 0 {
				out.Other++
			}
			continue
		}
		out.Lost += s.lost
		c := connection{from: s.listening(), to: s.names[1-s.dialler()]}
		numbers[c]++
		for i, e := range s.events {
			e.Conn, e.Node, e.Peer = numbers[c], c.from, c.to
			if s.sides[i] != s.dialler() {
				e.Node, e.Peer, e.Incoming = c.to, c.from, true
			}
			out.Events = append(out.Events, e)
		}
	}
	slices.SortStableFunc(out.Events, func(a, b sim.TraceEvent) int { return cmp.Compare(a.At, b.At) })
	return out
}
