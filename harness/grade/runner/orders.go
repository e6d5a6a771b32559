package runner

import (
	"fmt"
	"strings"

	"strata/harness/explain/debugger"
	"strata/harness/explore"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/harness/trace/timeline"
	"strata/scenario"
)

// explore looks at every order of a scenario, or at one. The watchdog counts from each sign of
// life.
func (r *runner) explore(t pipe.Explore) (answer pipe.Explored) {
	s, line := r.scenario(t.Run), &timeline.Timeline{}
	r.watch.begin(t.Seed)
	opt := explore.Options{
		Seed: t.Seed, Budget: t.Budget,
		Trace:    bounded(line.Event),
		Alive:    r.watch.alive,
		Progress: func(states, events int) { r.watch.tell(pipe.Covered{States: states, Depth: events}) },
	}
	if t.Schedule != nil {
		answer.Result = explore.Replay(s, t.Schedule, opt)
	} else {
		answer.Result = explore.Run(s, opt)
	}
	var text strings.Builder
	if line.Render(&text, 0) == nil {
		answer.Timeline = short(text.String())
	}
	return answer
}

// beginSession begins a session that steps through a run.
func (r *runner) beginSession(t pipe.Begin) pipe.Said {
	r.watch.begin(t.Seed)
	s := r.scenario(t.Run)
	run, err := r.stepped(s, t)
	if err != nil {
		return pipe.Said{Text: err.Error(), Over: true}
	}
	r.console, r.shown = debugger.New(fmt.Sprintf("%s/%d: %s", s.Name, t.Seed, s.Title), t.Flags, run), t.Show
	return r.said(r.console.Greeting(), false)
}

// said is an answer of the session.
func (r *runner) said(text string, over bool) pipe.Said {
	said := pipe.Said{Text: short(text), Over: over}
	if r.shown && !over {
		stands := r.console.Stands()
		said.Stands = &stands
	}
	return said
}

// line has the session take one line.
func (r *runner) line(t pipe.Line) pipe.Said {
	if r.console == nil {
		return pipe.Said{Text: "no session has begun", Over: true}
	}
	r.watch.begin(t.Seed)
	return r.said(r.console.Do(t.Text))
}

// stepped is the run of the seed, or one order of a scenario that is explored.
func (r *runner) stepped(s scenario.Scenario, t pipe.Begin) (debugger.Run, error) {
	if t.Orders != nil {
		return explore.NewSession(s, explore.Options{Seed: t.Seed, Budget: t.Orders})
	}
	picks, err := lab.ParsePicks(t.Picks)
	if err != nil {
		return nil, err
	}
	probes := &debugger.Probes{}
	mix := r.mix(t.Run)
	mix.Stack = probes.Stack(mix.Stack)
	watched := r.parts.all(mix)
	return debugger.Simulated(find(watched, s.Name), lab.Options{Seed: t.Seed, Picks: picks,
		Without: lab.Without(nil).With(t.Without...)}, probes)
}
