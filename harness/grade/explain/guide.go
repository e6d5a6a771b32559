package explain

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"strata/harness/trace"
)

// guide is what the student can do about a case that failed: where to look, the hints of its step, and the
// commands that show more.
func (e *Explainer) guide(c *Case) *trace.Guide {
	f := e.Failure(c)
	g := &trace.Guide{Step: c.Step.ID, Where: f.File, Code: e.excerpt(f.File)}
	if f.Case != nil {
		g.Asked = f.Case.Told()
	}
	if !e.NoHints {
		if !slices.Contains(c.Step.Hints[:], f.Hint) {
			g.Hints = append(g.Hints, f.Hint)
		}
		g.Hints = append(g.Hints, c.Step.Hints[:]...)
	}
	again := e.Command(f.Scenario, f.Seed)
	g.Commands = []string{again}
	if c.shrinks() {
		g.Commands = append(g.Commands, again+" --shrink", again+" --why", strings.Replace(again, "strata replay", "strata debug", 1))
	}
	if !e.NoHints {
		g.Commands = append(g.Commands, "strata hint "+c.Step.ID)
	}
	return g
}

// around is how many lines an excerpt has before and after the one that it is about.
const around = 3

// excerpt is the lines of the student's code around a place, numbered; empty if the place is none of theirs.
func (e *Explainer) excerpt(place string) string {
	place, _, _ = strings.Cut(place, " ")
	file, line, _ := strings.Cut(place, ".go:")
	at, err := strconv.Atoi(line)
	if err != nil {
		return ""
	}
	for _, l := range e.Sub.Layers {
		name := filepath.Base(file) + ".go"
		source := l.Check.Sources[name]
		if filepath.Join(l.Dir, name) != file+".go" || source == nil {
			continue
		}
		lines := strings.Split(strings.TrimSuffix(string(source), "\n"), "\n")
		var out strings.Builder
		for n := max(1, at-around); n <= min(len(lines), at+around); n++ {
			mark := " "
			if n == at {
				mark = ">"
			}
			fmt.Fprintf(&out, "%s %4d  %s\n", mark, n, lines[n-1])
		}
		return out.String()
	}
	return ""
}
