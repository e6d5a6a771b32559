package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
	"strata/network"
	"strata/scenario"
	"strata/solutions"
)

// ReplayOptions say which run to see again.
type ReplayOptions struct {
	Options         // Root, Dir, Timeout and MemoryLimit count
	Scenario string // its name
	Seed     uint64
	All      bool   // show every event, timers and parts of messages too
	Last     int    // else the last events before the end; 0 means 40
	Picks    string // events that come before others that were due, as lab.Picks has them
	Shrink   bool   // show the smallest run found that fails in the same way instead
	Why      bool   // show how likely the run was to fail, as time went by, instead

	Record func(trace.Run) error // gets the whole run, before the verdict is told; nil: nobody
}

// ParseRun takes "<scenario>/<seed>" apart, as a report has it. The error wraps ErrUsage.
func ParseRun(text string) (scenario string, seed uint64, err error) {
	at := strings.LastIndex(text, "/")
	if at > 0 {
		seed, err = strconv.ParseUint(text[at+1:], 10, seedBits)
	}
	if at <= 0 || err != nil {
		return "", 0, fmt.Errorf("%w: %q is not <scenario>/<seed>, such as %s/1", ErrUsage, text, Scenarios()[0].Name)
	}
	return text[:at], seed, nil
}

// Scenarios lists every scenario that there is.
func Scenarios() []scenario.Scenario { return suites.All(solutions.Stack()) }

// Replay runs one scenario with one seed once more, with tracing, and writes what happened and the
// verdict. It returns whether the run passed.
func Replay(ctx context.Context, opt ReplayOptions, w io.Writer) (passed bool, err error) {
	if opt.Options, err = opt.complete(); err != nil {
		return false, err
	}
	g := &grading{opt: opt.Options}
	t, err := g.replayed(opt)
	if err != nil {
		return false, err
	}
	if g.sub, err = inspect(opt.Dir); err != nil {
		return false, err
	}
	temp, err := os.MkdirTemp("", "strata-replay-")
	if err != nil {
		return false, fmt.Errorf("grade: %w", err)
	}
	defer os.RemoveAll(temp)
	binary, err := launch(ctx, &builder{opt: opt.Options, sub: g.sub, temp: temp})
	if err != nil {
		return false, err
	}
	w = plainWriter{w}
	out := &lines{w: w}
	if g.unusable(t, out) {
		return false, out.err
	}
	if opt.Why || opt.Shrink {
		return g.tellMore(ctx, opt, binary, t, out)
	}
	return g.tellRun(ctx, opt, binary, t, w)
}

// tellMore shrinks the run, or asks when it was doomed. It looks first whether that can be done: not for
// one that never ends, nor for one that stops at what is not written yet.
func (g *grading) tellMore(ctx context.Context, opt ReplayOptions, binary string, t *trial, out *lines) (passed bool, err error) {
	run, err := see(ctx, opt, binary, t)
	switch {
	case err != nil:
		return false, err
	case t.failed.lost():
		return false, g.tellEnded(opt, t, run, out)
	case t.failed != nil && t.failed.result.Failure.Ending == lab.Unwritten:
		return false, g.tellUnwritten(opt, t, run, out)
	}
	t.failed = nil
	if opt.Why {
		return g.tellWhy(ctx, opt, binary, t, out)
	}
	return g.tellShrunk(ctx, opt, binary, t, out)
}

// tellUnwritten says what is to be written before the run can be asked about.
func (g *grading) tellUnwritten(opt ReplayOptions, t *trial, run trace.Run, out *lines) error {
	missing := t.failed.result.Failure.Step
	out.printf("%s, seed %d: the run stops at %s, which is not written yet: %s\n", opt.Scenario, opt.Seed, missing,
		cmp.Or(g.sub.ours(t.failed.result.Failure.Frame), t.failed.result.Failure.Text))
	out.printf("Write that first; then there is a run to look at. Its hints: strata hint %s\n", missing)
	if out.err == nil && opt.Record != nil {
		out.err = opt.Record(run)
	}
	return out.err
}

