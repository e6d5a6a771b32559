package class

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"strata/harness/class/intake"
	"strata/harness/course/steps"
	"strata/harness/nets/spec"
	"strata/node/process/settings"
)

// Rules are what an instructor says in one file: what is graded, what it is worth, and what being late costs.
type Rules struct {
	Grade   GradeRules `toml:"grade"`
	Weights Weights    `toml:"weights"`
	Late    Late       `toml:"late"`
}

// GradeRules are what a result is made of: another value means that hand-ins are graded again.
type GradeRules struct {
	Seeds  int      `toml:"seeds"`      // runs of each scenario; 0: as the command says
	First  uint64   `toml:"first-seed"` // that nobody has seen; 0: as the command says
	Layers []string `toml:"layers"`     // empty: as the command says
	Steps  []string `toml:"steps"`
}

// Weights are points in place of those that the workshop gives.
type Weights struct {
	Layers map[string]float64 `toml:"layers"` // of a layer: its steps share them as they share their own
	Steps  map[string]float64 `toml:"steps"`  // of a step
}

// Late is what being late costs.
type Late struct {
	Deadline string            `toml:"deadline"` // a time with its zone; empty: nobody is late by the clock
	Grace    settings.Duration `toml:"grace"`    // after the deadline, for clocks that differ
	PerDay   float64           `toml:"per-day"`  // percent of the points, for each day begun
	Most     float64           `toml:"most"`     // percent that are taken at most; 0 means 100
	at       time.Time
}

// ReadRules reads the file. Errors: spec.Mistakes with their places, the file system's.
func ReadRules(path string) (Rules, error) {
	var r Rules
	const most = 1 << 20
	info, err := os.Stat(path)
	if err != nil {
		return r, err
	}
	if info.IsDir() || info.Size() > most {
		return r, fmt.Errorf("%s: want a file of at most 1 MiB", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	where, err := spec.Decode(path, text, &r)
	if err != nil {
		return r, err
	}
	var all spec.Mistakes
	r.check(func(key, format string, args ...any) {
		all = append(all, spec.Mistake{File: path, At: where.Of(key), Path: key, Text: fmt.Sprintf(format, args...)})
	})
	if len(all) == 0 {
		return r, nil
	}
	slices.SortStableFunc(all, func(a, b spec.Mistake) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column), cmp.Compare(a.Path, b.Path))
	})
	return r, all
}

// check tells of everything that cannot be.
func (r *Rules) check(wrong func(key, format string, args ...any)) {
	if r.Grade.Seeds < 0 {
		wrong("grade.seeds", "%d: want 1 or more", r.Grade.Seeds)
	}
	layers := append(slices.Clone(steps.Written), steps.Whole)
	for i, l := range r.Grade.Layers {
		if !slices.Contains(layers, l) {
			wrong(fmt.Sprintf("grade.layers.%d", i), "%q is no layer: want one of %s", l, strings.Join(layers, ", "))
		}
	}
	for i, s := range r.Grade.Steps {
		if _, ok := steps.Find(s); !ok {
			wrong(fmt.Sprintf("grade.steps.%d", i), "%q is no step: want one such as %s", s, steps.List[0].ID)
		}
	}
	for name, points := range r.Weights.Layers {
		if !slices.Contains(layers, name) {
			wrong("weights.layers."+name, "no such layer: want one of %s", strings.Join(layers, ", "))
		}
		weight(points, "weights.layers."+name, wrong)
	}
	for id, points := range r.Weights.Steps {
		if _, ok := steps.Find(id); !ok {
			wrong("weights.steps."+id, "no such step: want one such as \"%s\", in quotes", steps.List[0].ID)
		}
		weight(points, "weights.steps."+id, wrong)
	}
	r.Late.check(wrong)
}

func weight(points float64, key string, wrong func(key, format string, args ...any)) {
	if !(points >= 0 && points <= 1e6) {
		wrong(key, "%v points: want 0 to 1000000", points)
	}
}

func (l *Late) check(wrong func(key, format string, args ...any)) {
	for key, percent := range map[string]float64{"late.per-day": l.PerDay, "late.most": l.Most} {
		if !(percent >= 0 && percent <= 100) {
			wrong(key, "%v: want 0 to 100 percent", percent)
		}
	}
	if l.Deadline != "" {
		var err error
		if l.at, err = time.Parse(time.RFC3339, l.Deadline); err != nil {
			wrong("late.deadline", "%q: want a time with its zone, such as \"2026-11-20T23:59:00+01:00\"", l.Deadline)
		}
	}
}

// days is how late a hand-in is, in days begun.
func (l Late) days(s intake.Student) float64 {
	if s.Late > 0 || l.at.IsZero() || s.Submitted.IsZero() {
		return math.Ceil(s.Late)
	}
	after := s.Submitted.Sub(l.at.Add(l.Grace.Duration))
	return max(0, math.Ceil(after.Hours()/24))
}

// penalty is the share of the points that so many days cost.
func (l Late) penalty(days float64) float64 {
	most := l.Most
	if most == 0 {
		most = 100
	}
	return min(days*l.PerDay, most) / 100
}

// worth is what each step of a result is worth.
func (w Weights) worth(all []Step) []float64 {
	points := make([]float64, len(all))
	sums := make(map[string]float64)
	for i, s := range all {
		points[i] = float64(s.Of)
		if own, ok := w.Steps[s.ID]; ok {
			points[i] = own
		}
		sums[s.Layer] += points[i]
	}
	for i, s := range all {
		if layer, ok := w.Layers[s.Layer]; ok && sums[s.Layer] > 0 {
			points[i] *= layer / sums[s.Layer]
		}
	}
	return points
}
