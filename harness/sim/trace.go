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
	TraceWork                     // an item of work is done: Text says which
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
	TraceSet                      // the node sets a timer, but for one that runs right after the callback under way
	TraceLog                      // the node logs Text
	TraceFailure                  // a check does not hold: no network tells this, but who records a run that failed
	TraceTell                     // a layer tells the one above Text: only a witness of the layers tells this
	TraceReason                   // the connection that the node closes, it closes for the reason in Text: as TraceTell
)

var traceNames = [...]string{
	"boot", "crash", "work", "timer", "dial", "accept", "connect", "refuse", "write", "receive",
	"close", "end", "reset", "set", "log", "failure", "tell", "reason",
}

// String is the kind's name.
func (k TraceKind) String() string {
	if int(k) < len(traceNames) {
		return traceNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// MarshalText is encoding.TextMarshaler's: the name.
func (k TraceKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText is encoding.TextUnmarshaler's. The error says what is no name of a kind.
func (k *TraceKind) UnmarshalText(text []byte) error {
	i := slices.Index(traceNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("sim: %q is no kind of event", text)
	}
	*k = TraceKind(i)
	return nil
}

// Calls says whether such an event is a call into the node's code, and not what that code did.
func (k TraceKind) Calls() bool {
	switch k {
	case TraceDial, TraceWrite, TraceClose, TraceCrash, TraceSet, TraceLog, TraceFailure, TraceTell, TraceReason:
		return false
	}
	return true
}

// TraceEvent is one thing that happened.
type TraceEvent struct {
	At       time.Duration `json:"t"` // since the start
	Node     network.Addr  `json:"node,omitempty"`
	Kind     TraceKind     `json:"kind"`
	Peer     network.Addr  `json:"peer,omitempty"`     // empty if no connection is concerned
	Conn     uint32        `json:"conn,omitempty"`     // counts the dials of this pair, in this direction, from 1
	Incoming bool          `json:"incoming,omitempty"` // the peer dialled
	Bytes    int           `json:"bytes,omitempty"`    // written or received
	Data     []byte        `json:"data,omitempty"`     // those bytes, a copy
	Text     string        `json:"text,omitempty"`     // of TraceWork, TraceLog, TraceTell and TraceReason
	Timer    uint64        `json:"timer,omitempty"`    // of TraceSet and TraceTimer: its number at its node, from 1
	Frame    string        `json:"frame,omitempty"`    // "file:line" of the layer's code that did it, if somebody looked
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

// traceText is trace for work that is done or a line that is logged.
func (nd *node) traceText(kind TraceKind, text string) {
	if nd.net.cfg.Trace != nil {
		nd.net.cfg.Trace(TraceEvent{At: nd.time(), Kind: kind, Node: nd.addr, Text: text})
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
func (nd *node) time() time.Duration { return time.Duration(nd.worker.now) }
