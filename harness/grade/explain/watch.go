package explain

import (
	"context"
	"path/filepath"
	"strings"

	"strata/harness/course/rules"
	"strata/harness/explain/shrink"
	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
)

// View says which run to watch, and who gets what happens.
type View struct {
	Seed    uint64
	Without []string // choices that are left out
	Picks   string   // events that come before others that were due, as lab.Picks has them

	Line   *timeline.Timeline    // nil: nobody
	Record func(trace.Run) error // gets the whole run at its end; nil: nobody
}

// Watch runs the case once more, with tracing, in a child of its own. The case has the result afterwards.
// The error is ctx's or Record's.
func (e *Explainer) Watch(ctx context.Context, c *Case, v View) error {
	client := &process.Client{Binary: e.Binary, Limits: e.Limits}
	defer client.Close()
	rec := &trace.Recorder{}
	told := func(n pipe.News) {
		switch n := n.(type) {
		case pipe.Event:
			if v.Line != nil {
				v.Line.Event(sim.TraceEvent(n))
			}
			if v.Record != nil {
				rec.Event(sim.TraceEvent(n))
			}
		case pipe.Faults:
			rec.Faults(n)
		}
	}
	task := pipe.Trace{Run: c.Run(v.Seed), Without: v.Without, Picks: v.Picks}
	traced, err := process.Do(ctx, client, task, process.Call{Told: told})
	c.Output = client.Printed()
	if err == nil {
		c.Result, c.Seen, c.Beside = traced.Result, traced.Seen, traced.Beside
	} else if !c.Lose(err) {
		return err
	}
	c.Result.Seed = v.Seed
	if v.Record != nil {
		return v.Record(rec.Finish(e.header(c, v.Seed)))
	}
	return nil
}

// header says which run was watched and how it ended.
func (e *Explainer) header(c *Case, seed uint64) trace.Header {
	h := trace.Header{Source: "simulation", Scenario: c.Scenario.Name, Seed: seed,
		Title: c.Scenario.Title, Rules: c.Scenario.Rules, Start: sim.Epoch()}
	r := c.Result.Failure
	if r == nil {
		return h
	}
	h.Failure = trace.FailureOf(r)
	if file, ok := strings.CutPrefix(r.Frame, "exercises/"); ok {
		h.Failure.File = filepath.Join(e.Sub.Dir, file) // where the student has it
	}
	if rule, ok := rules.Find(r.Rule); ok {
		h.Failure.RuleText = rule.Text
	}
	h.Guide = e.guide(c)
	return h
}

// WithWhy adds to the record how likely the run was to fail, as time went by.
func WithWhy(record func(trace.Run) error, why *shrink.Why) func(trace.Run) error {
	if why == nil || record == nil {
		return record
	}
	w := &trace.Why{Futures: why.Futures, Doomed: why.Doomed}
	for _, p := range why.Points {
		w.Points = append(w.Points, trace.Chance{At: p.At, Failed: p.Fail})
	}
	return func(run trace.Run) error {
		run.Why = w
		return record(run)
	}
}
