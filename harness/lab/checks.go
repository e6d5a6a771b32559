package lab

import (
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"strata/scenario"
)

// checks holds what must be true in a run, and the first thing that was not.
type checks struct {
	always []safety
	by     []*liveness
	failed *Failure
}

type safety struct {
	clause scenario.Clause
	check  func() error
}

type liveness struct {
	clause scenario.Clause
	at     time.Duration
	check  func() error
	end    bool  // it is asked when the scenario is over, and not before
	last   error // of the latest try
	met    bool
}

// fail keeps the first failure; the later ones are its consequences.
func (c *checks) fail(f *Failure) {
	if c.failed == nil {
		c.failed = f
	}
}

// broke fails the run by a promise that does not hold.
func (c *checks) broke(at time.Duration, clause scenario.Clause, text string) {
	c.breach(Broke, at, clause, text)
}

// breach fails the run now, with the frame of the layer's code that called, if any did.
func (c *checks) breach(ending Ending, at time.Duration, clause scenario.Clause, text string) {
	if c.failed == nil {
		c.failed = Breach(ending, at, clause, text)
		c.failed.Frame = Frame(string(debug.Stack()))
	}
}

// unsound fails a run whose scenario cannot be run.
func (c *checks) unsound(text string) { c.fail(NewFailure(Unsound, 0, text)) }

// poll runs every safety check, and every liveness check that was not met yet.
func (c *checks) poll(now time.Duration) {
	for _, s := range c.always {
		if err := s.check(); err != nil {
			c.broke(now, s.clause, err.Error())
			return
		}
	}
	for _, l := range c.by {
		if c.failed != nil {
			return
		}
		if !l.met && !l.end && now <= l.at {
			l.last = l.check()
			l.met = l.last == nil
		}
	}
}

// due fails the run if a check that must be met by now is not.
func (c *checks) due(now time.Duration) {
	for _, l := range c.by {
		if l.met || l.at > now || c.failed != nil {
			continue
		}
		if l.last = l.check(); l.last != nil {
			when := "within"
			if l.end {
				when = "at the end, after"
			}
			c.breach(Unmet, l.at, l.clause, fmt.Sprintf("%s %v: %v", when, l.at, l.last))
		}
		l.met = true
	}
}

// deadlines lists the times at which due has to be called, ascending, the last being the end.
func (c *checks) deadlines(end time.Duration) []time.Duration {
	times := []time.Duration{end}
	for _, l := range c.by {
		if l.at < end {
			times = append(times, l.at)
		} else if l.at > end {
			c.unsound(fmt.Sprintf("the scenario ends at %v, before its check of %v for %s", end, l.at, l.clause.Rule()))
		}
	}
	slices.Sort(times)
	return slices.Compact(times)
}
