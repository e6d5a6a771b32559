package report

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"strata/harness/explain/shrink"
	"strata/harness/lab"
	"strata/harness/trace"
)

// What a failure was worked up to, as text.

// Columns is a trace in columns.
func Columns(lines []shrink.Line) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(table, "%9s\t%s\t%s\n", shrink.Stamp(l.At), l.Who, l.What)
	}
	_ = table.Flush() // into memory
	return strings.TrimRight(text.String(), "\n")
}

// renderShrunk shows the small run.
func renderShrunk(s *shrink.Result, out *Text) {
	size := fmt.Sprintf("the smallest run found in %d tries: %d of %d choices, %s", s.Tries, len(s.Kept), s.Choices,
		callbacks(s))
	text := Columns(s.Trace)
	if s.Hidden > 0 {
		text += fmt.Sprintf("\n(%d events of the layers below are not shown)", s.Hidden)
	}
	end := "here it is found"
	if s.Run.Failure.Ending == lab.Unmet {
		end = "it has not happened by then"
	}
	out.Field("trace", fmt.Sprintf("%s\n%s\n%9s  %s", size, text, shrink.Stamp(s.Run.Failure.At), end))
	if s.Nearest != "" {
		out.Field("nearest", "it passes without "+s.Nearest)
	}
}

// callbacks compares the lengths of the runs. One with fewer choices can be the longer one: what is not
// cut short goes on.
func callbacks(s *shrink.Result) string {
	if s.Run.Events > s.Events {
		return fmt.Sprintf("%d callbacks (%d before)", s.Run.Events, s.Events)
	}
	return fmt.Sprintf("%d of %d callbacks", s.Run.Events, s.Events)
}

// render shows what led to the end of a run that took its process with it.
func (t *Trail) render(out *Text) {
	out.Field("in", t.In)
	if len(t.Trace) == 0 {
		return
	}
	text := "what led to it (no smaller run is tried: each try would cost a process)\n" + Columns(t.Trace)
	if t.Hidden > 0 {
		text += fmt.Sprintf("\n(%d events of the layers below are not shown)", t.Hidden)
	}
	out.Field("trace", fmt.Sprintf("%s\n%9s  %s", text, shrink.Stamp(t.At), t.How))
}

// render explains the finding.
func (f Finding) render(out *Text) {
	out.Printf("%s  does not do the same again\n", f.Layer)
	out.Field("promise", "the same seed gives the same run")
	out.Field("seen", fmt.Sprintf("two runs of the same seed differed in %s, first in %s, seed %d",
		trace.CountOf(f.Scenarios, "scenario"), f.Scenario, f.Seed))
	if d := f.Difference; d != nil {
		between := "and right after it, with the same seed"
		if d.After > 0 {
			between = fmt.Sprintf("and after %s of other seeds", trace.CountOf(d.After, "run"))
		}
		out.Field("differs", fmt.Sprintf("%s after the start, %s\nonce     %s\nthen     %s\n(once, %s)",
			shrink.Stamp(d.At), d.Node, orNothing(d.One), orNothing(d.Other), between))
	}
	out.Field("where", OneLine(f.File))
	out.Field("cause", "most likely "+f.Cause)
	out.Field("look at", strings.Join(f.Suspects, "\n"))
	out.Field("replay", f.Replay)
	out.Printf("\n")
}

func orNothing(what string) string {
	if what == "" {
		return "nothing more"
	}
	return what
}
