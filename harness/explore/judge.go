package explore

import (
	"bytes"
	"fmt"
	"strings"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace/timeline"
	"strata/scenario"
)

// shownEvents is how many of the last events of an order a verdict shows.
const shownEvents = 15

// Judge explores the orders of a scenario as one run of the grader. The text of a failure ends with
// the last events that led to it. With a trace it tells the order that broke a rule, or else the
// first of all orders. alive is Options.Alive.
func Judge(s scenario.Scenario, opt lab.Options, alive func()) lab.Result {
	line := &timeline.Timeline{}
	r := Run(s, Options{
		Seed:  opt.Seed,
		Alive: alive,
		Trace: func(t sim.TraceEvent) {
			line.Event(t)
			if opt.Trace != nil {
				opt.Trace(t)
			}
		},
	})
	if !r.Failed() {
		r.Covered = r.Coverage.String()
	}
	if !r.Failed() && opt.Trace != nil {
		Replay(s, nil, Options{Seed: opt.Seed, Trace: opt.Trace})
	}
	if r.Failed() && r.Schedule != nil && opt.Trace == nil {
		var events bytes.Buffer
		if line.Render(&events, shownEvents) == nil {
			f := *r.Failure
			f.Text = fmt.Sprintf("%s\nin this order, found after %s states:\n%s", f.Text,
				number(float64(r.Coverage.States)), strings.TrimRight(events.String(), "\n"))
			r.Failure = &f
		}
	}
	return r.Result
}
