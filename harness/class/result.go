package class

import (
	"bytes"
	"encoding/json"
	"fmt"

	"strata/harness/grade/report"
)

// Result is what counts of a graded hand-in.
type Result struct {
	Steps    []Step
	Problems []Problem `json:",omitempty"` // of whole layers
	Failures []Failure `json:",omitempty"`
	Varies   []string  `json:",omitempty"` // layers that do not do the same again
}

// Step is how a step stands.
type Step struct {
	ID, Layer string
	Status    report.Status
	Points    int
	Of        int
}

// Problem keeps a layer from being run.
type Problem struct {
	Layer  string
	Status report.Status
}

// Failure is a scenario that failed, with the lowest seed that does.
type Failure struct {
	Step, Scenario string
	Seed           uint64
	Rule           string `json:",omitempty"`
}

// resultOf is what counts of a report.
func resultOf(r report.Report) Result {
	var out Result
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, Step{s.ID, s.Layer, s.Status, s.Points, s.Of})
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, Problem{p.Layer, p.Status})
	}
	for _, f := range r.Failures {
		out.Failures = append(out.Failures, Failure{f.Step, f.Scenario, f.Seed, f.Rule})
	}
	for _, f := range r.Findings {
		out.Varies = append(out.Varies, f.Layer)
	}
	return out
}

// neutral is a report in JSON in which paths begin where the hand-in does: it may be somebody else's as well.
func neutral(r report.Report, dir string) ([]byte, error) {
	var out bytes.Buffer
	if err := r.Whole(&out); err != nil {
		return nil, err
	}
	quoted, err := json.Marshal(dir)
	if err != nil {
		return nil, fmt.Errorf("class: %w", err)
	}
	inside := quoted[1 : len(quoted)-1]
	text := out.Bytes()
	for _, behind := range []string{"/", `\\`} {
		text = bytes.ReplaceAll(text, append(bytes.Clone(inside), behind...), nil)
	}
	return bytes.ReplaceAll(text, inside, []byte(".")), nil
}
