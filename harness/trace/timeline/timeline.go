// Package timeline turns what happened in a run into lines that can be read. What the bytes mean it
// has from harness/trace.
package timeline

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
)

// Timeline collects the events of one run, in order. The zero value is ready.
type Timeline struct {
	Timers bool // show timers, what nodes log, and pieces that complete no message, as well
	rec    trace.Recorder
}

// Work adds an item of work that the scenario did.
func (t *Timeline) Work(at time.Duration, node network.Addr, what string) { t.rec.Work(at, node, what) }

// Log adds a line that a node logged, if everything is to be shown.
func (t *Timeline) Log(at time.Duration, node network.Addr, text string) {
	if t.Timers {
		t.rec.Log(at, node, text)
	}
}

// Event adds what happened.
func (t *Timeline) Event(e sim.TraceEvent) { t.rec.Event(e) }

// Render writes the last lines, or all of them if last is zero, in columns. Nothing can be added
// afterwards.
func (t *Timeline) Render(w io.Writer, last int) error {
	var lines []string
	run := t.rec.Finish(trace.Header{})
	for _, e := range run.Events {
		lines = append(lines, t.lines(e)...)
	}
	if last > 0 && len(lines) > last {
		fmt.Fprintf(w, "... %d events before\n", len(lines)-last)
		lines = lines[len(lines)-last:]
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintln(table, strings.TrimRight(l, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("timeline: %w", err)
	}
	return nil
}

// verbs say what the node does, or what happens to it, where the event's kind does not say it well.
var verbs = map[string]string{
	sim.TraceWork.String():    "does",
	sim.TraceDial.String():    "dials",
	sim.TraceAccept.String():  "accepts",
	sim.TraceConnect.String(): "connected",
	sim.TraceRefuse.String():  "refused",
	sim.TraceWrite.String():   "sends",
	sim.TraceReceive.String(): "gets",
	sim.TraceClose.String():   "closes",
	sim.TraceEnd.String():     "peer closed",
	sim.TraceReset.String():   "link failed",
	trace.KindLog:             "logs",
}

// lines is what an event is worth: a line for each message that it completes.
func (t *Timeline) lines(e trace.Event) (lines []string) {
	verb := verbs[e.Kind]
	if verb == "" {
		verb = e.Kind
	}
	line := func(about string) string {
		return fmt.Sprintf("%12s\t%s\t%s\t%s", stamp(e.At), e.Node, verb, about)
	}
	switch e.Kind {
	case sim.TraceTimer.String():
		if !t.Timers {
			return nil
		}
		return []string{line("")}
	case sim.TraceWork.String(), trace.KindLog:
		if e.Text == "" {
			return nil // Work told nothing
		}
		return []string{line(e.Text)}
	case sim.TraceBoot.String(), sim.TraceCrash.String():
		return []string{line("")}
	case sim.TraceWrite.String(), sim.TraceReceive.String():
		for _, m := range e.Messages {
			lines = append(lines, line(connection(e)+"  "+m.String()))
		}
		if len(lines) == 0 && t.Timers {
			lines = append(lines, line(fmt.Sprintf("%s  %d bytes", connection(e), e.Bytes)))
		}
		return lines
	}
	return []string{line(connection(e))}
}

// connection is the other end: an arrow from who dialled to who was, and the number of the
// connection where there was one before.
func connection(e trace.Event) string {
	arrow := "-> "
	if e.Incoming {
		arrow = "<- "
	}
	if e.Conn > 1 {
		return fmt.Sprintf("%s%s #%d", arrow, e.Peer, e.Conn)
	}
	return arrow + string(e.Peer)
}

// stamp is a time in seconds, to the microsecond.
func stamp(t time.Duration) string { return fmt.Sprintf("%.6f s", t.Seconds()) }
