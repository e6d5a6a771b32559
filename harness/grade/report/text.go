package report

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
	"golang.org/x/term"
)

// Render writes the report to be read: what keeps layers from being run, the failures, the notes
// and, last, the table of steps. The table has plain ASCII lines unless w is a terminal that shows
// UTF-8.
//
// What the student's code said, or is, shows as text: no control character of it reaches w.
func (r Report) Render(w io.Writer) error {
	out := NewText(w)
	r.problems(out)
	r.failures(out)
	for _, f := range r.Findings {
		f.render(out)
	}
	listed(out, "Notes", r.Notes)
	if out.Err == nil {
		out.Err = r.table(w)
	}
	out.Printf("%s%s%s\n", r.spent(), r.sealed(), r.summary())
	return out.Err
}

// sealed names the digests of a sealed grade in a line.
func (r Report) sealed() string {
	s := r.Sealed
	if s == nil {
		return ""
	}
	return fmt.Sprintf("Sealed: submission %.12s, suite %.12s, engine %.12s, binary %.12s; --json has them whole, for strata verify\n",
		s.Submission, s.Suite, s.Engine, s.Binary)
}

// spent says what the runs cost, of what they may; a line, or nothing if nothing was run.
func (r Report) spent() string {
	var spent, budget time.Duration
	var over []string
	for _, l := range r.Layers {
		spent, budget = spent+l.Spent, budget+l.Budget
		if l.Budget > 0 && l.Spent >= l.Budget {
			over = append(over, fmt.Sprintf("; %s has used up its %.0f s", l.Layer, l.Budget.Seconds()))
		}
	}
	if budget == 0 {
		return ""
	}
	held := ""
	if r.Held != "" {
		held = "; your code was held by: " + r.Held
	}
	return fmt.Sprintf("The runs took %.1f s of processor time, and may take %.0f s%s%s\n", spent.Seconds(),
		budget.Seconds(),
		strings.Join(over, ""), held)
}

// problems say what keeps layers from being run.
func (r Report) problems(out *Text) {
	for _, p := range r.Problems {
		out.Printf("%s %s:\n", p.Layer, p.Status)
		for _, line := range p.Lines[:min(len(p.Lines), mostLines)] {
			out.Printf("    %s\n", OneLine(strings.ReplaceAll(line, "\t", "    ")))
		}
		if more := len(p.Lines) - mostLines; more > 0 {
			out.Printf("    and %d more\n", more)
		}
		out.Printf("\n")
	}
}

// listed writes lines under a title, unless there are none.
func listed(out *Text, title string, all []string) {
	if len(all) == 0 {
		return
	}
	out.Printf("%s\n", title)
	for _, line := range all {
		out.Printf("    %s\n", OneLine(line))
	}
	out.Printf("\n")
}

// mostLines is how many of the lines are shown that keep a layer from being run.
const mostLines = 40

// summary is the last line.
func (r Report) summary() string {
	layers := make([]string, len(r.Layers))
	for i, l := range r.Layers {
		layers[i] = fmt.Sprintf("%s %d/%d", l.Layer, l.Points, l.Of)
	}
	return fmt.Sprintf("%d of %d points (%s) in %.1f s", r.Points, r.Of, strings.Join(layers, ", "),
		r.Elapsed.Seconds())
}

// firstLine drops what a text says in detail.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// FirstLines are the first n lines of a text.
func FirstLines(text string, n int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[:min(n, len(all))], "\n")
}

// LastLines are the last n lines of a text.
func LastLines(text string, n int) string {
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
