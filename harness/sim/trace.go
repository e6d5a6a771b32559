package sim

import (
	"fmt"
	"slices"
	"time"

	"strata/network"
)

// TraceKind says what happened.
type TraceKind uint8

// What a trace tells. The node is the one that it happens to, or that does it.
const (
	TraceBoot    TraceKind = iota // the node boots
	TraceCrash                    // the node loses everything
	TraceWork                     // a work item of At runs
	TraceTimer                    // a timer runs
	TraceDial                     // the node dials the peer
	TraceAccept                   // the peer's dial arrives and is accepted
	TraceConnect                  // the node's dial was accepted
	TraceRefuse                   // the node's dial failed
	TraceWrite                    // the node writes
	TraceReceive                  // bytes arrive
	TraceClose                    // the node closes
	TraceEnd                      // the peer closed in good order
	TraceReset                    // the connection failed
	TraceSet                      // the node sets a timer; one that runs right after the callback under way is not told of
)

var traceNames = [...]string{
	"boot", "crash", "work", "timer", "dial", "accept", "connect", "refuse", "write", "receive",
	"close", "end", "reset", "set",
}

// String is the kind's name.
func (k TraceKind) String() string {
	if int(k) < len(traceNames) {
		return traceNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// TraceEvent is one thing that happened.
type TraceEvent struct {
	At       time.Duration // since the start
	Kind     TraceKind
	Node     network.Addr
	Peer     network.Addr // empty if no connection is concerned
	Conn     uint32       // counts the dials of this pair, in this direction, from 1
	Incoming bool         // the peer dialled
	Bytes    int          // written or received
	Data     []byte       // those bytes, a copy
	Timer    uint64       // of TraceSet and TraceTimer: the timer's number at its node, from 1
}

// String is the event on one line.
func (e TraceEvent) String() string {
	if e.Peer == "" {
		return fmt.Sprintf("%v %s %v", e.At, e.Node, e.Kind)
	}
	arrow := "->"
	if e.Incoming {
		arrow = "<-"
	}
	return fmt.Sprintf("%v %s %v %s %s #%d %d bytes", e.At, e.Node, e.Kind, arrow, e.Peer, e.Conn, e.Bytes)
}

// Epoch is the time of day at which every run starts, as its nodes see it.
func Epoch() time.Time { return epoch }

// trace tells Config.Trace, if it is set. s is nil if no connection is concerned.
func (nd *node) trace(kind TraceKind, s *stream, size int) {
	if nd.net.cfg.Trace != nil {
		nd.traceOut(kind, s, size, nil)
	}
}

// traceBytes is trace for bytes that are written or received.
func (nd *node) traceBytes(kind TraceKind, s *stream, head, body []byte) {
	if nd.net.cfg.Trace != nil {
		data := slices.Concat(head, body)
		nd.traceOut(kind, s, len(data), data)
	}
}

// traceTimer is trace for a timer that is set or runs.
func (nd *node) traceTimer(kind TraceKind, number uint64) {
	if nd.net.cfg.Trace != nil {
		nd.net.cfg.Trace(TraceEvent{At: nd.time(), Kind: kind, Node: nd.addr, Timer: number})
	}
}

func (nd *node) traceOut(kind TraceKind, s *stream, size int, data []byte) {
	e := TraceEvent{At: nd.time(), Kind: kind, Node: nd.addr, Bytes: size, Data: data}
	if s != nil {
		e.Peer, e.Conn, e.Incoming = s.peerAddr(), s.in.number(), !s.in.answer()
	}
	nd.net.cfg.Trace(e)
}

// time is the node's current time since the start.
func (nd *node) time() time.Duration { return time.Duration(nd.lane.now) }
