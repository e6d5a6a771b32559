package process

import (
	"context"
	"errors"
	"fmt"
	"time"

	"strata/harness/grade/pipe"
)

// Client has a child do tasks, and starts another when that one is gone. It is for one goroutine.
type Client struct {
	Binary string // from a Build
	Limits Limits

	warm    *Warm // has children that stand by; nil: none do
	child   *child
	last    int           // request
	tasks   int           // that this child was given
	spent   time.Duration // processor time of the last task
	printed string
	had     time.Duration // that the child has had before it
}

// Like is a client of the same that has no child yet.
func (c *Client) Like() *Client { return &Client{Binary: c.Binary, Limits: c.Limits, warm: c.warm} }

// Spent is the processor time that the last task took, as far as it is known.
func (c *Client) Spent() time.Duration { return c.spent }

// Call is one task's own needs.
type Call struct {
	Timeout time.Duration   // of one run, in processor time; 0: that of the client's limits
	Budget  time.Duration   // that the task may take besides its last run
	Most    time.Duration   // that the whole task may take; 0: no limit
	Told    func(pipe.News) // gets what the child tells meanwhile; nil: nobody
}

// take takes over a child that has started, and done nothing yet.
func (c *Client) take(started *child, b *Build, binary string) {
	c.Close()
	c.Binary, c.Limits, c.child, c.warm = binary, b.Limits, started, b.Warm
	c.had, c.tasks = 0, 0
}

// Close ends the child, if there is one.
func (c *Client) Close() {
	if c.child != nil {
		c.child.stop()
		c.child = nil
	}
}

// Leave is Close for a client of a grade that need not wait for the end of the child.
func (c *Client) Leave(w *Warm) {
	if child := c.child; child != nil {
		c.child = nil
		w.Later(child.stop)
	}
}

// Do has the child do a task. The error is ctx's, wraps ErrStart, or is a *Crash: then the child is gone.
func Do[A any](ctx context.Context, c *Client, task pipe.Task[A], call Call) (answer A, err error) {
	if call.Timeout == 0 {
		call.Timeout = c.Limits.Timeout
	}
	body, err := c.do(ctx, task, call)
	if err != nil {
		return answer, err
	}
	answer, ok := body.(A)
	if !ok {
		c.child = nil
		return answer, fmt.Errorf("grade: the child answers a %T with a %T", task, body)
	}
	return answer, nil
}

// startTries is how often a child may end before it is ready, when one has been ready before.
const startTries = 3

// begin sees to it that there is a child. Build has seen that one starts: that none does now is no fault of
// the code in it. The error wraps ErrStart, or is ctx's.
func (c *Client) begin(ctx context.Context) (err error) {
	for range startTries {
		if c.child != nil {
			return nil
		}
		c.had, c.tasks = 0, 0
		if c.child, err = start(ctx, c.Binary, c.Limits, c.warm.standing(c.Limits)); errors.Is(err, ErrStart) || ctx.Err() != nil {
			return err
		}
	}
	if c.child == nil {
		return fmt.Errorf("%w: it ends before it is ready: %w", ErrStart, err)
	}
	return nil
}

// do is the one place that hears a child out.
func (c *Client) do(ctx context.Context, task any, call Call) (answer any, err error) {
	c.spent, c.printed = 0, ""
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	c.last, c.tasks = c.last+1, c.tasks+1
	// An error shows as a child that is gone.
	_ = c.child.tasks.Request(pipe.Request{ID: c.last, Timeout: call.Timeout, Most: call.Most, Task: task})
	for {
		m, err := c.child.next(ctx, max(call.Timeout+call.Budget, call.Most)+grace)
		if end, gaveUp := m.Body.(pipe.End); err == nil && gaveUp {
			err = c.child.gaveUp(end, call.Timeout)
		}
		if err != nil {
			c.count(c.child.used())
			c.printed = c.child.said()
			c.child = nil
			return nil, err
		}
		if m.ID != c.last {
			continue
		}
		news, more := m.Body.(pipe.News)
		if !more {
			c.count(m.CPU)
			c.printed = c.child.printedDuring(c.tasks)
			return m.Body, nil
		}
		if call.Told != nil {
			call.Told(news)
		}
	}
}

// count notes how much processor time the child has had by now.
func (c *Client) count(had time.Duration) { c.spent, c.had = max(0, had-c.had), had }

// Printed is what the student's code printed during the last task; its last 30 kB, if it is more.
func (c *Client) Printed() string { return c.printed }
