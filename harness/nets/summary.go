package nets

import (
	"fmt"
	"math"
	"slices"

	"strata/harness/nets/spec"
	"strata/harness/nets/stats"
	"strata/harness/nets/theory"
)

// level is the chance of all intervals.
const level = 0.95

// Summary is what came of an experiment.
type Summary struct {
	Points  []PointSummary
	Checks  []Check
	Missing int // runs that are not there
}

// Hash is that of the trace, where there is a single run.
func (s *Summary) Hash() (hash string, one bool) {
	if len(s.Points) != 1 || len(s.Points[0].Runs) != 1 {
		return "", false
	}
	return s.Points[0].Runs[0].Result.Hash, true
}

// PointSummary is a point's measures over its runs.
type PointSummary struct {
	Point    spec.Point
	Runs     []Run
	Measures map[string]Measure
}

// Measure is one measure at one point.
type Measure struct {
	Mean, Deviation float64
	Interval        stats.Interval // for the mean, by Student's t
	Median          float64
	OfMedian        stats.Interval // for the median, by order statistics
	Low, High       float64        // the smallest and largest
	Runs            int            // that have it
}

// Check is one expectation at one point.
type Check struct {
	Expect   spec.Expect
	Point    spec.Point
	Where    string // the point in words
	Measured float64
	Values   []float64 // of each run; Measured is their mean
	Interval stats.Interval
	Expected float64 // by theory; NaN where there are only bounds
	Z        float64 // NaN where there are only bounds
	Within   bool    // the expectation holds
	Why      string  // why not, or why it could not be computed
	OK       bool    // as it should be: a canary must not hold
}

// Failed says whether an expectation is not as it should be.
func (s *Summary) Failed() bool {
	return slices.ContainsFunc(s.Checks, func(c Check) bool { return !c.OK })
}

// Summarize makes statistics of runs.
func (e *Experiment) Summarize(points [][]Run, missing int) *Summary {
	s := &Summary{Missing: missing}
	for i, runs := range points {
		s.Points = append(s.Points, summarizePoint(e.Points.At(i), runs))
	}
	for _, expect := range e.File.Complete().Expect {
		s.Checks = append(s.Checks, e.check(expect, s.Points)...)
	}
	return s
}

func summarizePoint(p spec.Point, runs []Run) PointSummary {
	s := PointSummary{Point: p, Runs: runs, Measures: map[string]Measure{}}
	values := map[string][]float64{}
	for _, r := range runs {
		for name, v := range r.Result.Values {
			values[name] = append(values[name], v)
		}
	}
	for name, list := range values {
		s.Measures[name] = measure(list)
	}
	return s
}

func measure(values []float64) Measure {
	m := Measure{Interval: stats.TInterval(values, level), Runs: len(values)}
	m.Mean, m.Deviation = stats.Mean(values)
	sorted := slices.Sorted(slices.Values(values))
	m.Median, m.OfMedian = stats.Quantile(sorted, 0.5), stats.OrderStat(sorted, 0.5, level)
	m.Low, m.High = sorted[0], sorted[len(sorted)-1]
	return m
}

// check holds an expectation against all points where it applies. One that applies nowhere does not hold.
func (e *Experiment) check(expect spec.Expect, points []PointSummary) (checks []Check) {
	f, err := readExpect(expect)
	if err != nil {
		return []Check{{Expect: expect, Why: err.Error()}}
	}
	if f.along != nil {
		c := f.slope(points)
		c.OK = f.good(c)
		return []Check{*c}
	}
	for _, p := range points {
		if len(p.Runs) == 0 {
			continue
		}
		c := f.at(p)
		if c == nil {
			continue
		}
		c.OK = f.good(c)
		checks = append(checks, *c)
	}
	if len(checks) == 0 {
		return []Check{{Expect: expect, Measured: math.NaN(), Expected: math.NaN(), Z: math.NaN(), Why: "it applies to no point that was run"}}
	}
	return checks
}

// good says whether a check came out as it should. A canary is to fail by what was measured: one that could not be computed
// has shown nothing.
func (e *expectation) good(c *Check) bool {
	if e.MustFail {
		return !c.Within && !math.IsNaN(c.Measured) && (e.theory == nil || !math.IsNaN(c.Z))
	}
	return c.Within
}

