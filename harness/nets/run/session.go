package run

import (
	"context"
	"errors"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// ErrNoSteps reports a run that cannot be taken event by event: the text says why.
var ErrNoSteps = errors.New("no steps")

// Session takes one run event by event, from some time on; until then it is as Do does it. It is used by one goroutine.
//
// It does not end the mining: beyond its last block the run goes on as if it were to have more.
type Session struct {
	job      Job
	from, to time.Duration
	w        *world
	picks    map[int]int // by event, those that do not come by themselves
	done     int
	ready    []sim.Ready
	failed   error
}

// NewSession does the run up to a time; its steps end with another. Errors: ErrNoSteps, and those of Do.
func NewSession(ctx context.Context, job Job, from, to time.Duration) (*Session, error) {
	switch {
	case job.Spec.Run.Protocol == "graph":
		return nil, noSteps("nothing happens in a graph")
	case job.Spec.Places.Bandwidth != "" || len(job.Spec.Places.Classes) > 0:
		return nil, noSteps("uplinks put what is sent in an order of their own: want an experiment without places.bandwidth and places.class")
	}
	job.Order, job.Workers = &sim.Order{}, 1
	s := &Session{job: job, from: from, to: to, picks: map[int]int{}}
	return s, s.begin(ctx)
}

func noSteps(why string) error { return errors.Join(ErrNoSteps, errors.New(why)) }

// begin builds the network and brings it to the first step.
func (s *Session) begin(ctx context.Context) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = panicked(value)
		}
	}()
	s.done, s.failed, s.ready = 0, nil, nil
	if s.w, err = build(s.job); err != nil {
		return err
	}
	if err := s.w.runUntil(ctx, s.from); err != nil {
		return err
	}
	s.look()
	return nil
}

// look finds out what may come next.
func (s *Session) look() {
	s.ready = nil
	if s.failed == nil {
		s.ready = s.w.net.Next(s.to)
	}
}

// Ready lists what may come next; the first comes by itself. It is empty at the end, and after a panic of a node's code. The
// slice is good until the next call of the session.
func (s *Session) Ready() []sim.Ready { return s.ready }

// Choose has the i-th of Ready come next.
func (s *Session) Choose(i int) {
	s.done++
	delete(s.picks, s.done)
	if i > 0 {
		s.picks[s.done] = i
	}
	func() {
		defer func() {
			if value := recover(); value != nil {
				s.failed = panicked(value)
			}
		}()
		s.w.net.Take(s.ready[i])
	}()
	s.look()
}

// Done is how many events have come.
func (s *Session) Done() int { return s.done }

// Back runs everything again, but for the last n events. Errors: those of NewSession.
func (s *Session) Back(ctx context.Context, n int) error {
	to := max(0, s.done-n)
	if err := s.begin(ctx); err != nil {
		return err
	}
	for event := range s.picks {
		if event > to {
			delete(s.picks, event)
		}
	}
	for s.done < to && len(s.ready) > 0 {
		s.Choose(s.picks[s.done+1])
	}
	return nil
}

// Now is the time since the start.
func (s *Session) Now() time.Duration { return s.w.net.Now() }

// Failed is what a node's code has panicked with; nil: none has.
func (s *Session) Failed() error { return s.failed }

// Nodes lists the nodes.
func (s *Session) Nodes() []network.Addr { return s.w.addrs }

// Host is that of a node's current life; nil if it has not booted.
func (s *Session) Host(node int) network.Host { return s.w.hosts[node] }

// Usage is what the node's host has open.
func (s *Session) Usage(node int) scenario.Usage { return s.w.net.Usage(s.w.addrs[node]) }