// tellRun runs the seed and writes what happened.
func (g *grading) tellRun(ctx context.Context, opt ReplayOptions, binary string, t *trial, w io.Writer) (passed bool, err error) {
	line := &timeline.Timeline{Timers: opt.All}
	if err := watch(ctx, opt, binary, t, line, nil); err != nil {
		return false, err
	}
	return t.failed == nil, g.tell(opt, t, line, w)
}

// replayed is the trial of the scenario named.
func (g *grading) replayed(opt ReplayOptions) (*trial, error) {
	all := Scenarios()
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == opt.Scenario })
	if i < 0 {
		return nil, fmt.Errorf("%w: unknown scenario %q", ErrUsage, opt.Scenario)
	}
	step, ok := steps.Find(all[i].Step)
	if !ok {
		return nil, fmt.Errorf("grade: %s grades %q, which is no step", opt.Scenario, all[i].Step)
	}
	t := &trial{scenario: all[i], step: step, seeds: 1, student: []string{step.Layer}}
	if step.Layer == steps.Whole {
		t.student = steps.Layers
	}
	return t, nil
}

// unusable writes why a layer that the trial needs cannot be run.
func (g *grading) unusable(t *trial, out *lines) bool {
	found := false
	for _, l := range g.sub.layers {
		if l.usable() || !slices.Contains(t.student, l.name) {
			continue
		}
		found = true
		out.printf("%s %s:\n", l.name, l.status)
		for _, line := range l.why {
			out.printf("    %s\n", line)
		}
	}
	return found
}

// watch has one child run the trial's seed, without some of its choices, collects what happens
// and hands the record to whoever wants it.
func watch(ctx context.Context, opt ReplayOptions, binary string, t *trial, line *timeline.Timeline, without []string) error {
	t.injected, t.fired = make(map[string]int), make(map[string]int)
	rec := &trace.Recorder{}
	c, gone := start(binary, opt.Options)
	if gone != nil {
		return errors.New("grade: " + gone.reason)
	}
	defer c.stop()
	job := pipe.Job{ID: 1, Scenario: t.scenario.Name, Student: t.student, First: opt.Seed, Seeds: 1, Timeout: opt.Timeout, Trace: true, Without: without, Picks: opt.Picks}
	d := &dispatcher{opt: opt.Options, binary: binary, hangs: make(map[string]int), told: func(m pipe.Message) {
		if m.Event != nil {
			line.Event(*m.Event)
		}
		if m.Work != nil {
			line.Work(m.Work.Time, network.Addr(m.Work.Node), m.Work.What)
		}
		if m.Log != nil {
			line.Log(m.Log.Time, network.Addr(m.Log.Node), m.Log.Text)
		}
		if opt.Record != nil {
			record(rec, m)
		}
	}}
	d.run(ctx, c, batch{trial: t, first: opt.Seed, seeds: 1}, job)
	if opt.Record != nil && ctx.Err() == nil {
		return opt.Record(rec.Finish(header(opt, t)))
	}
	return ctx.Err()
}

// tell writes the events and the verdict.
func (g *grading) tell(opt ReplayOptions, t *trial, line *timeline.Timeline, w io.Writer) error {
	last := 40
	if opt.Last > 0 {
		last = opt.Last
	}
	if opt.All {
		last = 0
	}
	out := &lines{w: w}
	out.printf("%s, seed %d: %s\n\n", t.scenario.Name, opt.Seed, t.scenario.Title)
	if out.err == nil {
		out.err = line.Render(w, last)
	}
	out.printf("\n")
	if t.failed == nil {
		out.printf("passed\n")
		return out.err
	}
	f, _ := g.failure(t)
	f.Replay = ""
	f.render(out)
	out.field("stack", firstLines(g.sub.ownFrames(t.failed.result.Failure.Stack), 20))
	return out.err
}
