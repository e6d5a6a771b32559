package grade

import (
	"context"
	"fmt"
	"io"

	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
)

// Stepping is a session that steps through a run, in a child of its own. It is for one goroutine.
type Stepping struct {
	replay *replay
	client *process.Client
	run    pipe.Run
}

// Step begins a session and returns its first answer. It writes what there is to say before, such as why a layer cannot
// be used: then there is no session, and no error. Errors: as Explore's.
func Step(ctx context.Context, opt ExploreOptions, w io.Writer) (*Stepping, pipe.Said, error) {
	r := &replay{opt: ReplayOptions{Scenario: opt.Scenario, Seed: opt.Seed}, out: report.NewText(w)}
	ready, err := r.begin(ctx, opt.Options, opt.Scenario)
	if err != nil || !ready {
		r.end()
		return nil, pipe.Said{}, err
	}
	s := &Stepping{replay: r, run: r.c.Run(opt.Seed),
		client: &process.Client{Binary: r.explainer.Binary, Limits: r.grading.opt.limits()}}
	said, err := s.begin(ctx, opt)
	if err != nil {
		s.Close()
		return nil, pipe.Said{}, err
	}
	return s, said, nil
}

// begin has the child begin.
func (s *Stepping) begin(ctx context.Context, opt ExploreOptions) (said pipe.Said, err error) {
	begin := pipe.Begin{Run: s.run, Picks: opt.Picks, Flags: opt.Again, Show: opt.Show}
	if opt.Explored || s.replay.c.Scenario.Explore.States > 0 && opt.Picks == "" && !opt.Shrink {
		begin.Orders = opt.budget(s.replay.c.Scenario)
	}
	if opt.Shrink {
		if begin.Without, err = s.replay.smallest(ctx, opt.Seed); err != nil {
			return said, err
		}
	}
	said, err = process.Do(ctx, s.client, begin, process.Call{})
	if err == nil && said.Over {
		err = fmt.Errorf("%w: %s", ErrUsage, said.Text)
	}
	return said, err
}

// Do has the session do what a line says. After an error, or an answer that says so, it is over.
func (s *Stepping) Do(ctx context.Context, line string) (pipe.Said, error) {
	return process.Do(ctx, s.client, pipe.Line{Run: s.run, Text: line}, process.Call{})
}

// Close ends the session, and removes what was built for it.
func (s *Stepping) Close() {
	s.client.Close()
	s.replay.end()
}
