package explain

import (
	"context"
	"sync"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
)

// The time that shrinking may take: one failure, and all of a report's together on one process.
const (
	shrinkOne  = time.Second
	shrinkAll  = 6 * time.Second
	shrinkNone = 50 * time.Millisecond // less is of no use
	shrinkHang = 2 * time.Second       // for those that hang while they are shrunk
)

// patient is how long something may take that takes d at most where somebody waits for it.
func (e *Explainer) patient(d time.Duration) time.Duration {
	if e.Unhurried {
		return 100 * d
	}
	return d
}

// shrinkSeeds is how many seeds are looked at for one with a trace that fits.
const shrinkSeeds = 8

// Explain works up the cases that can be: those that shrink are shrunk, of those that took their process
// with them it looks what led to the end. What cannot be worked up, because the child does not survive it
// or the time is over, stays as it was found. The error is ctx's.
func (e *Explainer) Explain(ctx context.Context, cases []*Case) error {
	var shrinking, lost []*Case
	told := make(map[string]bool)
	for _, c := range cases {
		switch {
		case c.shrinks():
			shrinking = append(shrinking, c)
		case c.Lost() && !told[e.located(c.Result.Failure)]:
			told[e.located(c.Result.Failure)] = true // once is enough for one line
			lost = append(lost, c)
		}
	}
	if err := e.trail(ctx, lost); err != nil || len(shrinking) == 0 {
		return err
	}
	return e.shrinkAll(ctx, shrinking)
}

// shrinkAll shrinks cases, on several processes at once.
func (e *Explainer) shrinkAll(ctx context.Context, cases []*Case) error {
	jobs := min(e.Jobs, len(cases))
	share := e.patient(shrinkAll) * time.Duration(jobs) / time.Duration(len(cases))
	budget := min(e.patient(shrinkOne), max(shrinkNone, share))
	queue := make(chan *Case, len(cases))
	for _, c := range cases {
		queue <- c
	}
	close(queue)
	over := time.Now().Add(e.patient(shrinkAll + shrinkHang))
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			client := &process.Client{Binary: e.Binary, Limits: e.Limits}
			defer client.Close()
			for c := range queue {
				if time.Now().After(over) {
					return
				}
				began := time.Now()
				task := pipe.Shrink{Run: c.Run(c.Result.Seed), Seeds: shrinkSeeds, Budget: budget}
				if small, err := process.Do(ctx, client, task, process.Call{Budget: budget}); err == nil {
					c.Shrunk, c.Seen, c.Beside = small.Smallest, small.Seen, small.Beside
					c.Shrinking = time.Since(began)
				}
			}
		})
	}
	workers.Wait()
	return ctx.Err()
}

// Shrink looks for the smallest run that fails as the case's does with that seed, and returns whether
// there is one.
func (e *Explainer) Shrink(ctx context.Context, c *Case, seed uint64) (found bool, err error) {
	client := &process.Client{Binary: e.Binary, Limits: e.Limits}
	defer client.Close()
	budget := e.patient(shrinkOne)
	task := pipe.Shrink{Run: c.Run(seed), Seeds: 1, Budget: budget}
	small, err := process.Do(ctx, client, task, process.Call{Budget: budget})
	if err != nil || small.Smallest == nil {
		return false, err
	}
	c.Result, c.Shrunk, c.Seen, c.Beside = small.Smallest.Run, small.Smallest, small.Seen, small.Beside
	return true, nil
}

// whyTime is what trying other futures may take.
const whyTime = 2 * time.Second

// Why asks how likely the run was to fail, as time went by.
func (e *Explainer) Why(ctx context.Context, c *Case, seed uint64) (pipe.Doom, error) {
	client := &process.Client{Binary: e.Binary, Limits: e.Limits}
	defer client.Close()
	return process.Do(ctx, client, pipe.Why{Run: c.Run(seed), Budget: whyTime}, process.Call{Budget: whyTime})
}
