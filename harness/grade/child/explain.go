package main

import (
	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/grade/pipe"
	"strata/scenario"
)

// explain does a task about one seed. The watchdog looks at each of its runs.
func (r *runner) explain(job pipe.Job, s scenario.Scenario) {
	answer := pipe.Message{Kind: pipe.Explained, Job: job.ID, Seed: job.First}
	started := func() { r.begin(job, job.First) }
	switch job.Task {
	case pipe.Shrink:
		opt := shrink.Options{Time: job.Budget, Started: started}
		ours := job
		ours.Student = nil
		if reference, ok := r.scenario(ours); ok {
			opt.Reference = &reference
		}
		if small, ok := shrink.Best(s, job.First, max(1, job.Seeds), opt); ok {
			answer.Shrunk = &small
		}
	case pipe.Why:
		if why, ok := shrink.Ask(s, job.First, shrink.WhyOptions{Time: job.Budget, Started: started}); ok {
			answer.Why = &why
		}
	case pipe.Differ:
		opt := vary.Options{Seed: job.First, Others: job.Seeds, Time: job.Budget, Started: started}
		if d, ok := vary.Find(s, opt); ok {
			answer.Difference = &d
		}
	case pipe.Explore:
		answer.Explored = r.orders(job, s)
	case pipe.Debug:
		r.begin(job, job.First)
		answer.Said = r.debug(job, s)
	}
	r.started.Store(0)
	r.send(answer)
}
