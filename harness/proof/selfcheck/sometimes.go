package selfcheck

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"strata/harness/lab"
	"strata/scenario"
)

// Exercise is one thing that the runs of a scenario are for: a state that it declares
// (World.Sometimes), or that a kind of fault makes a difference.
type Exercise struct {
	Scenario string
	What     string
	Fault    bool // What is a kind of fault, not a state
	Met      int  // seeds that got there
	Seeds    int  // that were run
}

// exercised runs the reference through each scenario and counts the seeds that get to what the scenario
// is for. A scenario that never does proves less than it says; one with faults that does not say what
// for is not known to prove anything.
func (c *check) exercised(ctx context.Context, scenarios []scenario.Scenario) error {
	fmt.Fprintf(c.opt.Progress, "looking for what each of %d scenarios is for\n", len(scenarios))
	rows := make([][]Exercise, len(scenarios))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				rows[i] = c.exercise(scenarios[i])
			}
		})
	}
	for i := range scenarios {
		if ctx.Err() == nil {
			next <- i
		}
	}
	close(next)
	workers.Wait()
	for i, s := range scenarios {
		states := 0
		for _, e := range rows[i] {
			if !e.Fault {
				states++
			}
			c.want(e.Met > 0, e.Scenario, fmt.Sprintf("in %d seeds never: %s", e.Seeds, e.What),
				"have the scenario's work or faults lead there, or declare what the scenario is for instead")
		}
		c.want(states > 0 || !s.Faults.Any(), s.Name, "it has faults and does not say what they are to lead to",
			"declare it in Setup: World.Sometimes")
	}
	c.report.Exercises = slices.Concat(rows...)
	return ctx.Err()
}

// exercise runs one scenario over its seeds.
func (c *check) exercise(s scenario.Scenario) []Exercise {
	states, faults, seeds := make(map[string]int), make(map[string]int), 0
	for seeds < c.opt.Runs && !(c.opt.Enough > 0 && seeds >= c.opt.Enough && all(states) && all(faults)) {
		seeds++
		r := lab.Run(s, lab.Options{Seed: uint64(seeds)})
		for what, is := range r.Met {
			states[what] += btoi(is)
		}
		for kind := range r.Injected {
			faults[kind] += btoi(r.Fired[kind] > 0)
		}
	}
	var rows []Exercise
	for _, kind := range slices.Sorted(maps.Keys(faults)) {
		rows = append(rows, Exercise{Scenario: s.Name, What: fmt.Sprintf("(%s strikes)", kind), Fault: true, Met: faults[kind], Seeds: seeds})
	}
	for _, what := range slices.Sorted(maps.Keys(states)) {
		rows = append(rows, Exercise{Scenario: s.Name, What: what, Met: states[what], Seeds: seeds})
	}
	return rows
}

// all says whether everything was met.
func all(met map[string]int) bool {
	for _, n := range met {
		if n == 0 {
			return false
		}
	}
	return true
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