// expectation is one whose formulae were read.
type expectation struct {
	spec.Expect
	measure, theory, least, most, when, along *theory.Formula
	let                                       map[string]theory.Formula
}

func readExpect(x spec.Expect) (*expectation, error) {
	e := &expectation{Expect: x, let: map[string]theory.Formula{}}
	for _, f := range []struct {
		text string
		to   **theory.Formula
	}{{x.Measure, &e.measure}, {x.Theory, &e.theory}, {x.Least, &e.least}, {x.Most, &e.most}, {x.When, &e.when}, {x.Along, &e.along}} {
		if f.text == "" {
			continue
		}
		parsed, err := theory.Parse(f.text)
		if err != nil {
			return nil, err
		}
		*f.to = &parsed
	}
	for name, text := range x.Let {
		parsed, err := theory.Parse(text)
		if err != nil {
			return nil, err
		}
		e.let[name] = parsed
	}
	return e, nil
}

// at is the expectation at a point; nil if it does not apply there. Theory is computed for each run, of that run's own
// measures, so that what a formula takes from the run, such as gamma, is as uncertain as it is.
func (e *expectation) at(p PointSummary) *Check {
	c := &Check{Expect: e.Expect, Point: p.Point, Where: p.Point.String(), Measured: math.NaN(), Expected: math.NaN(), Z: math.NaN()}
	var measured, expected, off []float64
	var why error
	for _, r := range p.Runs {
		scope, err := e.scope(r)
		if err != nil {
			why = err
			continue
		}
		if e.when != nil {
			if on, err := e.when.Eval(scope); err == nil && on == 0 {
				return nil
			}
		}
		m, err := e.measure.Eval(scope)
		if err != nil {
			why = err
			continue
		}
		measured = append(measured, m)
		if e.theory == nil {
			continue
		}
		t, err := e.theory.Eval(scope)
		if err != nil {
			why = err
			continue
		}
		expected, off = append(expected, t), append(off, m-t)
	}
	if why != nil {
		c.Why = why.Error()
		return c
	}
	e.judge(c, measured, expected, off)
	e.bounds(c, p)
	return c
}

// judge holds what was measured against theory, if there is one.
func (e *expectation) judge(c *Check, measured, expected, off []float64) {
	c.Values = measured
	c.Measured, _ = stats.Mean(measured)
	c.Interval = stats.TInterval(measured, level)
	c.Within = true
	if e.theory != nil {
		e.against(c, expected, off)
	}
}

// against compares with theory.
func (e *expectation) against(c *Check, expected, off []float64) {
	c.Expected, _ = stats.Mean(expected)
	c.Z = stats.MeanScore(off, 0, float64(e.Allow)*math.Abs(c.Expected)+e.Tolerance)
	switch {
	case math.IsNaN(c.Z):
		c.Within, c.Why = false, "one run says nothing about its own spread: give it more seeds"
	case math.Abs(c.Z) > e.MaxZ:
		c.Within, c.Why = false, fmt.Sprintf("%.3g standard deviations from theory, want at most %g", c.Z, e.MaxZ)
	}
}

// bounds compares with least and most.
func (e *expectation) bounds(c *Check, p PointSummary) {
	scope := map[string]float64{}
	for name, m := range p.Measures {
		scope[name] = m.Mean
	}
	for _, v := range p.Point.Values {
		scope[v.As] = v.Number
	}
	e.boundsIn(c, scope)
}

// boundsIn compares with bounds whose formulae know the scope's names.
func (e *expectation) boundsIn(c *Check, scope map[string]float64) {
	for _, b := range []struct {
		formula *theory.Formula
		sign    float64
		word    string
	}{{e.least, 1, "at least"}, {e.most, -1, "at most"}} {
		if b.formula == nil {
			continue
		}
		bound, err := b.formula.Eval(scope)
		if err != nil {
			c.Within, c.Why = false, err.Error()
			return
		}
		if b.sign*(c.Measured-bound) < 0 {
			c.Within, c.Why = false, fmt.Sprintf("want %s %.4g", b.word, bound)
		}
	}
}
