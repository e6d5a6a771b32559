package trace

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
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

// arrivals say what happens to the node, but for pieces; the other end follows.
var arrivals = map[sim.ReadyKind]string{
	sim.ReadyDial:   "is dialled by",
	sim.ReadyAccept: "is connected with",
	sim.ReadyRefuse: "is refused by",
	sim.ReadyFlush:  "gets the bytes that were held back from",
	sim.ReadyEnd:    "hears of the close by",
	sim.ReadyReset:  "loses the connection with",
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
		return fmt.Sprintf("gets from %s  %s", Connection(n.Peer, n.Conn, n.Incoming),
			Say(append(append([]byte{}, n.Head...), n.Body...)))
	}
	if n.Peer == "" {
		return "is refused: nobody is there"
	}
	return arrivals[n.Kind] + " " + Connection(n.Peer, n.Conn, n.Incoming && n.Kind != sim.ReadyDial)
}

// verbs say what the node does, or what happens to it, where the event's kind does not say it well. The other end
// follows, if there is one.
var verbs = map[sim.TraceKind]string{
	sim.TraceWork:    "does",
	sim.TraceDial:    "dials",
	sim.TraceAccept:  "is dialled by",
	sim.TraceConnect: "connects with",
	sim.TraceRefuse:  "fails to dial",
	sim.TraceWrite:   "sends to",
	sim.TraceReceive: "gets from",
	sim.TraceClose:   "closes",
	sim.TraceEnd:     "is closed by",
	sim.TraceReset:   "loses",
	sim.TraceLog:     "logs",
	sim.TraceTell:    "tells",
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

// Connection names a connection by its other end. It says so if that one has dialled, and the number of the dial where
// there was one before.
func Connection(peer network.Addr, number uint32, incoming bool) string {
	switch {
	case incoming && number > 1:
		return fmt.Sprintf("%s (its dial %d)", peer, number)
	case incoming:
		return string(peer) + " (its dial)"
	case number > 1:
		return fmt.Sprintf("%s (dial %d)", peer, number)
	}
	return string(peer)
}

// End names the connection of an event by who dialled it, without the port that all simulated nodes share.
func End(e Event) string {
	if e.Incoming {
		return "the connection that " + scenario.Name(e.Peer) + " dialled"
	}
	return "the connection that it dialled to " + scenario.Name(e.Peer)
}

// Stamp is a time in seconds, to the microsecond.
func Stamp(t time.Duration) string { return fmt.Sprintf("%.6f s", t.Seconds()) }

// Told is what a witness has heard of a layer, said of its node: a member of a ledger says and hears words, and other
// layers tell the one above.
func Told(text string) string {
	if strings.HasPrefix(text, "says ") || strings.HasPrefix(text, "hears ") {
		return text
	}
	return "tells the layer above: " + text
}
