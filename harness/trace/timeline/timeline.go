// Package timeline turns what happened in a run into lines that can be read. What the bytes mean it
// has from harness/trace.
package timeline

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"strata/harness/sim"
	"strata/harness/trace"
)

// Timeline collects the events of one run, in order. The zero value is ready.
type Timeline struct {
	Timers bool                // show timers, and pieces that complete no message, as well
	Ours   func(string) string // names the "file:line" of an event as the reader knows it; empty, or nil: nobody's
	rec    trace.Recorder
}

// Event adds what happened.
func (t *Timeline) Event(e sim.TraceEvent) {
	t.rec.Tells = true
	t.rec.Event(e)
}

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

// lines is what an event is worth: a line for each message that it completes.
func (t *Timeline) lines(e trace.Event) (lines []string) {
	line := func(about string) string {
		return fmt.Sprintf("%12s\t%s\t%s\t%s", trace.Stamp(e.At), e.Node, trace.Verb(e.Kind), about)
	}
	connection := trace.Connection(e.Peer, e.Conn, e.Incoming && e.Kind != sim.TraceAccept)
	switch e.Kind {
	case sim.TraceTimer:
		if t.Timers {
			lines = append(lines, line(t.setBy(e.Frame)))
		}
	case sim.TraceWork, sim.TraceLog, sim.TraceTell:
		if e.Text != "" {
			lines = append(lines, line(e.Text))
		}
	case sim.TraceBoot, sim.TraceCrash:
		lines = append(lines, line(""))
	case sim.TraceWrite, sim.TraceReceive:
		for _, m := range e.Messages {
			lines = append(lines, line(connection+"  "+m.String()))
		}
		if len(lines) == 0 && t.Timers {
			lines = append(lines, line(connection+"  "+trace.CountOf(e.Bytes, "byte")))
		}
	case sim.TraceClose:
		if e.Text != "" {
			connection += ": " + e.Text
		}
		lines = append(lines, line(connection))
	default:
		lines = append(lines, line(connection))
	}
	return lines
}

// setBy says which line set the timer that runs, if it is the reader's.
func (t *Timeline) setBy(frame string) string {
	if t.Ours == nil || frame == "" {
		return ""
	}
	if at := t.Ours(frame); at != "" {
		return "set at " + at
	}
	return ""
}
