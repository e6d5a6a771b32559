package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/course/suites"
	"strata/harness/explain/debugger"
	"strata/harness/explore"
	"strata/harness/grade/pipe"
	"strata/harness/grade/submission"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace/timeline"
	"strata/network"
	"strata/scenario"
	"strata/solutions"
)

// orders explores every order of a scenario, or replays one. The watchdog counts from each sign of
// progress.
func (r *runner) orders(job pipe.Job, s scenario.Scenario) *pipe.Explored {
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
func (r *runner) debug(job pipe.Job, s scenario.Scenario) *pipe.Said {
	if job.Line == "" {
		run, err := r.stepped(job, s)
		if err != nil {
			return &pipe.Said{Text: err.Error(), Over: true}
		}
		r.console = debugger.New(fmt.Sprintf("%s/%d: %s", s.Name, job.First, s.Title), job.Flags, run)
		return &pipe.Said{Text: r.console.Greeting()}
	}
	if r.console == nil {
		return &pipe.Said{Text: "no session has begun", Over: true}
	}
	text, over := r.console.Do(job.Line)
	return &pipe.Said{Text: text, Over: over}
}

// stepped is the run of the seed, or one order of a scenario that is explored.
func (r *runner) stepped(job pipe.Job, s scenario.Scenario) (debugger.Run, error) {
	if job.Orders != nil {
		return explore.NewSession(s, explore.Options{Seed: job.First, Budget: job.Orders})
	}
	picks, err := lab.ParsePicks(job.Picks)
	if err != nil {
		return nil, err
	}
	probes := &debugger.Probes{}
	watched := suites.All(probes.Stack(lab.Mix(solutions.Stack(), submission.Stack(), job.Student...)))
	i := slices.IndexFunc(watched, func(w scenario.Scenario) bool { return w.Name == s.Name })
	return debugger.Simulated(watched[i], lab.Options{Seed: job.First, Picks: picks}, probes)
}
