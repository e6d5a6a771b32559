package grade

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
)

// The time that shrinking may take: one failure, and all of a report's together on one process.
const (
	shrinkOne  = time.Second
	shrinkAll  = 6 * time.Second
	shrinkNone = 50 * time.Millisecond // less is of no use
)

// shrinkSeeds is how many seeds are looked at for one with a trace that fits.
const shrinkSeeds = 8

// explain shrinks the failures that the report shows in full. What cannot be shrunk, because the
// child does not survive it or the time is over, is shown as it was found.
func (g *grading) explain(ctx context.Context, binary string) error {
	var waiting, lost []*trial
	full := make(map[string]int)
	for _, t := range g.trials {
		if t.failed == nil || t.failed.result.Failure.Ending == lab.Unwritten || t.scenario.Explore.States > 0 {
			continue
		}
		full[t.step.ID]++
		switch {
		case full[t.step.ID] > inFull:
		case t.failed.shrinks():
			waiting = append(waiting, t)
		case t.failed.lost():
			lost = append(lost, t)
		}
	}
	if err := g.trail(ctx, binary, lost); err != nil || len(waiting) == 0 {
		return err
	}
	return g.shrinkAll(ctx, binary, waiting)
}

// shrinkAll shrinks the failures of trials, on several processes at once.
func (g *grading) shrinkAll(ctx context.Context, binary string, waiting []*trial) error {
	jobs := min(g.opt.Jobs, len(waiting))
	budget := min(shrinkOne, max(shrinkNone, shrinkAll*time.Duration(jobs)/time.Duration(len(waiting))))
	queue := make(chan *trial, len(waiting))
	for _, t := range waiting {
		queue <- t
	}
	close(queue)
	over := time.Now().Add(shrinkAll + grace) // for those that hang while they are shrunk
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			a := &asker{opt: g.opt, binary: binary}
			defer a.close()
			for t := range queue {
				if time.Now().After(over) {
					return
				}
				began := time.Now()
				if m, err := a.ask(ctx, t, pipe.Shrink, t.failed.result.Seed, shrinkSeeds, budget); err == nil {
					t.failed.shrunk, t.failed.shrinking = m.Shrunk, time.Since(began)
				}
			}
		})
	}
	workers.Wait()
	return ctx.Err()
}

// shrinks says whether a rule broke or a node panicked, and the child lived on.
func (v *verdict) shrinks() bool { return v.result.Failure.Ending.Shrinks() }

// asker has a child, and a new one if that is gone.
type asker struct {
	opt    Options
	binary string
	child  *child
	jobs   int
}

func (a *asker) close() {
	if a.child != nil {
		a.child.stop()
	}
}

// ask has the child do a task about one seed of a trial.
func (a *asker) ask(ctx context.Context, t *trial, task pipe.Task, seed uint64, seeds int, budget time.Duration) (pipe.Message, error) {
	job := pipe.Job{Scenario: t.scenario.Name, Student: t.student, First: seed, Seeds: seeds, Task: task, Budget: budget}
	return a.do(ctx, job, nil)
}

// do is ask for any job, with somebody who is told of what comes before the answer.
func (a *asker) do(ctx context.Context, job pipe.Job, told func(pipe.Message)) (pipe.Message, error) {
	if ctx.Err() != nil {
		return pipe.Message{}, ctx.Err()
	}
	if a.child == nil {
		c, gone := start(a.binary, a.opt)
		if gone != nil {
			return pipe.Message{}, errors.New("grade: " + gone.reason)
		}
		a.child = c
	}
	a.jobs++
	job.ID, job.Timeout = a.jobs, a.opt.Timeout
	_ = a.child.jobs.Encode(job) // an error shows as a child that is gone
	for {
		m, gone := a.child.next(a.opt.Timeout + job.Budget + grace)
		if gone == nil && (m.Kind == pipe.Hang || m.Kind == pipe.Memory) {
			gone = a.child.kill(endingOf(m.Kind), reasonOf(m.Kind, a.opt.Timeout, a.opt.MemoryLimit))
		}
		switch {
		case gone != nil:
			a.child = nil
			return m, fmt.Errorf("grade: %s: %s", job.Task, gone.reason)
		case m.Job != job.ID:
		case m.Kind == pipe.Explained:
			return m, nil
		case told != nil:
			told(m)
		}
	}
}

// traceOf is a trace in columns.
func traceOf(lines []shrink.Line) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(table, "%9s\t%s\t%s\n", shrink.Stamp(l.At), l.Who, l.What)
	}
	_ = table.Flush() // into memory
	return strings.TrimRight(text.String(), "\n")
}

// renderShrunk shows the small run.
func renderShrunk(s *shrink.Result, out *lines) {
	size := fmt.Sprintf("the smallest run found in %d tries: %d of %d choices, %s", s.Tries, len(s.Kept), s.Choices, callbacks(s))
	text := traceOf(s.Trace)
	if s.Hidden > 0 {
		text += fmt.Sprintf("\n(%d events of the layers below are not shown)", s.Hidden)
	}
	end := "here it is found"
	if s.Run.Failure.Ending == lab.Unmet {
		end = "it has not happened by then"
	}
	out.field("trace", fmt.Sprintf("%s\n%s\n%9s  %s", size, text, shrink.Stamp(s.Run.Failure.At), end))
	if s.Nearest != "" {
		out.field("nearest", "it passes without "+s.Nearest)
	}
}

// callbacks compares the lengths of the runs. One with fewer choices can be the longer one: what is not
// cut short goes on.
func callbacks(s *shrink.Result) string {
	if s.Run.Events > s.Events {
		return fmt.Sprintf("%d callbacks (%d before)", s.Run.Events, s.Events)
	}
	return fmt.Sprintf("%d of %d callbacks", s.Run.Events, s.Events)
}
