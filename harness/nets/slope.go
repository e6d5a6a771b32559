package nets

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"strata/harness/nets/stats"
)

// scope is a run's, with the names that the expectation gives to parts of its formulae.
func (e *expectation) scope(r Run) (map[string]float64, error) {
	scope := r.scope()
	for name, f := range e.let {
		v, err := f.Eval(r.scope())
		if err != nil {
			return nil, err
		}
		scope[name] = v
	}
	return scope, nil
}

// series is what one seed has at all points.
type series struct{ x, y, theory []float64 }

// slope holds against theory how much the measure grows along another formula. All points of a seed make one line, for they
// have the same luck; seeds are independent of each other.
func (e *expectation) slope(points []PointSummary) *Check {
	c := &Check{Expect: e.Expect, Where: "along " + e.Along, Measured: math.NaN(), Expected: math.NaN(), Z: math.NaN()}
	lines := map[uint64]*series{}
	for _, p := range points {
		for _, r := range p.Runs {
			if err := e.addTo(lines, r); err != nil {
				c.Why = err.Error()
				return c
			}
		}
	}
	var measured, expected, off []float64
	for _, seed := range slices.Sorted(maps.Keys(lines)) {
		l := lines[seed]
		slope, ok := stats.Slope(l.x, l.y)
		if !ok {
			c.Why = fmt.Sprintf("seed %d has no two points that differ in %s", seed, e.Along)
			return c
		}
		measured = append(measured, slope)
		if e.theory != nil {
			t, _ := stats.Mean(l.theory)
			expected, off = append(expected, t), append(off, slope-t)
		}
	}
	if len(measured) == 0 {
		c.Why = "it applies to no point that was run"
		return c
	}
	e.judge(c, measured, expected, off)
	e.boundsIn(c, map[string]float64{})
	return c
}

// addTo adds a run to its seed's line, unless the expectation does not apply to it.
func (e *expectation) addTo(lines map[uint64]*series, r Run) error {
	scope, err := e.scope(r)
	if err != nil {
		return err
	}
	if e.when != nil {
		if on, err := e.when.Eval(scope); err == nil && on == 0 {
			return nil
		}
	}
	x, err := e.along.Eval(scope)
	if err != nil {
		return err
	}
	y, err := e.measure.Eval(scope)
	if err != nil {
		return err
	}
	seed := r.Result.Seed
	if lines[seed] == nil {
		lines[seed] = &series{}
	}
	l := lines[seed]
	l.x, l.y = append(l.x, x), append(l.y, y)
	if e.theory != nil {
		t, err := e.theory.Eval(scope)
		if err != nil {
			return err
		}
		l.theory = append(l.theory, t)
	}
	return nil
}
