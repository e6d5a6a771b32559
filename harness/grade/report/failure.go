package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/explain/shrink"
	"strata/harness/explain/witness"
	"strata/harness/lab"
	"strata/harness/trace"
)

// InFull is how many failures of a step are worked up. Of all of a report the first is explained, and a line each is
// enough for the others: most of them have the same cause.
const InFull = 1

// cause is what failures have in common that are told as one: the layer and the rule, or how and where a run ended
// without one.
type cause struct {
	layer, rule, file string
	how               lab.Ending
}

func causeOf(f Failure) cause {
	c := cause{layer: steps.LayerOf(f.Step), rule: f.Rule}
	if f.Rule == "" {
		c.how, c.file = f.Ending, f.File
		if f.File != "" && f.Ending != lab.Unrun {
			c.layer = "" // one line of code, whichever layer's scenario came to it
		}
	}
	return c
}

// failures explains the first failure, and tells of each other cause in a line.
func (r Report) failures(out *Text) {
	var causes []cause
	groups := make(map[cause][]Failure)
	for _, s := range r.Steps {
		for _, f := range r.Failures {
			if f.Step != s.ID || f.Unwritten != "" {
				continue
			}
			c := causeOf(f)
			if groups[c] == nil {
				causes = append(causes, c)
			}
			groups[c] = append(groups[c], f)
		}
	}
	if len(causes) == 0 {
		return
	}
	first := groups[causes[0]]
	first[0].Render(out)
	if others := first[1:]; len(others) > 0 {
		out.Line("Of the same kind: %s", names(others))
		out.Printf("\n")
	}
	if len(causes) == 1 {
		return
	}
	out.Printf("Other failures\n")
	for _, c := range causes[1:] {
		brief(groups[c], out)
	}
	last := groups[causes[1]][0]
	out.Line("  Each is explained by its own run, such as: %s --shrink", strings.TrimSuffix(last.Replay, " --shrink"))
	out.Printf("\n")
}

// mostNamed is how many scenarios are named that fail for one cause.
const mostNamed = 6

// names lists the runs of failures.
func names(all []Failure) string {
	var texts []string
	for _, f := range all[:min(len(all), mostNamed)] {
		texts = append(texts, fmt.Sprintf("%s/%d (%s)", f.Scenario, f.Seed, f.Step))
	}
	if more := len(all) - mostNamed; more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, ", ")
}

// brief tells of failures for one cause in a line.
func brief(all []Failure, out *Text) {
	f := all[0]
	what := strings.TrimSpace(f.Rule + " " + firstLine(f.Text))
	if f.Rule == "" && f.File != "" {
		what += ", at " + f.File
	}
	out.Line("  %s  %s/%d  %s", f.Step, f.Scenario, f.Seed, OneLine(what))
	if others := all[1:]; len(others) > 0 {
		out.Line("      the same: %s", names(others))
	}
}

// Render explains one failure.
func (f Failure) Render(out *Text) {
	out.Printf("%s  %s\n", f.Step, f.Scenario)
	out.Field("promise", f.Title)
	if f.Rule != "" {
		out.Field("rule", fmt.Sprintf("%s  %s", f.Rule, rules.Plain(f.RuleText)))
	}
	if f.Clause != "" {
		out.Field("broken", strconv.Quote(f.Clause))
	}
	out.Field("happened", f.Text)
	when := fmt.Sprintf("seed %d", f.Seed)
	if f.At > 0 {
		when += fmt.Sprintf(", %s after the start", shrink.Stamp(f.At))
	}
	out.Field("when", when)
	out.Field("settings", settings(f.Settings))
	f.place(out)
	f.story(out)
	out.Field("beside", strings.Join(f.Beside, "\n"))
	out.Field("timers", strings.Join(f.Timers, "\n"))
	if f.Output != "" {
		out.Field("printed", excerpt(f.Output))
	}
	if f.Hint != "" {
		out.Field("hint", f.Hint+"\n(more hints: strata hint "+f.Step+")")
	}
	if f.Before != "" {
		out.Field("", f.Before+" fails as well: mend that first, and this may go with it")
	}
	out.Field("replay", f.Replay)
	if f.Case != nil && f.Replay != "" {
		out.Field("", "(--test FILE writes a Go test of this call)")
	}
	out.Printf("\n")
}

// Fields are what Render writes, for who lays them out otherwise. Nothing in them is broken into lines.
func (f Failure) Fields() (all []Field) {
	out := NewText(io.Discard)
	out.told = func(one Field) {
		if last := len(all) - 1; one.Name == "" && last >= 0 {
			all[last].Value += "\n" + one.Value
			return
		}
		all = append(all, one)
	}
	f.Render(out)
	return all
}

// settings is a list on one line.
func settings(all []string) string {
	if len(all) == 0 {
		return "everything has its default"
	}
	return strings.Join(all, ", ") + " (everything else has its default)"
}

// place says where it was, with what belongs to it, and whether that is a guess.
func (f Failure) place(out *Text) {
	lines := []string{OneLine(f.File)}
	if len(f.Around) > 0 {
		lines = nil
		for _, at := range f.Around {
			lines = append(lines, OneLine(at))
		}
	}
	if f.Guess != "" && f.File != "" {
		lines = append(lines, "("+f.Guess+")")
	}
	out.Field("where", strings.Join(lines, "\n"))
}

// story is what led to it. A call of a pool or an executor says all; its trace would say nothing.
func (f Failure) story(out *Text) {
	switch {
	case f.Case != nil && f.Case.Layer != "network":
		renderCase(f.Case, out)
	case f.Shrunk != nil && len(f.Shrunk.Trace) > 1:
		renderShrunk(f.Shrunk, out)
	case f.Trail != nil:
		f.Trail.render(out)
	default:
		out.Field("faults", strings.Join(f.Faults, "\n"))
	}
	switch {
	case f.Case == nil:
	case f.Case.Layer == "network": // where connections count as well, and the trace tells of them
		renderCase(f.Case, out)
	case f.Shrunk != nil:
		out.Field("logged", logged(f.Shrunk.Trace))
	}
}

// logged is what nodes logged in a trace.
func logged(lines []shrink.Line) string {
	var texts []string
	for _, l := range lines {
		if strings.HasPrefix(l.What, "logs ") {
			texts = append(texts, l.What[len("logs "):])
		}
	}
	return strings.Join(texts, "\n")
}

// renderCase shows the call whose answer is not ours.
func renderCase(c *witness.Case, out *Text) {
	for _, part := range c.Told() {
		out.Field(part.Name, part.Text)
	}
}

// renderShrunk shows the small run.
func renderShrunk(s *shrink.Result, out *Text) {
	text := Size(s) + "\n" + Columns(s.Trace)
	if s.Hidden > 0 {
		text += fmt.Sprintf("\n(%s of the layers below not shown)", trace.CountOf(s.Hidden, "event"))
	}
	end := "here the check fails"
	if s.Run.Failure.Ending == lab.Unmet {
		end = "what was expected has not happened by now"
	}
	out.Field("trace", fmt.Sprintf("%s\n%9s  %s", text, shrink.Stamp(s.Run.Failure.At), end))
	if s.Nearest != "" {
		out.Field("nearest", "it passes without "+s.Nearest)
	}
}

// Size says what was left out to get to the small run: nodes, actions and faults.
func Size(s *shrink.Result) string {
	if gone := s.Choices - len(s.Kept); gone > 0 {
		return fmt.Sprintf("the smallest run found that fails in this way, without %d of its %d nodes, actions and faults",
			gone, s.Choices)
	}
	return "the run; nothing in it can be left out"
}
