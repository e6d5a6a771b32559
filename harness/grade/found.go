package grade

import (
	"context"
	"fmt"
	"go/format"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
)

// mostFound is how many seeds are tried for one that fails, and findTime what that may take.
const (
	mostFound = 200
	findTime  = 10 * time.Second
)

// find takes the first seed that fails, or 1 if none does.
func (r *replay) find(ctx context.Context) error {
	client := &process.Client{Binary: r.explainer.Binary, Limits: r.grading.opt.limits()}
	defer client.Close()
	task := pipe.Grade{Run: r.c.Run(1), Seeds: mostFound, Budget: findTime}
	if r.c.Scenario.Explore.States > 0 {
		task.Seeds = 1
	}
	verdict, err := process.Do(ctx, client, task, process.Call{Budget: findTime})
	found := r.c.Again()
	switch {
	case err == nil && verdict.Result.Failed():
		r.opt.Seed = verdict.Result.Seed
	case err == nil:
		r.opt.Seed = 1
		r.out.Printf("It passes with the seeds 1 to %d. This is seed 1.\n", verdict.Result.Seed)
	case found.Lose(err):
		r.opt.Seed = max(1, found.Result.Seed)
	default:
		return err
	}
	return nil
}

// test hands on the Go test of the failure. The error wraps ErrUsage if there is none.
func (r *replay) test(passed bool) error {
	switch c := r.c.Seen.Case; {
	case passed:
		return fmt.Errorf("%w: no test is written: the run passes", ErrUsage)
	case c == nil || c.Test == "":
		return fmt.Errorf("%w: no test is written: what failed is no call of a pool or an executor, nor the cutting of a "+
			"stream, but depends on what messages come, and when", ErrUsage)
	default:
		text, err := format.Source([]byte(c.Test)) // here, and not in the child, which is linked at each save
		if err != nil {
			return fmt.Errorf("grade: the test of the failure: %w", err)
		}
		return r.opt.Test(text)
	}
}
