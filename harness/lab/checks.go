package lab

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"strata/network"
)

// checks holds what must be true in a run, and the first thing that was not.
type checks struct {
	always []safety
	by     []*liveness
	failed *failure
}

type safety struct {
	rule  string
	check func() error
}

type liveness struct {
	rule  string
	at    time.Duration
	check func() error
	end   bool  // it is asked when the scenario is over, and not before
	last  error // of the latest try
	met   bool
}

type failure struct {
	at               time.Duration
	rule, text       string
	frame            string
	panicked, due    bool
	unwritten, stack string
}

// fail keeps the first failure; the later ones are its consequences.
func (c *checks) fail(at time.Duration, rule, text string) {
	if c.failed == nil {
		c.failed = &failure{at: at, rule: rule, text: bounded(text), frame: Frame(string(debug.Stack()))}
	}
}

// bounded keeps a text that a node's code may have made to a length that can be shown.
func bounded(text string) string {
	const most = 16 << 10
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + " ..."
	}
	return text
}

// panicked keeps a panic of a node's code as the failure.
func (c *checks) panicked(at time.Duration, value any, stack string) {
	if c.failed != nil {
		return
	}
	f := &failure{at: at, panicked: true, stack: stack, frame: Frame(stack), text: bounded(fmt.Sprintf("panic: %v", value))}
	if step, ok := value.(network.NotWritten); ok {
		f.unwritten, f.text = string(step), step.Error()
	}
	c.failed = f
}

// poll runs every safety check, and every liveness check that was not met yet.
func (c *checks) poll(now time.Duration) {
	for _, s := range c.always {
		if err := s.check(); err != nil {
			c.fail(now, s.rule, err.Error())
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
			when := "not true within"
			if l.end {
				when = "at the end, after"
			}
			c.fail(l.at, l.rule, fmt.Sprintf("%s %v: %v", when, l.at, l.last))
			c.failed.due = true
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
			c.fail(0, l.rule, fmt.Sprintf("the scenario ends at %v, before its check of %v", end, l.at))
		}
	}
	slices.Sort(times)
	return slices.Compact(times)
}

// fill copies the failure into the result.
func (c *checks) fill(r *Result) {
	if f := c.failed; f != nil {
		r.Failed, r.Rule, r.Text, r.At, r.Frame = true, f.rule, f.text, f.at, f.frame
		r.Due = f.due
		r.Panic, r.Step, r.Stack = f.panicked, f.unwritten, f.stack
	}
}
