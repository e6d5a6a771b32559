package grade

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"strata/harness/explore"
	"strata/harness/grade/pipe"
	"strata/scenario"
)

// ExploreOptions say which orders to look at.
type ExploreOptions struct {
	Options         // Root, Dir, Timeout, MemoryLimit and Progress count
	Scenario string // its name
	Seed     uint64
	Schedule []int  // this order only; nil: all
	Picks    string // of Debug: what is chosen already, as lab.Picks has it
	Explored bool   // Debug steps through an order in any case, not through the run of the seed
	Last     int    // events shown of an order; 0 means all
	Again    string // flags with which the same is explored again, each after a blank

	// Adjust changes the scenario's own budget; nil: it stays.
	Adjust func(*scenario.Budget)
}

// Explorable lists the scenarios whose orders are explored.
func Explorable() []scenario.Scenario {
	var found []scenario.Scenario
	for _, s := range Scenarios() {
		if s.Explore.States > 0 {
			found = append(found, s)
		}
	}
	return found
}

// Explore looks at the orders of a scenario on the layers in opt.Dir and writes what it covered, or
// the order that breaks a rule. It returns whether none did. Errors: ErrUsage for a scenario that
// does not exist or is not made for it; what keeps the layers from being built.
func Explore(ctx context.Context, opt ExploreOptions, w io.Writer) (passed bool, err error) {
	for _, s := range Scenarios() {
		if s.Name == opt.Scenario && s.Explore.States == 0 {
			return false, fmt.Errorf("%w: %s counts on links that take time, so not every order of it is meant; strata explore lists what can be explored", ErrUsage, s.Name)
		}
	}
	err = opt.with(ctx, w, func(g *grading, a *asker, t *trial, job pipe.Job, out *lines) error {
		job.Task, job.Schedule = pipe.Explore, opt.Schedule
		m, err := a.do(ctx, job, func(m pipe.Message) {
			if m.Explored != nil {
				fmt.Fprintf(g.opt.Progress, "%d states, orders of %d events\n", m.Explored.Coverage.States, m.Explored.Coverage.Depth)
			}
		})
		if err != nil {
			return err
		}
		if m.Explored == nil {
			return errors.New("grade: the child explored nothing")
		}
		passed = !m.Explored.Failed()
		g.tellOrders(opt, t, m.Explored, out)
		return out.err
	})
	return passed, err
}

// with builds the child and hands it over with a job for the scenario.
func (opt ExploreOptions) with(ctx context.Context, w io.Writer, use func(*grading, *asker, *trial, pipe.Job, *lines) error) (err error) {
	if opt.Options, err = opt.complete(); err != nil {
		return err
	}
	g := &grading{opt: opt.Options}
	t, err := g.replayed(ReplayOptions{Scenario: opt.Scenario})
	if err != nil {
		return err
	}
	if g.sub, err = inspect(opt.Dir); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "strata-explore-")
	if err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	defer os.RemoveAll(temp)
	binary, err := launch(ctx, &builder{opt: opt.Options, sub: g.sub, temp: temp})
	if err != nil {
		return err
	}
	out := &lines{w: plainWriter{w}}
	if g.unusable(t, out) {
		return out.err
	}
	budget := t.scenario.Explore
	if opt.Adjust != nil {
		opt.Adjust(&budget)
	}
	a := &asker{opt: opt.Options, binary: binary}
	defer a.close()
	return use(g, a, t, pipe.Job{Scenario: t.scenario.Name, Student: t.student, First: opt.Seed, Orders: &budget}, out)
}

// tellOrders writes what came of an exploration.
func (g *grading) tellOrders(opt ExploreOptions, t *trial, e *pipe.Explored, out *lines) {
	out.printf("%s: %s\n\n", t.scenario.Name, t.scenario.Title)
	if e.Failed() || opt.Schedule != nil {
		out.printf("%s\n", lastLines(strings.TrimRight(e.Timeline, "\n"), opt.shown()))
		out.printf("\n")
	}
	if opt.Schedule == nil {
		what := "explored"
		if e.Failed() {
			what = "broken after"
		}
		out.printf("%s %s\n", what, e.Coverage)
	}
	if !e.Failed() {
		out.printf("passed\n")
		return
	}
	t.failed = &verdict{result: e.Result.Result}
	f, _ := g.failure(t)
	f.Replay = fmt.Sprintf("strata explore %s%s --schedule %q", t.scenario.Name, opt.Again, explore.FormatSchedule(e.Schedule))
	f.render(out)
}

func (opt ExploreOptions) shown() int {
	if opt.Last > 0 {
		return opt.Last
	}
	return 1 << 20
}

// Debug reads commands from in, a line each, and has a session answer them that steps through the run of
// the seed, or through an order of a scenario that is made to be explored. Errors: as Explore's.
func Debug(ctx context.Context, opt ExploreOptions, in io.Reader, w io.Writer) error {
	return opt.with(ctx, w, func(_ *grading, a *asker, t *trial, job pipe.Job, out *lines) error {
		job.Task, job.Picks, job.Flags = pipe.Debug, opt.Picks, opt.Again
		if !opt.Explored && (t.scenario.Explore.States == 0 || opt.Picks != "") {
			job.Orders = nil
		}
		input := bufio.NewScanner(in)
		for begun := false; ; begun = true {
			m, err := a.do(ctx, job, nil)
			if err != nil {
				return err
			}
			if m.Said == nil {
				return errors.New("grade: the session has no answer")
			}
			if m.Said.Over && !begun {
				return fmt.Errorf("%w: %s", ErrUsage, m.Said.Text)
			}
			if m.Said.Text != "" {
				out.printf("%s\n", m.Said.Text)
			}
			if m.Said.Over || out.err != nil {
				return out.err
			}
			for job.Line = ""; job.Line == ""; {
				out.printf("(strata) ")
				if !input.Scan() {
					out.printf("\n")
					return errors.Join(input.Err(), out.err)
				}
				job.Line = strings.TrimSpace(input.Text())
			}
		}
	})
}
