package grade

import (
	"cmp"

	"strata/harness/pipe"
	"strata/harness/rules"
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
	r := t.failed.result
	h.Failure = &trace.Failure{Rule: r.Rule, Text: cmp.Or(r.Text, "the run failed"), At: r.At, File: r.Frame}
	if rule, ok := rules.Find(r.Rule); ok {
		h.Failure.RuleText = rule.Text
	}
	return h
}
