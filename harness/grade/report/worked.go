package report

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"strata/harness/explain/shrink"
	"strata/harness/trace"
)

// What a failure was worked up to, as text.

// Columns is a trace in columns.
func Columns(lines []shrink.Line) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		what := l.What
		if l.Frame != "" {
			what += ", by " + OneLine(l.Frame)
		}
		fmt.Fprintf(table, "%9s\t%s\t%s\n", shrink.Stamp(l.At), l.Who, what)
	}
	_ = table.Flush() // into memory
	return strings.TrimRight(text.String(), "\n")
}

// render shows what led to the end of a run that took its process with it.
func (t *Trail) render(out *Text) {
	out.Field("in", t.In)
	if len(t.Trace) == 0 {
		return
	}
	text := "what led to it (no smaller run is tried: each try would cost a process)\n" + Columns(t.Trace)
	if t.Hidden > 0 {
		text += fmt.Sprintf("\n(%s of the layers below not shown)", trace.CountOf(t.Hidden, "event"))
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
