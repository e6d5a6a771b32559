package nets

import (
	"fmt"
	"math"
	"slices"

	"strata/harness/nets/plot"
	"strata/harness/nets/stats"
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

// note says of which points' runs a picture is made.
func (e *Experiment) note(points []PointSummary) string {
	seeds := map[uint64]bool{}
	low, high, runs := uint64(math.MaxUint64), uint64(0), 0
	for _, p := range points {
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
		c := &plot.Chart{File: "spread-" + name, Title: "How " + name + " spread", Note: e.note(s.Points) + "; bands hold 80 % of the runs",
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
