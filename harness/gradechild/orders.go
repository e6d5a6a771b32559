package main

import (
	"strings"
	"time"

	"strata/harness/explore"
	"strata/harness/pipe"
	"strata/harness/sim"
	"strata/harness/timeline"
	"strata/network"
	"strata/network/networktest"
)

// orders explores every order of a scenario, or replays one. The watchdog counts from each sign of
// progress.
func (r *runner) orders(job pipe.Job, s networktest.Scenario) *pipe.Explored {
	line := &timeline.Timeline{}
	r.begin(job, job.First)
	opt := explore.Options{
		Seed: job.First, Budget: job.Orders,
		Trace: func(t sim.TraceEvent) { line.Event(t) },
		Work:  func(t time.Duration, node network.Addr, what string) { line.Work(t, node, what) },
		Progress: func(states, events int) {
			r.begin(job, job.First)
			cover := explore.Coverage{States: states, Depth: events}
			r.send(pipe.Message{Kind: pipe.Run, Job: job.ID, Seed: job.First, Explored: &pipe.Explored{Result: explore.Result{Coverage: cover}}})
		},
	}
	done := &pipe.Explored{}
	if job.Schedule != nil {
		done.Result = explore.Replay(s, job.Schedule, opt)
	} else {
		done.Result = explore.Run(s, opt)
	}
	var text strings.Builder
	if line.Render(&text, 0) == nil {
		done.Timeline = text.String()
	}
	return done
}

// debug has the session that is under way take one line, or begins one.
func (r *runner) debug(job pipe.Job, s networktest.Scenario) *pipe.Said {
	if job.Line == "" {
		console, err := explore.NewConsole(s, explore.Options{Seed: job.First, Budget: job.Orders})
		if err != nil {
			return &pipe.Said{Text: err.Error(), Over: true}
		}
		r.console = console
		return &pipe.Said{Text: console.Greeting()}
	}
	if r.console == nil {
		return &pipe.Said{Text: "no session has begun", Over: true}
	}
	text, over := r.console.Do(job.Line)
	return &pipe.Said{Text: text, Over: over}
}
