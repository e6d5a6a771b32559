// Package timeline turns what happened in a run into lines that can be read: it puts the pieces
// of each stream together again and says which messages they carried.
package timeline

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"strata/harness/sim"
	"strata/network"
)

// Timeline collects the events of one run, in order.
type Timeline struct {
	Timers  bool // show timers, and pieces that complete no message, as well
	entries []entry
	streams map[direction]*stream
}

// entry is one line.
type entry struct {
	at           time.Duration
	node         network.Addr
	event, about string
}

// direction names what travels one way on one connection, as one end sees it.
type direction struct {
	node, peer network.Addr
	conn       uint32
	incoming   bool
	out        bool
}

// Work adds an item of work that the scenario did.
func (t *Timeline) Work(at time.Duration, node network.Addr, what string) {
	t.add(at, node, "does", what)
}

// Event adds what happened.
func (t *Timeline) Event(e sim.TraceEvent) {
	switch e.Kind {
	case sim.TraceWrite, sim.TraceReceive:
		t.bytes(e)
	case sim.TraceTimer:
		if t.Timers {
			t.add(e.At, e.Node, "timer", "")
		}
	case sim.TraceWork: // told by Work, in words
	case sim.TraceBoot, sim.TraceCrash:
		t.forget(e.Node)
		t.add(e.At, e.Node, e.Kind.String(), "")
	default:
		t.add(e.At, e.Node, verbs[e.Kind], connection(e))
	}
}

// verbs say what the node does, or what happens to it.
var verbs = map[sim.TraceKind]string{
	sim.TraceDial:    "dials",
	sim.TraceAccept:  "accepts",
	sim.TraceConnect: "connected",
	sim.TraceRefuse:  "refused",
	sim.TraceClose:   "closes",
	sim.TraceEnd:     "peer closed",
	sim.TraceReset:   "link failed",
}

func (t *Timeline) add(at time.Duration, node network.Addr, event, about string) {
	t.entries = append(t.entries, entry{at: at, node: node, event: event, about: about})
}

// connection is the other end: an arrow from who dialled to who was, and the number of the
// connection where there was one before.
func connection(e sim.TraceEvent) string {
	arrow := "-> "
	if e.Incoming {
		arrow = "<- "
	}
	if e.Conn > 1 {
		return fmt.Sprintf("%s%s #%d", arrow, e.Peer, e.Conn)
	}
	return arrow + string(e.Peer)
}

// bytes adds a line for each message that the piece completes.
func (t *Timeline) bytes(e sim.TraceEvent) {
	d := direction{node: e.Node, peer: e.Peer, conn: e.Conn, incoming: e.Incoming, out: e.Kind == sim.TraceWrite}
	if t.streams == nil {
		t.streams = make(map[direction]*stream)
	}
	s := t.streams[d]
	if s == nil {
		s = &stream{}
		t.streams[d] = s
	}
	verb := "gets"
	if d.out {
		verb = "sends"
	}
	messages := s.push(e.Data)
	for _, m := range messages {
		t.add(e.At, e.Node, verb, connection(e)+"  "+m)
	}
	if len(messages) == 0 && (t.Timers || s.broken) {
		t.add(e.At, e.Node, verb, fmt.Sprintf("%s  %d bytes %s", connection(e), len(e.Data), quote(e.Data)))
	}
}

// forget drops what a node had half received.
func (t *Timeline) forget(node network.Addr) {
	for d := range t.streams {
		if d.node == node {
			delete(t.streams, d)
		}
	}
}

// Render writes the last lines, or all of them if last is zero, in columns.
func (t *Timeline) Render(w io.Writer, last int) error {
	entries := t.entries
	if last > 0 && len(entries) > last {
		fmt.Fprintf(w, "... %d events before\n", len(entries)-last)
		entries = entries[len(entries)-last:]
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, e := range entries {
		line := fmt.Sprintf("%12s\t%s\t%s\t%s", stamp(e.at), e.node, e.event, e.about)
		fmt.Fprintln(table, strings.TrimRight(line, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("timeline: %w", err)
	}
	return nil
}

// stamp is a time in seconds, to the microsecond.
func stamp(t time.Duration) string { return fmt.Sprintf("%.6f s", t.Seconds()) }
