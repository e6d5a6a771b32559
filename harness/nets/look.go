package nets

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"strata/harness/farm"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/harness/nets/theory"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/ledgers/electives"
	"strata/network"
)

// Look is a closer look at one run of a folder.
type Look struct {
	e      *Experiment
	Key    farm.Key
	Point  spec.Point
	Seed   uint64
	Result *run.Result
}

// FindRun finds a run of a folder by the beginning of its name, or as POINT/SEED. Errors: those of OpenFolder, and for a
// name that is none.
func FindRun(dir, name string, stacks map[string]electives.Stack) (*Look, error) {
	e, m, err := OpenFolder(dir, stacks)
	if err != nil {
		return nil, err
	}
	entry, err := m.find(name)
	if err != nil {
		return nil, err
	}
	l := &Look{e: e, Seed: entry.Seed}
	if n, err := hex.Decode(l.Key[:], []byte(entry.Key)); err != nil || n != len(l.Key) || entry.Point >= e.Points.Len() {
		return nil, fmt.Errorf("%s: the manifest is damaged at run %s", dir, entry.Key)
	}
	l.Point = e.Points.At(entry.Point)
	store, err := Store(dir)
	if err != nil {
		return nil, err
	}
	text, ok, err := store.Get(l.Key)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("run %s no longer has a result: strata net run makes it again", entry.Key)
	}
	l.Result, err = run.Decode(text)
	return l, err
}

// Window is what of a run is recorded.
type Window struct {
	From, To time.Duration
	Nodes    []int // whose events; empty: all
}

// Around is a window around the first fork of the run, or, if there is none, its beginning after the warm-up.
func (l *Look) Around() Window {
	s := l.Point.Spec.Complete()
	w := Window{From: s.Run.Warmup.Duration, To: s.Run.Warmup.Duration + 20*time.Second}
	for _, f := range l.Result.Forks {
		if f.Stale {
			at := time.Duration(f.Found * float64(time.Second))
			w.From, w.To = max(0, at-2*time.Second), at+8*time.Second
			break
		}
	}
	return w
}

// mostLanes is how many nodes a page shows unless they are named.
const mostLanes = 24

// Record does the run again, up to the end of the window, and records what happens in it.
func (l *Look) Record(ctx context.Context, w Window) (trace.Run, error) {
	var recorder trace.Recorder
	shown := map[network.Addr]bool{}
	nodes := w.Nodes
	if len(nodes) == 0 {
		for i := range min(mostLanes, max(1, l.Point.Spec.Network.Nodes)) {
			nodes = append(nodes, i)
		}
	}
	for _, i := range nodes {
		shown[run.Addr(i)] = true
	}
	job := l.e.netJob(l.Point, l.Seed, 1)
	job.Until = w.To
	job.Trace = func(e sim.TraceEvent) {
		if e.At >= w.From && e.At <= w.To && shown[e.Node] && (e.Peer == "" || shown[e.Peer]) {
			recorder.Event(e)
		}
	}
	if _, err := run.Do(ctx, job); err != nil {
		return trace.Run{}, err
	}
	title := l.e.File.Title
	return recorder.Finish(trace.Header{Source: "simulation", Scenario: fmt.Sprintf("%s: %v", title, l.Point), Seed: l.Seed,
		Title: l.e.File.Question, Start: sim.Epoch()}), nil
}

// Future is how a measure comes out when everything up to a time is as it was, and all that is random after it is drawn
// again.
type Future struct {
	At     time.Duration
	Values []float64
	Above  int // how many of them are at least what the run has
}

// Why draws the future of the run again from several times on, and computes a formula of its measures: the time from
// which on most futures come out as the run did is when it was decided. Errors: theory.ErrFormula, and those of run.Do.
func (l *Look) Why(ctx context.Context, measure string, times, futures int, told func(done, all int)) ([]Future, float64, error) {
	f, err := theory.Parse(measure)
	if err != nil {
		return nil, 0, err
	}
	own, err := f.Eval(Run{Point: l.Point, Result: l.Result}.scope())
	if err != nil {
		return nil, 0, err
	}
	s := l.Point.Spec.Complete()
	end := max(s.Run.For.Duration, s.Run.Until.Duration)
	if end == 0 {
		end = s.Run.Warmup.Duration + time.Duration(s.Run.Blocks)*s.Miners.Interval.Duration
	}
	var all []Future
	for i := range times {
		at := Future{At: s.Run.Warmup.Duration + (end-s.Run.Warmup.Duration)*time.Duration(i)/time.Duration(times)}
		for n := range futures {
			if told != nil {
				told(i*futures+n, times*futures)
			}
			job := l.e.netJob(l.Point, l.Seed, 1)
			job.Rekey = sim.Rekey{At: at.At, Seed: uint64(n + 1)}
			res, err := run.Do(ctx, job)
			if err != nil {
				return nil, 0, err
			}
			v, err := f.Eval(Run{Point: l.Point, Result: res}.scope())
			if err != nil {
				continue // such as a share of nothing
			}
			at.Values = append(at.Values, v)
			if v >= own {
				at.Above++
			}
		}
		slices.Sort(at.Values)
		all = append(all, at)
	}
	return all, own, nil
}
