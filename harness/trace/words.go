package trace

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"strata/harness/sim"
	"strata/network"
)

// Next is an event that may come next in a run that is taken event by event.
type Next struct {
	sim.Ready
	Early   bool          // of an exploration: although messages are on their way
	Timed   bool          // Due says when it comes by itself
	Late    time.Duration // since Due
	Planned bool          // it comes unless another one is chosen
}

// String says what would happen, and when.
func (n Next) String() string {
	text := fmt.Sprintf("%s %s", n.Node, n.what())
	switch {
	case n.Early:
		text += " (early)"
	case n.Late > 0:
		text += fmt.Sprintf(" (%s late)", Stamp(n.Late))
	case n.Timed:
		text += fmt.Sprintf(" (at %s)", Stamp(n.Due))
	}
	if n.Planned {
		text += " (as chosen)"
	}
	return text
}

// arrivals say what arrives, but for pieces.
var arrivals = map[sim.ReadyKind]string{
	sim.ReadyDial:   "a dial",
	sim.ReadyAccept: "the acceptance of its dial",
	sim.ReadyRefuse: "the refusal of its dial",
	sim.ReadyFlush:  "the bytes that were held back",
	sim.ReadyEnd:    "the close",
	sim.ReadyReset:  "the reset",
}

// what says what the node does, or gets.
func (n Next) what() string {
	switch n.Kind {
	case sim.ReadyFault:
		switch {
		case n.Fault == nil:
			return "boots"
		case n.Over:
			return n.Fault.Ends()
		}
		return n.Fault.Begins()
	case sim.ReadyWork:
		return n.Text
	case sim.ReadyTimer:
		return fmt.Sprintf("runs timer %d", n.Timer)
	case sim.ReadyPiece:
		return fmt.Sprintf("gets %s %s", Connection(n.Peer, n.Conn, n.Incoming),
			Say(append(append([]byte{}, n.Head...), n.Body...)))
	}
	if n.Peer == "" {
		return "is refused: nobody is there"
	}
	return fmt.Sprintf("gets %s %s", Connection(n.Peer, n.Conn, n.Incoming), arrivals[n.Kind])
}

// verbs say what the node does, or what happens to it, where the event's kind does not say it well.
var verbs = map[sim.TraceKind]string{
	sim.TraceWork:    "does",
	sim.TraceDial:    "dials",
	sim.TraceAccept:  "accepts",
	sim.TraceConnect: "connected",
	sim.TraceRefuse:  "refused",
	sim.TraceWrite:   "sends",
	sim.TraceReceive: "gets",
	sim.TraceClose:   "closes",
	sim.TraceEnd:     "peer closed",
	sim.TraceReset:   "link failed",
	sim.TraceLog:     "logs",
}

// Verb says what the node of an event does, or what happens to it.
func Verb(kind sim.TraceKind) string { return cmp.Or(verbs[kind], kind.String()) }

// Say says which messages a piece of a stream carries.
func Say(piece []byte) string {
	var texts []string
	for _, m := range Decode(piece) {
		texts = append(texts, m.String())
	}
	return strings.Join(texts, ", ")
}

// Connection names a connection by its other end: an arrow from who dialled to who was, and the number of
// the connection where there was one before.
func Connection(peer network.Addr, number uint32, incoming bool) string {
	text := "-> "
	if incoming {
		text = "<- "
	}
	text += string(peer)
	if number > 1 {
		text += fmt.Sprintf(" #%d", number)
	}
	return text
}

// Stamp is a time in seconds, to the microsecond.
func Stamp(t time.Duration) string { return fmt.Sprintf("%.6f s", t.Seconds()) }
