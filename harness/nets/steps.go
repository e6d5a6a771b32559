package nets

import (
	"context"
	"fmt"
	"strings"
	"time"

	"strata/harness/explain/debugger"
	"strata/harness/nets/run"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
	"strata/ledgers/electives"
	"strata/scenario"
)

// Steps takes one run of a folder event by event: debugger.Run.
type Steps struct {
	ctx     context.Context // of the command: a step back runs for a while
	dir     string
	look    *Look
	session *run.Session
	probes  *debugger.Probes
	line    *timeline.Timeline
	next    []trace.Next // nil: not asked for yet
}

// Steps does the run up to the beginning of the window; from there on it can be stepped through, up to its end. dir is the
// folder, for the command that comes to a point again. Errors: those of run.NewSession.
func (l *Look) Steps(ctx context.Context, dir string, w Window) (*Steps, error) {
	s := &Steps{ctx: ctx, dir: dir, look: l, probes: &debugger.Probes{Deaf: true}, line: &timeline.Timeline{}}
	job := l.e.netJob(l.Point, l.Seed, 1)
	stacks := map[string]electives.Stack{}
	for name, stack := range job.Stacks {
		stack.Stack = s.probes.Stack(stack.Stack)
		stacks[name] = stack
	}
	job.Stacks = stacks
	job.Trace = func(e sim.TraceEvent) {
		if e.At >= w.From {
			s.line.Event(e)
		}
	}
	var err error
	s.session, err = run.NewSession(ctx, job, w.From, w.To)
	return s, err
}

// Next is debugger.Run's, as are the following.
func (s *Steps) Next() []trace.Next {
	if s.next == nil {
		for _, e := range s.session.Ready() {
			s.next = append(s.next, trace.Next{Ready: e, Timed: true, Late: s.session.Now() - e.Due})
		}
	}
	return s.next
}

// Choose is debugger.Run's.
func (s *Steps) Choose(i int) {
	s.next = nil
	s.session.Choose(i)
}

// Back is debugger.Run's.
func (s *Steps) Back(n int) {
	s.next, s.line = nil, &timeline.Timeline{}
	s.probes.Forget()
	_ = s.session.Back(s.ctx, n) // it could be built before; an interrupt ends the command
}

// Done is debugger.Run's.
func (s *Steps) Done() int { return s.session.Done() }

// Due is debugger.Run's.
func (s *Steps) Due() time.Duration {
	if ready := s.session.Ready(); len(ready) > 0 {
		return max(ready[0].Due, s.session.Now())
	}
	return s.session.Now()
}

// Broken is debugger.Run's: an experiment has no rules, but a node's code can panic.
func (s *Steps) Broken() error { return s.session.Failed() }

// Again is debugger.Run's.
func (s *Steps) Again(flags string) string {
	text := fmt.Sprintf("strata net open %s %.12s --debug%s", s.dir, s.look.Key, flags)
	if s.Done() > 0 {
		text += fmt.Sprintf(", then: next %d", s.Done())
	}
	return text
}

// Timeline is debugger.Run's.
func (s *Steps) Timeline(last int) string {
	var text strings.Builder
	if err := s.line.Render(&text, last); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// Inspect is debugger.Run's.
func (s *Steps) Inspect(name string) string {
	var text strings.Builder
	for i, node := range s.session.Nodes() {
		if !strings.Contains(string(node), name) {
			continue
		}
		fmt.Fprintf(&text, "%s, node %d, at %s\n", node, i, trace.Stamp(s.session.Now()))
		u := s.session.Usage(i)
		if h := s.session.Host(i); h == nil || u == (scenario.Usage{}) {
			fmt.Fprintf(&text, "  has nothing open: it is down, or has not booted\n")
			continue
		}
		for _, line := range s.probes.Describe(s.session.Host(i)) {
			fmt.Fprintf(&text, "  %s\n", line)
		}
		fmt.Fprintf(&text, "  listens: %d, connections: %d, dials: %d, timers: %d\n", u.Listeners, u.Streams, u.Dials, u.Timers)
	}
	return strings.TrimSuffix(text.String(), "\n")
}
