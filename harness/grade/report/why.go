package report

import (
	"fmt"
	"strings"

	"strata/harness/explain/shrink"
)

// Why draws the chance of failing over time, a bar for each point, and says what the curve means.
// The command shows the smallest run.
func Why(w *shrink.Why, smallest string, out *Text) {
	out.Printf("%s, seed %d: %s\n\n", w.Run.Scenario, w.Run.Seed,
		strings.TrimSpace(w.Run.Failure.Rule+" "+firstLine(w.Run.Failure.Text)))
	out.Printf("How likely the same rule was to break, if all that is random had come out differently from then on\n")
	out.Printf("(%d futures at each time):\n\n", w.Futures)
	const width = 50
	for i, p := range w.Points {
		mark := ""
		if i == w.Doomed {
			mark = "  <- here it went wrong"
		}
		bar := strings.Repeat("#", (p.Fail*width+w.Futures-1)/w.Futures)
		out.Printf("%9s %s %3d %%%s\n", shrink.Stamp(p.At), fmt.Sprintf("|%-*s|", width, bar), 100*p.Fail/w.Futures,
			mark)
	}
	out.Printf("\n%s\n", verdictOn(w))
	if w.Doomed <= 0 {
		out.Printf("Look at the smallest run that fails in this way: %s\n", smallest)
	}
	if len(w.Before) > 0 {
		out.Printf("\n%s\n", Columns(w.Before))
	}
}

// verdictOn says what the curve means.
func verdictOn(w *shrink.Why) string {
	if w.Doomed > 0 {
		from, to := w.Points[w.Doomed-1], w.Points[w.Doomed]
		return fmt.Sprintf("Between %s and %s the chance went from %d to %d %%. What happened then:",
			shrink.Stamp(from.At), shrink.Stamp(to.At), 100*from.Fail/w.Futures, 100*to.Fail/w.Futures)
	}
	switch first := 100 * w.Points[0].Fail / w.Futures; {
	case first == 100:
		return "It breaks in every future, from the start on: not chance, but the code alone decides."
	case first >= 75:
		return "It was likely from the start on: no one moment decided it."
	}
	return "The chance grew little by little: no one moment decided it."
}
