package nets

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"strata/harness/nets/plot"
	"strata/harness/nets/spec"
	"strata/harness/nets/stats"
	"strata/harness/nets/theory"
)

// expected draws an expectation against the first axis that has numbers; nil if there is none.
func (e *Experiment) expected(s *Summary, x spec.Expect, name string) plot.Picture {
	axis := slices.IndexFunc(e.File.Sweep.Axes, func(a spec.Axis) bool {
		return numbers(s.Points, slices.IndexFunc(e.File.Sweep.Axes, func(b spec.Axis) bool { return a.Key == b.Key }))
	})
	if axis < 0 || x.Theory == "" {
		return nil
	}
	all := checked{first: map[string]spec.Point{}, measured: map[string][]cloud{}, wanted: map[string][]cloud{}}
	for _, check := range s.Checks {
		if check.Expect.Name == x.Name && check.Expect.Theory == x.Theory && !math.IsNaN(check.Measured) && len(check.Point.Values) > 0 {
			all.add(check, axis)
		}
	}
	if len(all.groups) == 0 {
		return nil
	}
	c := &plot.Chart{File: name, Title: x.Name, Note: e.note(s.Points) + barsNote(all.clouds),
		X: plot.Axis{Label: e.File.Sweep.Axes[axis].Name(), Log: e.File.Sweep.Axes[axis].Log}, Y: plot.Axis{Label: x.Measure}}
	var theories []plot.Series
	for i, group := range all.groups {
		m := drawn(strings.TrimSpace("measured "+group), plot.Points, all.measured[group])
		m.Legend = or(others(all.first[group], axis, all.first), "measured")
		t := drawn(strings.TrimSpace(x.Theory+" "+group), plot.Theory, all.wanted[group])
		t.Legend, t.Of = x.Theory, i+1
		c.Series, theories = append(c.Series, m), append(theories, t)
	}
	c.Series = append(c.Series, once(theories)...)
	return c
}

// checked is the checks of an expectation, by what is varied beside the axis of a picture.
type checked struct {
	groups           []string
	first            map[string]spec.Point // a point of each group
	measured, wanted map[string][]cloud
	clouds           []cloud // all that were measured
}

func (c *checked) add(check Check, axis int) {
	group := others(check.Point, axis, nil)
	if _, ok := c.first[group]; !ok {
		if len(c.groups) == mostLines {
			return
		}
		c.groups, c.first[group] = append(c.groups, group), check.Point
	}
	at := check.Point.Values[axis].Number
	c.clouds = append(c.clouds, cloud{at, check.Values})
	c.measured[group] = append(c.measured[group], cloud{at, check.Values})
	c.wanted[group] = append(c.wanted[group], cloud{at, []float64{check.Expected}})
}

// others is what is varied beside an axis, in words: of everything, or of what is not the same at all of some points.
func others(p spec.Point, axis int, among map[string]spec.Point) string {
	var parts []string
	for i, v := range p.Values {
		differs := among == nil
		for _, other := range among {
			differs = differs || other.Values[i].Text != v.Text
		}
		if i != axis && differs {
			parts = append(parts, v.As+" "+v.Text)
		}
	}
	return strings.Join(parts, ", ")
}

// asked draws a plot of the file.
func (e *Experiment) asked(s *Summary, p spec.Plot) plot.Picture {
	var groups []string
	var points []PointSummary
	for _, point := range s.Points {
		if g := byName(p.By, point); !slices.Contains(groups, g) && len(groups) < mostLines {
			groups = append(groups, g)
		}
		if len(point.Runs) > 0 && slices.Contains(groups, byName(p.By, point)) && shown(p.When, point) {
			points = append(points, point)
		}
	}
	c := &plot.Chart{File: p.Name, Title: p.Title,
		X: plot.Axis{Label: or(p.LabelX, p.X), Log: p.LogX}, Y: plot.Axis{Label: or(p.LabelY, strings.Join(p.Y, ", ")), Log: p.LogY}}
	var all []cloud
	var theories []plot.Series
	for i, group := range groups {
		of := slices.DeleteFunc(slices.Clone(points), func(at PointSummary) bool { return byName(p.By, at) != group })
		for _, y := range p.Y {
			clouds := against(of, p.X, y)
			line := drawn(strings.TrimSpace(y+" "+group), plot.Points, clouds)
			line.Legend = called(y, p, group, groups)
			c.Series, all = append(c.Series, line), append(all, clouds...)
		}
		for _, y := range p.Theory {
			line := drawn(strings.TrimSpace(y+" "+group), plot.Theory, against(of, p.X, y))
			line.Legend, line.Of = y, i*len(p.Y)+1
			theories = append(theories, line)
		}
	}
	c.Note = e.note(points) + barsNote(all)
	c.Series = append(c.Series, once(theories)...)
	return c
}

// called is what the legend says of a measured series: what sets it apart from the others.
func called(y string, p spec.Plot, group string, groups []string) string {
	word := strings.TrimPrefix(group, p.By+" ")
	if _, err := strconv.ParseFloat(word, 64); err == nil {
		word = group
	}
	switch {
	case len(groups) < 2:
		return y
	case len(p.Y) == 1:
		return word
	}
	return y + ", " + word
}

// once leaves one of the theories that are the same at the same places: it is about all series.
func once(theories []plot.Series) (left []plot.Series) {
	for _, t := range theories {
		alone := func(o plot.Series) bool {
			return o.Legend == t.Legend && len(o.X) > 0 && !(slices.Equal(o.X, t.X) && slices.Equal(o.Y, t.Y))
		}
		switch {
		case len(t.X) == 0:
		case slices.ContainsFunc(theories, alone):
			left = append(left, t)
		case !slices.ContainsFunc(left, func(o plot.Series) bool { return o.Legend == t.Legend }):
			t.Name, t.Of = t.Legend, 0
			left = append(left, t)
		}
	}
	return left
}

// shown says whether a point is in a picture that wants a formula not to be 0 there.
func shown(when string, p PointSummary) bool {
	f, err := theory.Parse(when)
	if when == "" || err != nil { // refused when the file was read
		return true
	}
	return slices.ContainsFunc(p.Runs, func(r Run) bool {
		v, err := f.Eval(r.scope())
		return err == nil && v != 0
	})
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// byName is the line that a point belongs to.
func byName(by string, p PointSummary) string {
	if by == "" {
		return ""
	}
	for _, v := range p.Point.Values {
		if v.As == by {
			return by + " " + v.Text
		}
	}
	f, err := theory.Parse(by)
	if err == nil && len(p.Runs) > 0 {
		if v, err := f.Eval(p.Runs[0].scope()); err == nil {
			return fmt.Sprintf("%s %.4g", by, v)
		}
	}
	return by
}

// against is a formula over the runs of each point, by another. Formulae were checked when the file was read.
func against(points []PointSummary, x, y string) (all []cloud) {
	fx, errX := theory.Parse(x)
	fy, errY := theory.Parse(y)
	if errX != nil || errY != nil {
		return nil
	}
	for _, p := range points {
		var xs, ys []float64
		for _, r := range p.Runs {
			a, errA := fx.Eval(r.scope())
			b, errB := fy.Eval(r.scope())
			if errA == nil && errB == nil {
				xs, ys = append(xs, a), append(ys, b)
			}
		}
		if len(xs) > 0 {
			mean, _ := stats.Mean(xs)
			all = append(all, cloud{mean, ys})
		}
	}
	return all
}
