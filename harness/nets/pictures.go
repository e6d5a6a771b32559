package nets

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"strata/harness/nets/plot"
	"strata/harness/nets/spec"
	"strata/harness/nets/stats"
	"strata/harness/nets/theory"
)

// mostLines is how many lines one picture has.
const mostLines = 8

// pictures are all of an experiment: those that its file asks for, its expectations against what is varied, how things
// spread, forks, and the network.
func (e *Experiment) pictures(s *Summary) (all []plot.Picture) {
	for _, p := range e.File.Plots {
		all = append(all, e.asked(s, p))
	}
	for i, x := range e.File.Complete().Expect {
		if c := e.expected(s, x, fmt.Sprintf("expectation-%d", i+1)); c != nil {
			all = append(all, c)
		}
	}
	all = append(all, e.spreads(s)...)
	for _, p := range s.Points {
		if len(p.Runs) > 0 && len(p.Runs[0].Result.Forks) > 0 {
			all = append(all, forksOf(p.Runs[0]))
			break
		}
	}
	for _, p := range s.Points {
		if len(p.Runs) > 0 && len(p.Runs[0].Result.Links) > 0 {
			all = append(all, networkOf(p.Runs[0]))
			break
		}
	}
	return all
}

// note says which runs a picture is made of.
func (e *Experiment) note(s *Summary) string {
	seeds := map[uint64]bool{}
	low, high, runs := uint64(math.MaxUint64), uint64(0), 0
	for _, p := range s.Points {
		for _, r := range p.Runs {
			seeds[r.Result.Seed] = true
			low, high = min(low, r.Result.Seed), max(high, r.Result.Seed)
			runs++
		}
	}
	if runs == 0 {
		return "no runs"
	}
	text := fmt.Sprintf("%d runs, seeds %d to %d", runs, low, high)
	if len(seeds) == 1 {
		text = fmt.Sprintf("%d runs, seed %d", runs, low)
	}
	if e.Short {
		text += ", short form"
	}
	return text
}

// numbers says whether an axis can go to the right of a picture.
func numbers(points []PointSummary, axis int) bool {
	seen := map[float64]bool{}
	for _, p := range points {
		if axis >= len(p.Point.Values) || math.IsNaN(p.Point.Values[axis].Number) {
			return false
		}
		seen[p.Point.Values[axis].Number] = true
	}
	return len(seen) > 1
}

// expected draws an expectation against the first axis that has numbers; nil if there is none.
func (e *Experiment) expected(s *Summary, x spec.Expect, name string) plot.Picture {
	axis := slices.IndexFunc(e.File.Sweep.Axes, func(a spec.Axis) bool {
		return numbers(s.Points, slices.IndexFunc(e.File.Sweep.Axes, func(b spec.Axis) bool { return a.Key == b.Key }))
	})
	if axis < 0 || x.Theory == "" {
		return nil
	}
	c := &plot.Chart{File: name, Title: x.Name, Note: e.note(s) + "; intervals hold with 95 %",
		X: plot.Axis{Label: e.File.Sweep.Axes[axis].Name(), Log: e.File.Sweep.Axes[axis].Log}, Y: plot.Axis{Label: x.Measure}}
	lines := map[string]int{}
	for _, check := range s.Checks {
		if check.Expect.Name != x.Name || check.Expect.Theory != x.Theory || math.IsNaN(check.Measured) || len(check.Point.Values) == 0 {
			continue
		}
		group := others(check.Point, axis)
		i, ok := lines[group]
		if !ok {
			if len(lines) == mostLines {
				continue
			}
			i = len(c.Series)
			lines[group] = i
			c.Series = append(c.Series, plot.Series{Name: strings.TrimSpace("measured " + group), Kind: plot.Points},
				plot.Series{Name: strings.TrimSpace(x.Theory + " " + group), Kind: plot.Theory})
		}
		at := check.Point.Values[axis].Number
		m, t := &c.Series[i], &c.Series[i+1]
		m.X, m.Y, m.Low, m.High = append(m.X, at), append(m.Y, check.Measured), append(m.Low, check.Interval.Low), append(m.High, check.Interval.High)
		t.X, t.Y = append(t.X, at), append(t.Y, check.Expected)
	}
	if len(c.Series) == 0 {
		return nil
	}
	return c
}

// others is what is varied beside an axis, in words.
func others(p spec.Point, axis int) string {
	var parts []string
	for i, v := range p.Values {
		if i != axis {
			parts = append(parts, v.As+" "+v.Text)
		}
	}
	return strings.Join(parts, ", ")
}

