package mutants

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// where says which run killed the mutant, and how that run put it; of one that no run killed, what
// it does.
func (k Kill) where() string {
	if k.By == "" && k.Verdict == Survived {
		return k.About
	}
	if k.By == "" {
		return k.Text
	}
	rule := k.Reported
	if rule == "" {
		rule = "no rule"
	}
	text := fmt.Sprintf("%s by %s/%d", rule, k.By, k.Seed)
	if !k.Good() {
		text += ": " + k.Text
	}
	return text
}

// Render writes the kill matrix, one mutant a line, and the sums.
func Render(w io.Writer, kills []Kill) error {
	name := len("mutant")
	for _, k := range kills {
		name = max(name, len(k.Name))
	}
	line := func(cells ...any) error {
		_, err := fmt.Fprintf(w, "%-*s  %-11s  %-6s  %-14s  %s\n", append([]any{name}, cells...)...)
		return err
	}
	if err := line("mutant", "step", "rule", "verdict", "killed by"); err != nil {
		return err
	}
	for _, k := range kills {
		if err := line(k.Name, k.Step, k.Rule, k.Verdict, k.where()); err != nil {
			return err
		}
	}
	text := Summary(kills)
	if small := ShrinkSummary(kills); small != "" {
		text += "\n" + small
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// JSON writes the kills as one JSON value.
func JSON(w io.Writer, kills []Kill) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(kills)
}

// Summary is the last line of the matrix.
func Summary(kills []Kill) string {
	count := make(map[Verdict]int)
	for _, k := range kills {
		count[k.Verdict]++
	}
	wrong := count[Killed] + count[Otherwise] + count[Survived]
	text := fmt.Sprintf("%d of %d wrong solutions killed", count[Killed], wrong)
	if wrong == 0 {
		text = "no wrong solution"
	}
	if slices.ContainsFunc(kills, func(k Kill) bool { return k.Rule != "" }) {
		text += " by the rule that they break"
	}
	if n := count[Otherwise]; n > 0 {
		text += fmt.Sprintf(", %d by another", n)
	}
	if n := count[Survived]; n > 0 {
		text += fmt.Sprintf(", %d survived", n)
	}
	if n := count[Scored] + count[Refused]; n > 0 {
		text += fmt.Sprintf("; %d of %d right ones have all points", count[Scored], n)
	}
	if n := count[Same]; n > 0 {
		text += fmt.Sprintf("; %d are equivalent", n)
	}
	if n := count[Broken]; n > 0 {
		text += fmt.Sprintf("; %d not graded", n)
	}
	return text
}

// ShrinkSummary says how small the failures became, and how fast; empty if none was shrunk.
func ShrinkSummary(kills []Kill) string {
	var seconds []float64
	var events []int
	long, minimal := 0, 0
	for _, k := range kills {
		if k.Shrunk == nil {
			continue
		}
		seconds, events = append(seconds, k.Shrunk.Seconds), append(events, k.Shrunk.Events)
		if k.Shrunk.Events > shown {
			long++
		}
		if k.Shrunk.Minimal {
			minimal++
		}
	}
	if len(events) == 0 {
		return ""
	}
	slices.Sort(seconds)
	slices.Sort(events)
	n := len(events)
	return fmt.Sprintf("%d failures shrunk: median %.2f s and %d events, most %.2f s and %d; "+
		"%d have over %d events, %d are minimal",
		n, seconds[n/2], events[n/2], seconds[n-1], events[n-1], long, shown, minimal)
}

// shown is how many events a failure is to be shown by.
const shown = 15

// Good says whether every verdict is as it has to be.
func Good(kills []Kill) bool {
	for _, k := range kills {
		if !k.Good() {
			return false
		}
	}
	return true
}
