package grade

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
	"golang.org/x/term"

	"strata/harness/explain/shrink"
)

// Render writes the report to be read: what keeps layers from being run, the failures, the notes
// and, last, the table of steps. The table has plain ASCII lines unless w is a terminal that shows
// UTF-8.
//
// What the student's code said, or is, shows as text: no control character of it reaches w.
func (r Report) Render(w io.Writer) error {
	out := &lines{w: plainWriter{w}}
	r.problems(out)
	r.failures(out)
	for _, f := range r.Findings {
		f.render(out)
	}
	listed(out, "Notes", r.Notes)
	listed(out, "Explored", r.Explored)
	if out.err == nil {
		out.err = r.table(w)
	}
	out.printf("%s\n", r.summary())
	return out.err
}

// problems say what keeps layers from being run.
func (r Report) problems(out *lines) {
	for _, p := range r.Problems {
		out.printf("%s %s:\n", p.Layer, p.Status)
		for _, line := range p.Lines[:min(len(p.Lines), mostLines)] {
			out.printf("    %s\n", line)
		}
		if more := len(p.Lines) - mostLines; more > 0 {
			out.printf("    and %d more\n", more)
		}
		out.printf("\n")
	}
}

// listed writes lines under a title, unless there are none.
func listed(out *lines, title string, all []string) {
	if len(all) == 0 {
		return
	}
	out.printf("%s\n", title)
	for _, line := range all {
		out.printf("    %s\n", line)
	}
	out.printf("\n")
}

// failures explains the first ones of each step, and of those that panic or never end at one line the
// first of all; of the others it says what happened and how to see more.
func (r Report) failures(out *lines) {
	first := make(map[string]string) // the scenario that tells, by where and how a run ended without a rule
	for _, s := range r.Steps {
		full, brief := 0, 0
		same := make(map[string][]Failure)
		for _, f := range r.Failures {
			if f.Step != s.ID || f.blocker != "" {
				continue
			}
			key := f.File + " " + firstLine(f.Text)
			alike := f.Rule == "" && f.File != ""
			switch full++; {
			case alike && first[key] != "":
				full--
				same[first[key]] = append(same[first[key]], f)
			case full <= inFull:
				f.render(out)
			default:
				brief++
				out.printf("%s  %s  %s\n    %s\n", f.Step, f.Scenario, firstLine(f.Text), f.Replay)
			}
			if alike && first[key] == "" {
				first[key] = f.Scenario
			}
		}
		for _, told := range slices.Sorted(maps.Keys(same)) {
			brief++
			renderSame(told, same[told], out)
		}
		if brief > 0 {
			out.printf("\n")
		}
	}
}

// renderSame names failures of one step that are the same as one that was told.
func renderSame(told string, same []Failure, out *lines) {
	names := make([]string, len(same))
	for i, f := range same {
		names[i] = f.Scenario
	}
	out.printf("%s  the same as in %s, at %s: %s\n    %s\n", same[0].Step, told, same[0].File, strings.Join(names, ", "), same[0].Replay)
}

// mostLines is how many of the lines are shown that keep a layer from being run.
const mostLines = 40

// inFull is how many failures of a step are explained; of the others a line is enough, for they
// mostly have the same cause.
const inFull = 3

// summary is the last line.
func (r Report) summary() string {
	layers := make([]string, len(r.Layers))
	for i, l := range r.Layers {
		layers[i] = fmt.Sprintf("%s %d/%d", l.Layer, l.Points, l.Of)
	}
	return fmt.Sprintf("%d of %d points (%s) in %.1f s", r.Points, r.Of, strings.Join(layers, ", "), r.Elapsed.Seconds())
}

// render explains one failure.
func (f Failure) render(out *lines) {
	out.printf("%s  %s\n", f.Step, f.Scenario)
	out.field("promise", f.Title)
	if f.Rule != "" {
		out.field("rule", fmt.Sprintf("%s  %s", f.Rule, plain(f.RuleText)))
	}
	out.field("happened", f.Text)
	when := fmt.Sprintf("seed %d", f.Seed)
	if f.At > 0 {
		when += fmt.Sprintf(", %s after the start", shrink.Stamp(f.At))
	}
	out.field("when", when)
	out.field("where", f.File)
	switch {
	case f.Shrunk != nil && len(f.Shrunk.Trace) > 1:
		renderShrunk(f.Shrunk, out)
	case f.ended != nil:
		f.ended.render(out)
	default:
		out.field("faults", strings.Join(f.Faults, "\n"))
	}
	if f.Output != "" {
		out.field("printed", excerpt(f.Output))
	}
	out.field("hint", f.Hint+"\n(more of them: strata hint "+f.Step+")")
	if f.Before != "" {
		out.field("", f.Before+" fails as well: mend that first, and this may go with it")
	}
	out.field("replay", f.Replay)
	out.printf("\n")
}

// plain takes the Markdown marks out of a rule.
func plain(text string) string { return strings.NewReplacer("`", "", "**", "").Replace(text) }

// firstLine drops what a text says in detail.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// firstLines are the innermost calls of a stack.
func firstLines(text string, n int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[:min(n, len(all))], "\n")
}

func lastLines(text string, n int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// table writes the steps, and a total for each layer.
func (r Report) table(w io.Writer) error {
	symbols := tw.NewSymbols(tw.StyleASCII)
	if showsUTF8(w) {
		symbols = tw.NewSymbols(tw.StyleLight)
	}
	t := tablewriter.NewTable(plainWriter{w},
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithAlignment(tw.Alignment{tw.AlignLeft, tw.AlignLeft, tw.AlignLeft, tw.AlignRight, tw.AlignRight}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{Symbols: symbols})),
	)
	t.Header("Step", "What it makes", "Status", "Checks", "Points")
	var rows [][]string
	for _, s := range r.Steps {
		status := string(s.Status) + by(s)
		checks := "-"
		if s.Scenarios > 0 {
			checks = fmt.Sprintf("%d/%d", s.ScenariosPassed, s.Scenarios)
		}
		rows = append(rows, []string{s.ID, s.Title, status, checks, fmt.Sprintf("%d/%d", s.Points, s.Of)})
	}
	rows = append(rows, []string{"all", "", "", "", fmt.Sprintf("%d/%d", r.Points, r.Of)})
	if err := t.Bulk(rows); err != nil {
		return fmt.Errorf("grade: table: %w", err)
	}
	return t.Render()
}

// showsUTF8 says whether w is a terminal whose locale is UTF-8.
func showsUTF8(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return false
	}
	locale := strings.ToUpper(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")))
	return strings.Contains(locale, "UTF-8") || strings.Contains(locale, "UTF8")
}

// lines writes lines, and remembers the first error.
type lines struct {
	w   io.Writer
	err error
}

func (l *lines) printf(format string, args ...any) {
	if l.err == nil {
		_, l.err = fmt.Fprintf(l.w, format, args...)
	}
}

// field writes a named value, continued below itself; nothing if it is empty.
func (l *lines) field(name, value string) {
	if value == "" {
		return
	}
	for _, line := range strings.Split(value, "\n") {
		l.printf("    %-9s %s\n", name, line)
		name = ""
	}
}
