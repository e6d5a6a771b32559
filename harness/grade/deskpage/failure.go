package deskpage

import (
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"

	"strata/harness/course/rules"
	"strata/harness/explain/shrink"
	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/harness/trace"
)

// failure is a check that does not pass, as the page tells of it.
type failure struct {
	Step     string        `json:"step"`
	Scenario string        `json:"scenario"`
	Seed     uint64        `json:"seed,string"`
	Title    string        `json:"title"`
	Rule     string        `json:"rule,omitempty"`
	RuleText string        `json:"ruleText,omitempty"`
	Clause   string        `json:"clause,omitempty"`
	Text     string        `json:"text"`
	At       time.Duration `json:"t,omitempty"`
	Where    []placed      `json:"where,omitempty"`
	Guess    string        `json:"guess,omitempty"`
	Settings []string      `json:"settings,omitempty"`
	Asked    []trace.Asked `json:"asked,omitempty"` // the call that was answered otherwise than ours answer it
	Beside   []string      `json:"beside,omitempty"`
	Timers   []string      `json:"timers,omitempty"`
	Faults   []string      `json:"faults,omitempty"`
	Output   string        `json:"output,omitempty"`
	Size     string        `json:"size,omitempty"` // how the trace was made small
	Trace    []line        `json:"trace,omitempty"`
	Hidden   string        `json:"hidden,omitempty"`
	Nearest  string        `json:"nearest,omitempty"`
	Hint     string        `json:"hint,omitempty"`
	Before   string        `json:"before,omitempty"`
	Small    bool          `json:"small"` // a smallest run can be looked for
	Replay   string        `json:"replay"`
}

// line is one of a trace.
type line struct {
	At    time.Duration `json:"t"`
	Who   string        `json:"who"`
	What  string        `json:"what"`
	Place *place        `json:"place,omitempty"`
}

// placed is a text that may name a place of the student's code.
type placed struct {
	Text  string `json:"text"`
	Place *place `json:"place,omitempty"`
}

// place is a line of a file of a layer.
type place struct {
	Layer string `json:"layer"`
	File  string `json:"file"`
	Line  int    `json:"line"`
}

var codePlace = regexp.MustCompile(`([^\s:]+\.go):(\d+)`)

// placedOf finds the place that a text names.
func placedOf(text string) placed {
	m := codePlace.FindStringSubmatch(text)
	if m == nil {
		return placed{Text: text}
	}
	line, _ := strconv.Atoi(m[2]) // digits: what is too long for a number is no line
	path := filepath.ToSlash(m[1])
	layer := filepath.Base(filepath.Dir(path))
	return placed{text, &place{layer, filepath.Base(path), line}}
}

// failureOf is what the page tells of a failure.
func failureOf(f report.Failure) failure {
	out := failure{
		Step: f.Step, Scenario: f.Scenario, Seed: f.Seed, Title: f.Title, Rule: f.Rule, RuleText: rules.Plain(f.RuleText),
		Clause: f.Clause, Text: f.Text, At: f.At, Guess: f.Guess, Settings: f.Settings, Beside: f.Beside,
		Timers: f.Timers, Faults: f.Faults, Output: f.Output, Hint: f.Hint, Before: f.Before, Replay: f.Replay,
		Small: f.Shrunk != nil || f.Ending.Shrinks() && !explored()[f.Scenario],
	}
	where := f.Around
	if len(where) == 0 && f.File != "" {
		where = []string{f.File}
	}
	for _, at := range where {
		out.Where = append(out.Where, placedOf(at))
	}
	if f.Case != nil {
		out.Asked = f.Case.Told()
	}
	switch {
	case f.Shrunk != nil:
		out.Size, out.Nearest = report.Size(f.Shrunk), f.Shrunk.Nearest
		out.traced(f.Shrunk.Trace, f.Shrunk.Hidden)
	case f.Trail != nil:
		out.traced(f.Trail.Trace, f.Trail.Hidden)
	}
	return out
}

// explored are the scenarios that are looked at in every order: of these there is no smaller run.
var explored = sync.OnceValue(func() map[string]bool {
	all := make(map[string]bool)
	for _, s := range grade.Scenarios() {
		all[s.Name] = s.Explore.States > 0
	}
	return all
})

// traced takes over the lines of a trace.
func (f *failure) traced(lines []shrink.Line, hidden int) {
	for _, l := range lines {
		f.Trace = append(f.Trace, line{l.At, l.Who, l.What, placedOf(l.Frame).Place})
	}
	if hidden > 0 {
		f.Hidden = trace.CountOf(hidden, "event") + " of the layers below not shown"
	}
}
