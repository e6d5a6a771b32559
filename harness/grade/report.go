package grade

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"strata/harness/explain/shrink"
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
	Dir       string
	Seeds     int
	FirstSeed uint64
	Points    int
	Of        int // points that the graded steps are worth
	Layers    []LayerReport
	Steps     []StepReport
	Problems  []Problem `json:",omitempty"`
	Failures  []Failure `json:",omitempty"`
	Findings  []Finding `json:",omitempty"`
	Notes     []string  `json:",omitempty"`
	Explored  []string  `json:",omitempty"` // what the explorations that passed looked at
	Build     time.Duration
	Elapsed   time.Duration // build included
}

// LayerReport is the sum of a layer's graded steps.
type LayerReport struct {
	Layer  string
	Points int
	Of     int
}

// StepReport is how one step stands.
type StepReport struct {
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
	Rule      string         `json:",omitempty"`
	RuleText  string         `json:",omitempty"`
	Text      string         // expected and got, or how the run ended
	At        time.Duration  // virtual time
	File      string         `json:",omitempty"` // "file:line" of the student's code
	Faults    []string       `json:",omitempty"` // what this seed did to the nodes
	Output    string         `json:",omitempty"` // what the student's code printed last
	Shrunk    *shrink.Result `json:",omitempty"` // the smallest run that fails so
	Shrinking time.Duration  `json:",omitempty"` // real time that finding it took
	Hint      string
	Before    string `json:",omitempty"` // an earlier step of the layer that fails too
	Replay    string // the command that runs it again
	ended     *ended // what led to a run that never ended; nil: it did
	blocker   string // the step that is not written yet, if that is why
}

// Unwritten is the step whose lack made the scenario fail; empty if something else did.
func (f Failure) Unwritten() string { return f.blocker }

// Complete says whether every graded step has its points.
func (r Report) Complete() bool { return r.Points == r.Of }

// JSON writes the report as one JSON value.
func (r Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	return nil
}
