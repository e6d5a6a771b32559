package grade

import (
	"context"
	"fmt"
	"strings"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/grade/pipe"
	"strata/harness/trace/timeline"
)

// tellShrunk writes the smallest run that fails as the seed does.
func (g *grading) tellShrunk(ctx context.Context, opt ReplayOptions, binary string, t *trial, out *lines) (passed bool, err error) {
	a := &asker{opt: opt.Options, binary: binary}
	defer a.close()
	m, err := a.ask(ctx, t, pipe.Shrink, opt.Seed, 1, shrinkOne)
	if err != nil {
		return false, err
	}
	if m.Shrunk == nil {
		out.printf("The run passes, or ends without breaking a rule: there is nothing to shrink. The whole run:\n\n")
		return g.tellRun(ctx, opt, binary, t, out.w)
	}
	if opt.Record != nil {
		if err := watch(ctx, opt, binary, t, &timeline.Timeline{}, m.Shrunk.Without); err != nil {
			return false, err
		}
	}
	t.failed = &verdict{result: m.Shrunk.Run, shrunk: m.Shrunk}
	f, _ := g.failure(t)
	f.Replay = ""
	f.render(out)
	if len(m.Shrunk.Kept) > 0 {
		out.field("left", strings.Join(m.Shrunk.Kept, "\n"))
	}
	out.field("stack", firstLines(g.sub.ownFrames(t.failed.result.Failure.Stack), 20))
	return false, out.err
}

// whyTime is what trying other futures may take.
const whyTime = 2 * time.Second

// tellWhy writes how likely the run was to fail, as time went by.
func (g *grading) tellWhy(ctx context.Context, opt ReplayOptions, binary string, t *trial, out *lines) (passed bool, err error) {
	a := &asker{opt: opt.Options, binary: binary}
	defer a.close()
	m, err := a.ask(ctx, t, pipe.Why, opt.Seed, 1, whyTime)
	if err != nil {
		return false, err
	}
	if opt.Record != nil {
		opt.Record = withWhy(opt.Record, m.Why)
		if err := watch(ctx, opt, binary, t, &timeline.Timeline{}, nil); err != nil {
			return false, err
		}
	}
	if m.Why == nil {
		out.printf("%s, seed %d: passed\n", opt.Scenario, opt.Seed)
		return true, out.err
	}
	renderWhy(m.Why, g.replayCommand(opt.Scenario, opt.Seed)+" --shrink", out)
	return false, out.err
}

// renderWhy draws the chance of failing over time, a bar for each point, and says what the curve means.
// The command shows the smallest run.
func renderWhy(w *shrink.Why, smallest string, out *lines) {
	out.printf("%s, seed %d: %s\n\n", w.Run.Scenario, w.Run.Seed, strings.TrimSpace(w.Run.Failure.Rule+" "+firstLine(w.Run.Failure.Text)))
	out.printf("How likely the same rule was to break, if all that is random had come out differently from then on\n")
	out.printf("(%d futures at each time):\n\n", w.Futures)
	const width = 50
	for i, p := range w.Points {
		mark := ""
		if i == w.Doomed {
			mark = "  <- here it went wrong"
		}
		bar := strings.Repeat("#", (p.Fail*width+w.Futures-1)/w.Futures)
		out.printf("%9s %s %3d %%%s\n", shrink.Stamp(p.At), fmt.Sprintf("|%-*s|", width, bar), 100*p.Fail/w.Futures, mark)
	}
	out.printf("\n%s\n", verdictOn(w))
	if w.Doomed <= 0 {
		out.printf("The smallest run says more: %s\n", smallest)
	}
	if len(w.Before) > 0 {
		out.printf("\n%s\n", traceOf(w.Before))
	}
}

// verdictOn says what the curve means.
func verdictOn(w *shrink.Why) string {
	if w.Doomed > 0 {
		from, to := w.Points[w.Doomed-1], w.Points[w.Doomed]
		return fmt.Sprintf("Between %s and %s the chance went from %d to %d %%. What happened then:",
			shrink.Stamp(from.At), shrink.Stamp(to.At), 100*from.Fail/w.Futures, 100*to.Fail/w.Futures)
	}
	switch first := 100 * w.Points[0].Fail / w.Futures; {
	case first == 100:
		return "It breaks in every future, from the start on: not chance, but the code alone decides."
	case first >= 75:
		return "It was likely from the start on: no one moment decided it."
	}
	return "The chance grew little by little: no one moment decided it."
}
