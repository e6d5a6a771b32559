package deskpage

import (
	"slices"
	"time"

	"strata/harness/course/hints"
	"strata/harness/course/steps"
	"strata/harness/grade/report"
)

// state is all that the page follows.
type state struct {
	Number   int       `json:"number"` // counts the changes
	Dir      string    `json:"dir"`
	Phase    phase     `json:"phase"`
	Doing    []string  `json:"doing,omitempty"` // layers, or steps, that are graded
	Saved    []string  `json:"saved,omitempty"` // layers that were saved last
	At       time.Time `json:"at,omitzero"`     // when they were
	Changes  string    `json:"changes,omitempty"`
	Error    string    `json:"error,omitempty"` // why nothing was graded
	Took     float64   `json:"took"`            // seconds, of the last job
	Points   int       `json:"points"`
	Of       int       `json:"of"`
	Next     string    `json:"next,omitempty"` // the step under work
	Layers   []layer   `json:"layers"`
	Early    *early    `json:"early,omitempty"` // a check that fails in the job that is under way
	Failures []failure `json:"failures"`
	Problems []problem `json:"problems,omitempty"`
	Notes    []string  `json:"notes,omitempty"`
}

// phase is what the watcher is at.
type phase string

const (
	phaseGrading phase = "grading"
	phaseRest    phase = "rest"
	phaseGone    phase = "gone" // there are no layers
)

// layer is how a layer stands.
type layer struct {
	Name   string `json:"name"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
	Steps  []step `json:"steps"`
}

// step is how a step stands.
type step struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Status report.Status `json:"status,omitempty"` // empty: not graded yet
	Reason string        `json:"reason,omitempty"`
	Points int           `json:"points"`
	Of     int           `json:"of"`
	Checks int           `json:"checks"` // that grade it
	Passed int           `json:"passed"` // of them
	Hints  []hint        `json:"hints,omitempty"`
	More   int           `json:"more"` // hints that were not given yet
}

// hint is one that was given.
type hint struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// early is a check that fails, as soon as it is known.
type early struct {
	Step     string `json:"step"`
	Scenario string `json:"scenario"`
	Seed     uint64 `json:"seed,string"`
	Text     string `json:"text"`
}

// problem is what keeps a layer from being run.
type problem struct {
	Layer  string        `json:"layer"`
	Status report.Status `json:"status"`
	Lines  []placed      `json:"lines"`
}

// layersOf are the layers of a desk, before anything is known of them: those that are watched alone, or the six
// and the whole.
func layersOf(only []string) (all []layer) {
	if len(only) == 0 {
		only = append(slices.Concat(steps.Layers), steps.Whole)
	}
	for _, name := range only {
		l := layer{Name: name}
		for _, s := range steps.List {
			if s.Layer == name {
				l.Steps = append(l.Steps, step{ID: s.ID, Title: s.Title, Of: s.Points})
				l.Of += s.Points
			}
		}
		all = append(all, l)
	}
	return all
}

// learn takes over how steps stand.
func (s *state) learn(known map[string]report.Step) {
	for id := range known {
		if l := steps.LayerOf(id); !slices.ContainsFunc(s.Layers, func(one layer) bool { return one.Name == l }) {
			s.Layers = append(s.Layers, layersOf([]string{l})...) // an elective that was saved
		}
	}
	s.Points, s.Of = 0, 0
	for i := range s.Layers {
		l := &s.Layers[i]
		l.Points = 0
		for j := range l.Steps {
			if is, seen := known[l.Steps[j].ID]; seen {
				l.Steps[j].stands(is)
			}
			l.Points += l.Steps[j].Points
		}
		s.Points, s.Of = s.Points+l.Points, s.Of+l.Of
	}
}

// stands takes over how the step stands.
func (s *step) stands(is report.Step) {
	s.Status, s.Reason, s.Points = is.Status, is.Reason, is.Points
	s.Checks, s.Passed = is.Scenarios, is.ScenariosPassed
}

// hints takes over how many hints of each step were given.
func (s *state) hints(given map[string]int) {
	for i := range s.Layers {
		for j := range s.Layers[i].Steps {
			one := &s.Layers[i].Steps[j]
			found, _ := steps.Find(one.ID)
			n := min(max(given[one.ID], 0), len(found.Hints))
			one.Hints, one.More = nil, len(found.Hints)-n
			for tier, text := range found.Hints[:n] {
				one.Hints = append(one.Hints, hint{hints.Tiers[tier], text})
			}
		}
	}
}
