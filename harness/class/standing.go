package class

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"strata/harness/class/intake"
	"strata/harness/grade/report"
	"strata/harness/trace"
)

// Standing is where one student stands.
type Standing struct {
	intake.Handin
	Graded bool    // it has a result
	Points float64 // after what being late costs
	Of     float64
	Days   float64       `json:",omitempty"` // late, begun
	Cost   float64       `json:",omitempty"` // points that being late costs
	Layers []LayerPoints `json:",omitempty"`
	Steps  []StepPoints  `json:",omitempty"`
	result *Result
}

// LayerPoints are those of a layer's steps.
type LayerPoints struct {
	Layer      string
	Points, Of float64
}

// StepPoints are those of a step.
type StepPoints struct {
	Step
	Points, Of float64
}

// Standings are where everybody stands, in the order of the list.
func (f *Folder) Standings(rules Rules) ([]Standing, error) {
	var all []Standing
	for _, h := range f.List.Handins {
		result, err := f.Result(h)
		if err != nil {
			return nil, err
		}
		all = append(all, rules.standing(h, result))
	}
	of := 0.0 // what everybody could have had
	for _, s := range all {
		of = max(of, s.Of)
	}
	for i := range all {
		all[i].Of = of
	}
	return all, nil
}

func (r Rules) standing(h intake.Handin, result *Result) Standing {
	s := Standing{Handin: h, Graded: result != nil, result: result, Days: r.Late.days(h.Student)}
	if result == nil {
		return s
	}
	for i, worth := range r.Weights.worth(result.Steps) {
		step := StepPoints{Step: result.Steps[i], Of: worth}
		if step.Status == report.Passed {
			step.Points = worth
		}
		s.Steps = append(s.Steps, step)
		last := len(s.Layers) - 1
		if last < 0 || s.Layers[last].Layer != step.Layer {
			s.Layers = append(s.Layers, LayerPoints{Layer: step.Layer})
			last++
		}
		s.Layers[last].Points += step.Points
		s.Layers[last].Of += worth
		s.Points += step.Points
		s.Of += worth
	}
	s.Cost = cents(s.Points * r.Late.penalty(s.Days))
	s.Points, s.Of = cents(s.Points-s.Cost), cents(s.Of)
	for i := range s.Steps {
		s.Steps[i].Points, s.Steps[i].Of = cents(s.Steps[i].Points), cents(s.Steps[i].Of)
	}
	for i := range s.Layers {
		s.Layers[i].Points, s.Layers[i].Of = cents(s.Layers[i].Points), cents(s.Layers[i].Of)
	}
	return s
}

// cents rounds to two digits behind the point.
func cents(points float64) float64 { return math.Round(points*100) / 100 }

// Number is a number of points as a table has it.
func Number(points float64) string { return fmt.Sprintf("%.4g", points) }

// Remarks say what stands in the way of the points that there are not.
func (s Standing) Remarks() string {
	var parts []string
	switch {
	case s.Problem != "":
		parts = append(parts, s.Problem)
	case !s.Graded:
		parts = append(parts, "not graded yet")
	default:
		parts = s.result.remarks()
	}
	switch {
	case s.Days > 0:
		late := trace.CountOf(int(s.Days), "day") + " late"
		if s.Cost > 0 {
			late += fmt.Sprintf(": -%s", Number(s.Cost))
		}
		parts = append(parts, late)
	case s.Marked:
		parts = append(parts, "marked late: say by how much in the table of names")
	}
	return strings.Join(append(parts, s.Notes...), ", ")
}

// remarks are those that the report has.
func (r *Result) remarks() []string {
	var short report.Report
	for _, s := range r.Steps {
		short.Steps = append(short.Steps, report.Step{Status: s.Status})
	}
	for _, p := range r.Problems {
		short.Problems = append(short.Problems, report.Problem{Layer: p.Layer, Status: p.Status})
	}
	for _, layer := range r.Varies {
		short.Findings = append(short.Findings, report.Finding{Layer: layer})
	}
	return short.Remarks()
}

// Count says how many hand-ins have a result, could have one, and cannot.
type Count struct{ Graded, Waiting, Refused int }

// CountOf counts them.
func CountOf(all []Standing) (c Count) {
	for _, s := range all {
		switch {
		case s.Graded:
			c.Graded++
		case s.Problem == "":
			c.Waiting++
		default:
			c.Refused++
		}
	}
	return c
}

// Broken is a rule that hand-ins break in a step.
type Broken struct {
	Step, Rule string
	Times      int    // hand-ins
	Example    string // whose run shows it: a name
	Run        string // scenario and seed of that
}

// MostBroken lists what fails, the most frequent first. Equal hand-ins count once.
func MostBroken(all []Standing) []Broken {
	type place struct{ step, rule string }
	found := make(map[place]*Broken)
	seen := make(map[string]bool)
	for _, s := range all {
		if s.result == nil || seen[s.Digest] {
			continue
		}
		seen[s.Digest] = true
		own := make(map[place]bool)
		for _, f := range s.result.Failures {
			at := place{f.Step, f.Rule}
			if own[at] {
				continue
			}
			own[at] = true
			if found[at] == nil {
				found[at] = &Broken{Step: f.Step, Rule: f.Rule, Example: s.Name, Run: fmt.Sprintf("%s/%d", f.Scenario, f.Seed)}
			}
			found[at].Times++
		}
	}
	var list []Broken
	for _, b := range found {
		list = append(list, *b)
	}
	slices.SortFunc(list, func(a, b Broken) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Rule, b.Rule))
	})
	return list
}

// Spread counts the graded hand-ins by tenths of the points that there are; those with all of them are the last.
func Spread(all []Standing) (tenths [11]int) {
	for _, s := range all {
		if s.Graded && s.Of > 0 {
			tenths[int(10*max(0, min(1, s.Points/s.Of)))]++
		}
	}
	return tenths
}
