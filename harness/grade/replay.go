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
	"strata/harness/grade/explain"
	"strata/harness/grade/handin"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
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
	AnySeed  bool   // Seed does not count: take the first that fails
	Shrink   bool   // show the smallest run found that fails in the same way instead
	Why      bool   // show how likely the run was to fail, as time went by, instead

	Record func(trace.Run) error // gets the whole run, before the verdict is told; nil: nobody
	Ours   func(trace.Run) error // gets the same run on our layers, if the run fails by a rule; nil: nobody
	Test   func([]byte) error    // gets a Go test of the call that was answered wrongly, at the end; nil: nobody
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
func Scenarios() []scenario.Scenario { return suites.Everything(solutions.Electives()) }

// Known lists Scenarios, and those that are for looking alone: the orders of the electives.
func Known() []scenario.Scenario { return suites.Known(solutions.Electives()) }

// Replay runs one scenario with one seed once more, with tracing, and writes what happened and the
// verdict. It returns whether the run passed.
func Replay(ctx context.Context, opt ReplayOptions, w io.Writer) (passed bool, err error) {
	r := &replay{opt: opt, out: report.NewText(w)}
	ready, err := r.begin(ctx, opt.Options, opt.Scenario)
	defer r.end()
	if err != nil || !ready {
		return false, err
	}
	if opt.AnySeed {
		if err := r.find(ctx); err != nil {
			return false, err
		}
	}
	if opt.Why || opt.Shrink {
		passed, err = r.more(ctx)
	} else {
		passed, err = r.whole(ctx)
	}
	if err == nil && opt.Test != nil {
		err = r.test(passed)
	}
	return passed, err
}

// replay is one run that is seen again.
type replay struct {
	*grading
	opt  ReplayOptions
	c    *explain.Case
	out  *report.Text
	temp string
}

// begin builds the child for a run of the scenario. It writes why the run cannot be, if a layer that it
// needs cannot be used.
func (r *replay) begin(ctx context.Context, opt Options, scenario string) (ready bool, err error) {
	if r.grading, err = newGrading(ctx, opt); err != nil {
		return false, err
	}
	if opt.Scenarios == nil { // an unknown one is told before anything is built
		c, err := r.called(scenario)
		if err != nil {
			return false, err
		}
		r.grading.opt.core = isCore(c.Step.Layer) // as it is graded
	}
	if r.temp, err = r.launch(ctx, nil); err != nil {
		return false, err
	}
	if r.c, err = r.called(scenario); err != nil {
		return false, err
	}
	return !r.unusable(), r.out.Err
}

// end removes what was built.
func (r *replay) end() {
	if r.temp != "" {
		os.RemoveAll(r.temp)
	}
}

// called is the scenario of that name, on the mix of layers that it is graded on.
func (g *grading) called(name string) (*explain.Case, error) {
	all := append(Known(), g.extra...)
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("%w: unknown scenario %q", ErrUsage, name)
	}
	step, ok := steps.Find(all[i].Step)
	if !ok {
		return nil, fmt.Errorf("grade: %s grades %q, which is no step", name, all[i].Step)
	}
	if g.opt.Exec != nil && !isCore(step.Layer) {
		return nil, fmt.Errorf("%w: %s", ErrUsage, handin.NoElective(step.Layer))
	}
	c := caseOf(all[i], step)
	if why := handin.NotSealed(step.Layer); g.opt.Sealed && why != "" {
		return nil, fmt.Errorf("%w: %s", ErrUsage, why)
	}
	return &c, nil
}

// unusable writes why layers that the run needs cannot be used.
func (r *replay) unusable() bool {
	found := false
	for _, l := range r.sub.Layers {
		if l.Usable() || !slices.Contains(r.c.Student, l.Name) {
			continue
		}
		found = true
		r.out.Printf("%s %s:\n", l.Name, l.Status)
		for _, line := range l.Why {
			r.out.Printf("    %s\n", report.OneLine(line))
		}
	}
	return found
}

// watch runs the seed, without some of its choices.
func (r *replay) watch(ctx context.Context, line *timeline.Timeline, without []string,
	record func(trace.Run) error) error {
	return r.explainer.Watch(ctx, r.c, explain.View{Seed: r.opt.Seed, Without: without, Picks: r.opt.Picks, Line: line,
		Record: record})
}

// whole runs the seed and writes what happened and the verdict.
func (r *replay) whole(ctx context.Context) (passed bool, err error) {
	line := &timeline.Timeline{Timers: r.opt.All, Ours: r.sub.Ours}
	if err := r.watch(ctx, line, nil, r.opt.Record); err != nil {
		return false, err
	}
	last := cmp.Or(r.opt.Last, 40)
	if r.opt.All {
		last = 0
	}
	r.out.Printf("%s, seed %d: %s\n\n", r.c.Scenario.Name, r.opt.Seed, r.c.Scenario.Title)
	if r.out.Err == nil {
		r.out.Err = line.Render(r.out, last)
	}
	r.out.Printf("\n")
	if !r.c.Result.Failed() {
		r.out.Printf("passed\n")
		return true, r.out.Err
	}
	r.tell()
	r.stack()
	return false, errors.Join(r.out.Err, r.ours(ctx, nil))
}

