// Package report is what a grading found out: as values, as text to be read, as JSON, as JUnit's XML and
// as Gradescope's results. It knows nothing of how it was found out.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/explain/witness"
	"strata/harness/lab"
)

// Status says how a step stands.
type Status string

// The statuses. Only a passed step has its points.
const (
	Passed         Status = "passed"
	Failed         Status = "failed"
	NotWritten     Status = "not written yet"
	Blocked        Status = "blocked"          // by another step or layer: Reason says by which
	DoesNotCompile Status = "does not compile" // the layer does not
	Refused        Status = "refused"          // the layer uses what is not allowed
	Absent         Status = "not handed in"
)

// Report is what a grading found out.
type Report struct {
	Dir       string // as it was named
	Taken     string `json:",omitempty"` // where the layers were found in it; empty: in itself
	Seeds     int
	FirstSeed uint64
	Points    int
	Of        int // points that the graded steps are worth
	Layers    []LayerSum
	Steps     []Step
	Problems  []Problem `json:",omitempty"`
	Failures  []Failure `json:",omitempty"`
	Findings  []Finding `json:",omitempty"`
	Notes     []string  `json:",omitempty"`
	Explored  []string  `json:",omitempty"` // what the explorations that passed looked at
	Held      string    `json:",omitempty"` // what held the process of the layers, beside the grader's own checks
	Sealed    *Seal     `json:",omitempty"` // of a sealed grade
	Build     time.Duration
	Elapsed   time.Duration // build included

	Asked, AskedSteps []string `json:"-"` // layers and steps that were asked for; none: all
}

// LayerSum is the sum of a layer's graded steps.
type LayerSum struct {
	Layer  string
	Points int
	Of     int
	Spent  time.Duration `json:",omitempty"` // processor time of its runs
	Budget time.Duration `json:",omitempty"` // that they may take; what did not fit in was not run
}

// Step is how one step stands.
type Step struct {
	ID, Layer, Title string
	Status           Status
	Reason           string `json:",omitempty"` // what it is blocked by
	Points, Of       int
	Scenarios        int // that grade it
	ScenariosPassed  int
}

// Problem keeps a whole layer from being run.
type Problem struct {
	Layer  string
	Status Status
	Lines  []string // the compiler's or the source check's, with the student's files
}

// Failure is one scenario that did not pass.
type Failure struct {
	Step      string
	Scenario  string
	Title     string // the promise that does not hold
	Seed      uint64
	Ending    lab.Ending
	Rule      string         `json:",omitempty"`
	RuleText  string         `json:",omitempty"`
	Clause    string         `json:",omitempty"` // the words of the rule that are broken
	Text      string         // expected and got, or how the run ended
	At        time.Duration  // virtual time
	File      string         `json:",omitempty"` // "file:line" of the student's code
	Around    []string       `json:",omitempty"` // it and what belongs to it: calls that led there, or other places
	Guess     string         `json:",omitempty"` // why it is that place, if it is a guess
	Settings  []string       `json:",omitempty"` // of the scenario's nodes, that are not the defaults
	Case      *witness.Case  `json:",omitempty"` // the call that was answered otherwise than ours answer it
	Beside    []string       `json:",omitempty"` // where the run parts from ours: a line each
	Timers    []string       `json:",omitempty"` // where the layer's timers part from ours, if something is missing
	Faults    []string       `json:",omitempty"` // what this seed did to the nodes
	Output    string         `json:",omitempty"` // what the student's code printed last
	Shrunk    *shrink.Result `json:",omitempty"` // the smallest run that fails in this way
	Shrinking time.Duration  `json:",omitempty"` // real time that finding it took
	Hint      string
	Before    string `json:",omitempty"` // an earlier step of the layer that fails too
	Replay    string // the command that runs it again
	Trail     *Trail `json:",omitempty"` // what led to a run that took its process with it
	Unwritten string `json:",omitempty"` // the step whose lack made the scenario fail
}

// Trail is what is known of a run that took its process with it, up to its end.
type Trail struct {
	Trace  []shrink.Line
	Hidden int           // lines about layers below that Trace leaves out
	At     time.Duration // virtual time of the last event
	In     string        // the callback that did not return, in words; empty: there was none
	How    string        // it ended
}

// Finding is that a layer does not do the same again for the same seed. It costs no points of its
// own, but what fails then cannot be replayed with certainty.
type Finding struct {
	Layer      string
	Scenarios  int    // of the layer in which it was seen
	Scenario   string // the first of them
	Seed       uint64
	Difference *vary.Difference `json:",omitempty"` // nil: seen, but not again when it was looked for
	File       string           `json:",omitempty"` // "file:line" of the student's code that did what differs
	Cause      string           // the likely one
	Suspects   []string         `json:",omitempty"` // "file:line: what" of the layer's code that may be it
	Replay     string           // the command that shows the run
}

// Complete says whether every graded step has its points.
func (r Report) Complete() bool { return r.Points == r.Of }

// JSON writes the report as one JSON value: of a sealed grade its record, which repeats to the last byte.
func (r Report) JSON(w io.Writer) error {
	if r.Sealed != nil {
		return r.Record().JSON(w)
	}
	return r.Whole(w)
}

// Whole writes all of the report as one JSON value, of a sealed grade too: what Unmarshal reads back.
func (r Report) Whole(w io.Writer) error { return writeJSON(w, r) }

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	return nil
}
