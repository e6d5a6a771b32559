package grade

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"strata/harness/explore"
	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
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
	Shrink   bool   // Debug steps through the smallest run found that fails as that of the seed does
	Show     bool   // the answers of Step say how the run stands
	Last     int    // events shown of an order; 0 means all
	Again    string // flags with which the same is explored again, each after a blank

	// Adjust changes the scenario's own budget; nil: it stays.
	Adjust func(*scenario.Budget)
}

// Explorable lists the scenarios whose orders are explored.
func Explorable() []scenario.Scenario {
	var found []scenario.Scenario
	for _, s := range Known() {
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
	for _, s := range Known() {
		if s.Name == opt.Scenario && s.Explore.States == 0 {
			return false, fmt.Errorf("%w: %s counts on links that take time, so not every order of it is meant; "+
				"strata explore lists what can be explored", ErrUsage, s.Name)
		}
	}
	r := &replay{opt: ReplayOptions{Scenario: opt.Scenario, Seed: opt.Seed}, out: report.NewText(w)}
	ready, err := r.begin(ctx, opt.Options, opt.Scenario)
	defer r.end()
	if err != nil || !ready {
		return false, err
	}
	client := &process.Client{Binary: r.explainer.Binary, Limits: r.grading.opt.limits()}
	defer client.Close()
	told := func(n pipe.News) {
		if so, is := n.(pipe.Covered); is {
			fmt.Fprintf(r.grading.opt.Progress, "%d states, orders of %d events\n", so.States, so.Depth)
		}
	}
	task := pipe.Explore{Run: r.c.Run(opt.Seed), Budget: opt.budget(r.c.Scenario), Schedule: opt.Schedule}
	explored, err := process.Do(ctx, client, task, process.Call{Told: told})
	if err != nil {
		return false, err
	}
	r.orders(opt, explored)
	return !explored.Failed(), r.out.Err
}

// budget is the scenario's own, adjusted.
func (opt ExploreOptions) budget(s scenario.Scenario) *scenario.Budget {
	budget := s.Explore
	if opt.Adjust != nil {
		opt.Adjust(&budget)
	}
	return &budget
}

// orders writes what came of an exploration.
func (r *replay) orders(opt ExploreOptions, e pipe.Explored) {
	out := r.out
	out.Printf("%s: %s\n\n", r.c.Scenario.Name, r.c.Scenario.Title)
	if e.Failed() || opt.Schedule != nil {
		out.Printf("%s\n", report.LastLines(strings.TrimRight(e.Timeline, "\n"), cmp.Or(opt.Last, 1<<20)))
		out.Printf("\n")
	}
	if opt.Schedule == nil {
		what := "explored"
		if e.Failed() {
			what = "broken after"
		}
		out.Printf("%s %s\n", what, e.Coverage)
	}
	if !e.Failed() {
		out.Printf("passed\n")
		return
	}
	r.c.Result = e.Result.Result
	f := r.explainer.Failure(r.c)
	f.Replay = fmt.Sprintf("strata explore %s%s --schedule %q", r.c.Scenario.Name, opt.Again,
		explore.FormatSchedule(e.Schedule))
	f.Render(out)
}

// Debug reads commands from in, a line each, and has a session answer them that steps through the run of
// the seed, or through an order of a scenario that is made to be explored. Errors: as Explore's.
func Debug(ctx context.Context, opt ExploreOptions, in io.Reader, w io.Writer) error {
	s, said, err := Step(ctx, opt, w)
	if s == nil {
		return err
	}
	defer s.Close()
	out := s.replay.out
	input := bufio.NewScanner(in)
	for err == nil {
		if printed := strings.TrimRight(s.client.Printed(), "\n"); printed != "" {
			out.Printf("your code prints: %s\n", strings.ReplaceAll(printed, "\n", "\n    "))
		}
		if said.Text != "" {
			out.Printf("%s\n", said.Text)
		}
		if said.Over || out.Err != nil {
			return out.Err
		}
		line := ""
		for line == "" {
			out.Printf("(strata) ")
			if !input.Scan() {
				out.Printf("\n")
				return errors.Join(input.Err(), out.Err)
			}
			line = strings.TrimSpace(input.Text())
		}
		said, err = s.Do(ctx, line)
	}
	return err
}

// smallest names what the smallest run leaves out that fails as that of the seed does, and writes how much that is.
// The error wraps ErrUsage if there is no such run.
func (r *replay) smallest(ctx context.Context, seed uint64) ([]string, error) {
	found, err := r.explainer.Shrink(ctx, r.c, seed)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("%w: the run of seed %d passes, or ends without breaking a rule: nothing can be left out",
			ErrUsage, seed)
	}
	small := r.c.Shrunk
	r.out.Printf("the smallest run that fails in this way, without %d of %d nodes, actions and faults\n",
		small.Choices-len(small.Kept), small.Choices)
	return small.Without, nil
}
