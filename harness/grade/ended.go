package grade

import (
	"context"
	"fmt"
	"strings"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
)

// A run that hangs, or takes its process with it, cannot be made smaller by trying: each try would cost a
// process and the whole timeout. But the child tells each event before the node's code is called, so
// that the last one is the callback that did not return, and what led to it is known.

// ended is what is known of such a run up to its end.
type ended struct {
	trace  []shrink.Line
	hidden int           // lines about layers below that trace leaves out
	at     time.Duration // virtual time of the last event
	in     string        // the callback that did not return, in words; empty: there was none
	how    string        // it ended
}

// lost says whether the run took its process with it: no rule broke, and no panic was caught.
func (v *verdict) lost() bool { return v != nil && v.result.Failure.Ending.Lost() }

// see runs the trial's seed once and returns what was recorded; t has the verdict afterwards.
func see(ctx context.Context, opt ReplayOptions, binary string, t *trial) (run trace.Run, err error) {
	opt.Record = func(r trace.Run) error { run = r; return nil }
	return run, watch(ctx, opt, binary, t, &timeline.Timeline{}, nil)
}

// follow takes from a recorded run that was lost what led to its end.
func (v *verdict) follow(t *trial, run trace.Run) {
	e := &ended{how: "here it ends"}
	if v.result.Failure.Ending == lab.Hung {
		e.how = "here it stays"
	}
	if n := len(run.Events); n > 0 {
		last := run.Events[n-1]
		if last.Kind == trace.KindFailure && n > 1 {
			last = run.Events[n-2]
		}
		e.at, e.in = last.At, callback(last)
	}
	e.trace, e.hidden = shrink.Before(t.scenario, run)
	v.result.Failure.At = e.at
	v.ended = e
}

// callback names the call of a node's code that an event begins.
func callback(e trace.Event) string {
	what := map[string]string{
		sim.TraceBoot.String():    "when it boots",
		sim.TraceTimer.String():   "in a timer's callback",
		sim.TraceWork.String():    fmt.Sprintf("when asked to: %s", e.Text),
		sim.TraceAccept.String():  fmt.Sprintf("when the dial of %s arrives", e.Peer),
		sim.TraceConnect.String(): fmt.Sprintf("when its dial of %s is answered", e.Peer),
		sim.TraceRefuse.String():  fmt.Sprintf("when its dial of %s fails", e.Peer),
		sim.TraceReceive.String(): fmt.Sprintf("when %s from %s arrive", countOf(e.Bytes, "byte"), e.Peer),
		sim.TraceEnd.String():     fmt.Sprintf("when %s closes", e.Peer),
		sim.TraceReset.String():   fmt.Sprintf("when the connection with %s fails", e.Peer),
		sim.TraceDial.String():    fmt.Sprintf("after it dialled %s", e.Peer),
		sim.TraceWrite.String():   fmt.Sprintf("after it wrote %s to %s", countOf(e.Bytes, "byte"), e.Peer),
		sim.TraceClose.String():   fmt.Sprintf("after it closed the connection with %s", e.Peer),
	}[e.Kind]
	if what == "" {
		return ""
	}
	return fmt.Sprintf("%s, %s", strings.TrimSuffix(string(e.Node), ":4000"), what)
}

// render shows what led to the end.
func (e *ended) render(out *lines) {
	out.field("in", e.in)
	if len(e.trace) == 0 {
		return
	}
	text := "what led to it (no smaller run is tried: each try would cost a process)\n" + traceOf(e.trace)
	if e.hidden > 0 {
		text += fmt.Sprintf("\n(%d events of the layers below are not shown)", e.hidden)
	}
	out.field("trace", fmt.Sprintf("%s\n%9s  %s", text, shrink.Stamp(e.at), e.how))
}

// trail looks again at the failures that ended their process, for the report to say what led to them.
// A failure that does not come back at the same line is left as it is.
func (g *grading) trail(ctx context.Context, binary string, lost []*trial) error {
	over := time.Now().Add(shrinkAll)
	for _, t := range lost {
		if ctx.Err() != nil || time.Now().After(over) {
			return ctx.Err()
		}
		again := &trial{scenario: t.scenario, step: t.step, seeds: 1, student: t.student}
		opt := ReplayOptions{Options: g.opt, Scenario: t.scenario.Name, Seed: t.failed.result.Seed}
		opt.Timeout = min(opt.Timeout, shrinkAll/3)
		run, err := see(ctx, opt, binary, again)
		if err == nil && again.failed.lost() && g.sub.located(again.failed.result.Failure) == g.sub.located(t.failed.result.Failure) {
			t.failed.follow(t, run)
		}
	}
	return nil
}

// tellEnded writes what led to the end of a run that was lost, and how to go on.
func (g *grading) tellEnded(opt ReplayOptions, t *trial, run trace.Run, out *lines) error {
	t.failed.follow(t, run)
	f, _ := g.failure(t)
	f.Replay = ""
	f.render(out)
	out.field("stack", firstLines(g.sub.ownFrames(t.failed.result.Failure.Stack), 20))
	next := g.replayCommand(t.scenario.Name, opt.Seed)
	out.field("go on", fmt.Sprintf("Which loop, or which call of itself, is at that line, and what would end it?\n"+
		"Log with host.Log() before it; then %s --all\nshows the log between the events, and --html run.html draws them.", next))
	if out.err == nil && opt.Record != nil {
		out.err = opt.Record(run)
	}
	return out.err
}
