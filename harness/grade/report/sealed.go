package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"strata/harness/lab"
)

// Seal says by digests what a sealed grade depends on, and nothing else: with the same four it repeats to the last byte.
type Seal struct {
	Submission string // its layers' sources, as they were checked
	Suite      string // steps, scenarios and rules
	Engine     string // the program that runs them: checks, simulator, the engine of WebAssembly
	Binary     string // the layers as WebAssembly
}

// Record is a sealed grade without what differs from one grading to the next: times, places, explanations.
type Record struct {
	Sealed    Seal
	Seeds     int
	FirstSeed uint64
	Layers    []string `json:",omitempty"` // that were asked for; none: all
	Only      []string `json:",omitempty"` // steps that were asked for; none: all
	Points    int
	Of        int
	Steps     []RecordStep
	Failures  []RecordFailure `json:",omitempty"`
}

// RecordStep is how one step stands.
type RecordStep struct {
	ID         string
	Status     Status
	Points, Of int
}

// RecordFailure is one scenario that did not pass, as it was found.
type RecordFailure struct {
	Scenario string
	Seed     uint64
	Ending   lab.Ending
	Rule     string `json:",omitempty"`
	Text     string
	At       time.Duration // virtual time
}

// Record is the record of a sealed grade; of another it is without digests.
func (r Report) Record() Record {
	rec := Record{Seeds: r.Seeds, FirstSeed: r.FirstSeed, Points: r.Points, Of: r.Of}
	if r.Sealed != nil {
		rec.Sealed = *r.Sealed
		rec.Layers, rec.Only = r.Asked, r.AskedSteps
	}
	for _, s := range r.Steps {
		rec.Steps = append(rec.Steps, RecordStep{s.ID, s.Status, s.Points, s.Of})
	}
	for _, f := range r.Failures {
		rec.Failures = append(rec.Failures, RecordFailure{f.Scenario, f.Seed, f.Ending, f.Rule, f.Text, f.At})
	}
	return rec
}

// JSON writes the record as one JSON value.
func (rec Record) JSON(w io.Writer) error { return writeJSON(w, rec) }

// Differ says line by line in what another grade is not the same.
func (rec Record) Differ(other Record) (lines []string) {
	differ := func(what string, was, is any) {
		if was != is {
			lines = append(lines, fmt.Sprintf("%s: it was %v, and is %v", what, was, is))
		}
	}
	differ("digest of the submission", rec.Sealed.Submission, other.Sealed.Submission)
	differ("digest of the suite", rec.Sealed.Suite, other.Sealed.Suite)
	differ("digest of the engine", rec.Sealed.Engine, other.Sealed.Engine)
	differ("digest of the layers' binary", rec.Sealed.Binary, other.Sealed.Binary)
	differ("seeds", rec.Seeds, other.Seeds)
	differ("first seed", rec.FirstSeed, other.FirstSeed)
	differ("points", rec.Points, other.Points)
	differ("points in all", rec.Of, other.Of)
	for _, id := range union(rec.Steps, other.Steps, func(s RecordStep) string { return s.ID }) {
		differ("step "+id, stepIn(rec.Steps, id), stepIn(other.Steps, id))
	}
	for _, name := range union(rec.Failures, other.Failures, func(f RecordFailure) string { return f.Scenario }) {
		differ(name, failureIn(rec.Failures, name), failureIn(other.Failures, name))
	}
	return lines
}

// union is the names in either list, each once, in their order.
func union[T any](a, b []T, name func(T) string) (names []string) {
	for _, one := range slices.Concat(a, b) {
		if n := name(one); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// stepIn is how a step stands, in words.
func stepIn(list []RecordStep, id string) string {
	for _, s := range list {
		if s.ID == id {
			return fmt.Sprintf("%q with %d of %d points", s.Status, s.Points, s.Of)
		}
	}
	return "not graded"
}

// failureIn is how a scenario failed, in words.
func failureIn(list []RecordFailure, name string) string {
	for _, f := range list {
		if f.Scenario == name {
			return fmt.Sprintf("failed with seed %d at %v, %v: %q", f.Seed, f.At, f.Ending, FirstLines(f.Rule+" "+f.Text, 3))
		}
	}
	return "no failure"
}

// ReadRecord reads what JSON wrote. The error says what is wrong with it.
func ReadRecord(text []byte) (rec Record, err error) {
	if err := json.Unmarshal(text, &rec); err != nil {
		return rec, fmt.Errorf("it is no grade: %w", err)
	}
	if rec.Sealed == (Seal{}) || rec.Seeds < 1 || len(rec.Steps) == 0 {
		return rec, fmt.Errorf("it is no sealed grade: strata grade --sealed --json writes one")
	}
	return rec, nil
}
