package shrink

import (
	"cmp"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/scenario"
)

// WhyOptions bound the futures that are tried.
type WhyOptions struct {
	Points  int           // times at which the future is drawn again; 0 means 20
	Futures int           // for each; 0 means 50
	Time    time.Duration // 0 means 2 s; then all points have the same, smaller, number of futures
	Started func()        // called before each run; nil: nobody
}

// Why says how likely a run was to fail, as time went by.
type Why struct {
	Run     lab.Result // it failed
	Points  []Point    // ascending in time
	Futures int        // that were tried at each
	Doomed  int        // the point from which on failing was likely, before which it was not; -1: none
	Before  []Line     // what happened between the point before that and it
}

// Point is one time: what came after it was drawn again, Futures times.
type Point struct {
	At   time.Duration
	Fail int // how many of the futures broke the same rule
}

// Ask tries other futures of a run that fails: up to a point everything is as it was, from there
// on what is random is drawn with other seeds. False if the run does not fail.
func Ask(s scenario.Scenario, seed uint64, opt WhyOptions) (Why, bool) {
	opt.Points, opt.Futures = cmp.Or(opt.Points, 20), cmp.Or(opt.Futures, 50)
	deadline := time.Now().Add(cmp.Or(opt.Time, 2*time.Second))
	started := func() {
		if opt.Started != nil {
			opt.Started()
		}
	}
	started()
	w := Why{Run: lab.Run(s, lab.Options{Seed: seed}), Doomed: -1}
	if !w.Run.Failed() {
		return Why{}, false
	}
	for i := range opt.Points {
		at := w.Run.Failure.At * time.Duration(i) / time.Duration(max(1, opt.Points-1))
		w.Points = append(w.Points, Point{At: at})
	}
	most := int(4*w.Run.Events) + 10_000
	for ; w.Futures < opt.Futures && (w.Futures == 0 || time.Now().Before(deadline)); w.Futures++ {
		for i := range w.Points {
			started()
			future := sim.Rekey{At: w.Points[i].At, Seed: uint64(w.Futures + 1)}
			r := lab.Run(s, lab.Options{Seed: seed, Rekey: future, MaxEvents: most})
			if r.Failure.Same(w.Run.Failure) {
				w.Points[i].Fail++
			}
		}
	}
	w.judge()
	if w.Doomed > 0 {
		w.Before = between(s, seed, w.Points[w.Doomed-1].At, w.Points[w.Doomed].At)
	}
	return w, true
}

// judge finds the largest rise. One that is smaller than a quarter is none.
func (w *Why) judge() {
	rise := w.Futures / 4
	for i := 1; i < len(w.Points); i++ {
		if d := w.Points[i].Fail - w.Points[i-1].Fail; d > rise {
			w.Doomed, rise = i, d
		}
	}
}

// between is what happened in a part of the run, most of it at most.
func between(s scenario.Scenario, seed uint64, from, to time.Duration) []Line {
	r := record(lab.Watched{Scenario: s}, seed, nil, Options{Own: "-"})
	v := viewOf(s)
	var lines []Line
	for _, l := range v.lines(r, r.Events) {
		if l.At >= from && l.At <= to {
			lines = append(lines, l)
		}
	}
	lines, _, _ = v.choose(lines)
	return lines
}
