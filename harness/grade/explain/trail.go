package explain

import (
	"context"
	"fmt"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/scenario"
)

// A run that hangs, or takes its process with it, cannot be made smaller by trying: each try would cost a
// process and the whole timeout. But the child tells each event before the node's code is called, so
// that the last one is the callback that did not return, and what led to it is known.

// Follow takes from the recorded run of a case that was lost what led to its end.
func (c *Case) Follow(run trace.Run) {
	t := &report.Trail{How: "here it ends"}
	if c.Result.Failure.Ending == lab.Hung {
		t.How = "here it stays"
	}
	if n := len(run.Events); n > 0 {
		last := run.Events[n-1]
		if last.Kind == sim.TraceFailure && n > 1 {
			last = run.Events[n-2]
		}
		t.At, t.In = last.At, callback(last)
	}
	t.Trace, t.Hidden = shrink.Before(c.Scenario, run)
	c.Result.Failure.At = t.At
	c.Trail = t
}

// callback names the call of a node's code that an event begins.
func callback(e trace.Event) string {
	what := map[sim.TraceKind]string{
		sim.TraceBoot:    "when it boots",
		sim.TraceTimer:   "in a timer's callback",
		sim.TraceWork:    fmt.Sprintf("when asked to: %s", e.Text),
		sim.TraceAccept:  fmt.Sprintf("when the dial of %s arrives", e.Peer),
		sim.TraceConnect: fmt.Sprintf("when its dial of %s is answered", e.Peer),
		sim.TraceRefuse:  fmt.Sprintf("when its dial of %s fails", e.Peer),
		sim.TraceReceive: fmt.Sprintf("when %s from %s arrive", trace.CountOf(e.Bytes, "byte"), e.Peer),
		sim.TraceEnd:     fmt.Sprintf("when %s closes", e.Peer),
		sim.TraceReset:   fmt.Sprintf("when the connection with %s fails", e.Peer),
		sim.TraceDial:    fmt.Sprintf("after it dialled %s", e.Peer),
		sim.TraceWrite:   fmt.Sprintf("after it wrote %s to %s", trace.CountOf(e.Bytes, "byte"), e.Peer),
		sim.TraceClose:   fmt.Sprintf("after it closed the connection with %s", e.Peer),
	}[e.Kind]
	if what == "" {
		return ""
	}
	return fmt.Sprintf("%s, %s", scenario.Name(e.Node), what)
}

// trail looks again at the cases that took their process with them, for the report to say what led to
// that. One that does not come back at the same line is left as it is.
func (e *Explainer) trail(ctx context.Context, lost []*Case) error {
	over := time.Now().Add(shrinkAll)
	limited := *e
	limited.Limits.Timeout = min(e.Limits.Timeout, shrinkAll/3)
	for _, c := range lost {
		if ctx.Err() != nil || time.Now().After(over) {
			return ctx.Err()
		}
		again := c.Again()
		var run trace.Run
		err := limited.Watch(ctx, again, View{Seed: c.Result.Seed,
			Record: func(r trace.Run) error { run = r; return nil }})
		if err == nil && again.Lost() && e.located(again.Result.Failure) == e.located(c.Result.Failure) {
			c.Follow(run)
		}
	}
	return nil
}
