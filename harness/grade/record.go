package grade

import (
	"cmp"
	"path/filepath"
	"strings"

	"strata/harness/course/rules"
	"strata/harness/explain/shrink"
	"strata/harness/grade/pipe"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
)

// record passes on what a traced run tells.
func record(rec *trace.Recorder, m pipe.Message) {
	switch {
	case m.Event != nil:
		rec.Event(*m.Event)
	case m.Work != nil:
		rec.Work(m.Work.Time, network.Addr(m.Work.Node), m.Work.What)
	case m.Log != nil:
		rec.Log(m.Log.Time, network.Addr(m.Log.Node), m.Log.Text)
	case m.Faults != nil:
		rec.Faults(m.Faults)
	}
}

// header says which run was replayed and how it ended.
func header(opt ReplayOptions, t *trial) trace.Header {
	h := trace.Header{Source: "simulation", Scenario: t.scenario.Name, Seed: opt.Seed,
		Title: t.scenario.Title, Rules: t.scenario.Rules, Start: sim.Epoch()}
	if t.failed == nil {
		return h
	}
	r := t.failed.result.Failure
	h.Failure = &trace.Failure{Rule: r.Rule, Text: cmp.Or(r.Text, "the run failed"), At: r.At, File: r.Frame}
	if file, ok := strings.CutPrefix(r.Frame, "exercises/"); ok {
		h.Failure.File = filepath.Join(opt.Dir, file) // where the student has it
	}
	if rule, ok := rules.Find(r.Rule); ok {
		h.Failure.RuleText = rule.Text
	}
	return h
}

// withWhy adds to the record how likely the run was to fail, as time went by.
func withWhy(record func(trace.Run) error, why *shrink.Why) func(trace.Run) error {
	if why == nil {
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