// asked draws a plot of the file.
func (e *Experiment) asked(s *Summary, p spec.Plot) plot.Picture {
	c := &plot.Chart{File: p.Name, Title: p.Title, Note: e.note(s) + "; intervals hold with 95 %",
		X: plot.Axis{Label: or(p.LabelX, p.X), Log: p.LogX}, Y: plot.Axis{Label: or(p.LabelY, strings.Join(p.Y, ", ")), Log: p.LogY}}
	groups := []string{""}
	of := func(PointSummary) string { return "" }
	if p.By != "" {
		groups = nil
		of = func(point PointSummary) string { return byName(p.By, point) }
		for _, point := range s.Points {
			if g := of(point); !slices.Contains(groups, g) && len(groups) < mostLines {
				groups = append(groups, g)
			}
		}
	}
	for _, group := range groups {
		has := func(at PointSummary) bool { return of(at) == group && shown(p.When, at) }
		for _, y := range p.Y {
			c.Series = append(c.Series, against(s, p.X, y, plot.Points, strings.TrimSpace(y+" "+group), has))
		}
		for _, y := range p.Theory {
			c.Series = append(c.Series, against(s, p.X, y, plot.Theory, strings.TrimSpace(y+" "+group), has))
		}
	}
	return c
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

// against is a formula over the runs of each point, by another.
func against(s *Summary, x, y string, kind plot.Kind, name string, has func(PointSummary) bool) plot.Series {
	series := plot.Series{Name: name, Kind: kind}
	fx, errX := theory.Parse(x)
	fy, errY := theory.Parse(y)
	if errX != nil || errY != nil {
		return series // refused when the file was read
	}
	type at struct{ x, y, low, high float64 }
	var all []at
	for _, p := range s.Points {
		var xs, ys []float64
		for _, r := range p.Runs {
			a, errA := fx.Eval(r.scope())
			b, errB := fy.Eval(r.scope())
			if errA == nil && errB == nil {
				xs, ys = append(xs, a), append(ys, b)
			}
		}
		if len(xs) == 0 || !has(p) {
			continue
		}
		mx, _ := stats.Mean(xs)
		my, _ := stats.Mean(ys)
		i := stats.TInterval(ys, level)
		all = append(all, at{mx, my, i.Low, i.High})
	}
	slices.SortFunc(all, func(a, b at) int { return int(math.Copysign(1, a.x-b.x)) })
	for _, a := range all {
		series.X, series.Y = append(series.X, a.x), append(series.Y, a.y)
		if kind == plot.Points {
			series.Low, series.High = append(series.Low, a.low), append(series.High, a.high)
		}
	}
	return series
}

// spreads draws how things spread, one picture for each kind of thing.
func (e *Experiment) spreads(s *Summary) (all []plot.Picture) {
	var names []string
	for _, p := range s.Points {
		for _, r := range p.Runs {
			for _, c := range r.Result.Curves {
				if !slices.Contains(names, c.Name) {
					names = append(names, c.Name)
				}
			}
		}
	}
	for _, name := range names {
		c := &plot.Chart{File: "spread-" + name, Title: "How " + name + " spread", Note: e.note(s) + "; bands hold 80 % of the runs",
			X: plot.Axis{Label: "time in s", Zero: true}, Y: plot.Axis{Label: "share of nodes", Zero: true}}
		every := max(1, (len(s.Points)+mostLines-1)/mostLines)
		for i := 0; i < len(s.Points); i += every {
			if line := spread(s.Points[i], name); len(line.X) > 0 {
				c.Series = append(c.Series, line)
			}
		}
		all = append(all, c)
	}
	return all
}

// spreadPoints is at how many times a curve is drawn.
const spreadPoints = 80

// spread is the curve of a point with its band over runs.
func spread(p PointSummary, name string) plot.Series {
	last := 0.0
	for _, r := range p.Runs {
		for _, c := range r.Result.Curves {
			if c.Name == name && len(c.Times) > 0 {
				last = max(last, c.Times[len(c.Times)-1])
			}
		}
	}
	series := plot.Series{Name: name + ", " + p.Point.String(), Kind: plot.Line}
	if len(p.Point.Values) == 0 {
		series.Name = name
	}
	if last == 0 {
		return series
	}
	var xs []float64
	for i := range spreadPoints + 1 {
		xs = append(xs, last*float64(i)/spreadPoints)
	}
	var curves [][]float64
	for _, r := range p.Runs {
		for _, c := range r.Result.Curves {
			if c.Name == name {
				curves = append(curves, shares(c.Q, c.Times, xs))
			}
		}
	}
	band := stats.Bands(xs, curves, 0.8)
	series.X, series.Y, series.Low, series.High = band.X, band.Middle, band.Low, band.High
	return series
}

// shares reads a curve at other times.
func shares(q, times, at []float64) []float64 {
	all := make([]float64, len(at))
	for i, t := range at {
		j, _ := slices.BinarySearch(times, t)
		switch {
		case len(times) == 0 || j == 0:
			all[i] = 0
			if len(times) > 0 && times[0] > 0 {
				all[i] = q[0] * t / times[0]
			}
		case j == len(times):
			all[i] = q[j-1]
		default:
			u := (t - times[j-1]) / (times[j] - times[j-1])
			all[i] = q[j-1] + u*(q[j]-q[j-1])
		}
	}
	return all
}

func forksOf(r Run) plot.Picture {
	f := &plot.Forks{File: "forks", Title: "Forks of one run", Note: fmt.Sprintf("%v, seed %d; run %.16s", r.Point, r.Result.Seed, r.Key)}
	for _, b := range r.Result.Forks {
		f.Blocks = append(f.Blocks, plot.Block{ID: b.ID, Parent: b.Parent, Number: b.Number, Found: b.Found, Miner: b.Miner, Stale: b.Stale})
	}
	return f
}

func networkOf(r Run) plot.Picture {
	n := &plot.Network{File: "network", Title: "The network at the end of one run", Note: fmt.Sprintf("%v, seed %d; run %.16s", r.Point, r.Result.Seed, r.Key),
		Nodes: len(r.Result.Nodes)}
	for _, l := range r.Result.Links {
		n.Edges = append(n.Edges, [2]int32{l[0], l[1]})
	}
	for _, node := range r.Result.Nodes {
		n.Group, n.Weight = append(n.Group, node.Region), append(n.Weight, node.Power)
	}
	n.Groups = r.Result.Regions
	n.Regions = len(n.Groups) > 1
	return n
}