// ours runs the seed on our layers, without the same of its choices.
func (r *replay) ours(ctx context.Context, without []string) error {
	if r.opt.Ours == nil || !r.c.Result.Failure.Ending.Shrinks() || r.opt.Picks != "" {
		return nil
	}
	c := r.c.Again()
	c.Student = nil
	return r.explainer.Watch(ctx, c, explain.View{Seed: r.opt.Seed, Without: without, Record: r.opt.Ours})
}

// tell explains the failure, without the command that is running.
func (r *replay) tell() {
	f := r.explainer.Failure(r.c)
	f.Replay = ""
	f.Render(r.out)
}

// stack shows the calls of the student's code that were under way when the process ended. Those of a panic the
// failure has.
func (r *replay) stack() {
	if !r.c.Lost() {
		return
	}
	r.out.Field("stack", report.FirstLines(r.explainer.OwnFrames(r.c.Result.Failure.Stack), 20))
}

// more shrinks the run, or asks when it was doomed. It looks first whether that can be done: not for
// one that never ends, nor for one that stops at what is not written yet.
func (r *replay) more(ctx context.Context) (passed bool, err error) {
	var run trace.Run
	if err := r.watch(ctx, nil, nil, func(seen trace.Run) error { run = seen; return nil }); err != nil {
		return false, err
	}
	switch {
	case r.c.Lost():
		r.ended(run)
		return false, r.recorded(run)
	case r.c.Result.Failed() && r.c.Result.Failure.Ending == lab.Unwritten:
		r.unwritten()
		return false, r.recorded(run)
	}
	r.c = r.c.Again()
	if r.opt.Why {
		return r.why(ctx)
	}
	return r.shrunk(ctx)
}

// recorded hands the run to whoever wants it.
func (r *replay) recorded(run trace.Run) error {
	if r.out.Err != nil || r.opt.Record == nil {
		return r.out.Err
	}
	return r.opt.Record(run)
}

// unwritten says what is to be written before the run can be asked about.
func (r *replay) unwritten() {
	why := r.c.Result.Failure
	r.out.Printf("%s, seed %d: the run stops at %s, which is not written yet: %s\n", r.opt.Scenario, r.opt.Seed,
		why.Step,
		cmp.Or(r.sub.Ours(why.Frame), why.Text))
	r.out.Printf("Write that first; then there is a run to look at. Its hints: strata hint %s\n", why.Step)
}

// ended writes what led to the end of a run that took its process with it, and how to go on.
func (r *replay) ended(run trace.Run) {
	r.c.Follow(run)
	r.tell()
	r.stack()
	r.out.Field("go on", fmt.Sprintf("Which loop, or which call of itself, is at that line, and what would end it?\n"+
		"Log with host.Log() before it; then %s --all\n"+
		"shows the log between the events, and --html run.html draws them.",
		r.replayCommand(r.c.Scenario.Name, r.opt.Seed)))
}

// shrunk writes the smallest run that fails as the seed does.
func (r *replay) shrunk(ctx context.Context) (passed bool, err error) {
	found, err := r.explainer.Shrink(ctx, r.c, r.opt.Seed)
	if err != nil {
		return false, err
	}
	if !found {
		r.out.Printf("The run passes, or ends without breaking a rule: there is nothing to shrink. The whole run:\n\n")
		return r.whole(ctx)
	}
	small := r.c.Shrunk
	again := *r
	again.c = r.c.Again()
	if err := again.watch(ctx, nil, small.Without, r.opt.Record); err != nil {
		return false, err
	}
	r.c.Output = again.c.Output
	r.tell()
	if len(small.Kept) > 0 {
		r.out.Field("left", strings.Join(small.Kept, "\n"))
	}
	r.stack()
	return false, errors.Join(r.out.Err, r.ours(ctx, small.Without))
}

// why writes how likely the run was to fail, as time went by.
func (r *replay) why(ctx context.Context) (passed bool, err error) {
	doom, err := r.explainer.Why(ctx, r.c, r.opt.Seed)
	if err != nil {
		return false, err
	}
	if r.opt.Record != nil {
		if err := r.watch(ctx, nil, nil, explain.WithWhy(r.opt.Record, doom.Why)); err != nil {
			return false, err
		}
	}
	if doom.Why == nil {
		r.out.Printf("%s, seed %d: passed\n", r.opt.Scenario, r.opt.Seed)
		return true, r.out.Err
	}
	report.Why(doom.Why, r.replayCommand(r.opt.Scenario, r.opt.Seed)+" --shrink", r.out)
	return false, r.out.Err
}
