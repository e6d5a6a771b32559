// Package shrink makes a failing run small: it leaves out faults, nodes, work and other choices of
// the run (lab.Choices) as long as the same rule still breaks, and then keeps of its trace what led
// to the violation.
//
// A smaller run counts only if the reference passes it: else it would break the rule by asking for
// what nobody was told to do.
//
// Source: delta debugging, Zeller and Hildebrandt, "Simplifying and isolating failure-inducing
// input" (2002): here without the runs of single parts, which keyed choices make useless.
package shrink

import (
	"cmp"
	"slices"
	"time"

	"strata/harness/lab"
	"strata/network"
	"strata/scenario"
)

// Options bound the work. Which run comes out depends on them and on the seed alone, unless the
// time runs out first.
type Options struct {
	Runs      int                // 0 means 500
	Time      time.Duration      // 0 means 1 s
	Reference *scenario.Scenario // the same scenario on the reference; nil: any smaller run counts
	Started   func()             // called before each run; nil: nobody
	Own       string             // packages of the student, for the frame; empty means lab.Theirs
	Shown     *lab.Watched       // the scenario once more, for the run that is shown; nil: it tells less
}

// The budget, if none is set.
const (
	defaultRuns = 500
	defaultTime = time.Second
)

// Result is the small run.
type Result struct {
	Run     lab.Result // it failed
	Without []string   // keys of the choices that are left out, sorted
	Kept    []string   // what of the choices is left, in words
	Choices int        // of the whole run
	Events  uint64     // callbacks in the whole run, up to the violation
	Tries   int        // runs that it took
	Minimal bool       // without any one more of the choices it does not break that rule
	Nearest string     // the choice without which the run passes, in words; empty: there is none
	Frame   string     // the student's "file:line" that acted last in Trace; empty: unknown
	Trace   []Line
	Lines   int // of the trace before any were left out for want of room
	Hidden  int // lines about layers below that Trace leaves out
}

// Run shrinks the run of that seed; false if it does not fail by breaking a rule or by a panic,
// for then there is nothing to hold on to.
func Run(s scenario.Scenario, seed uint64, opt Options) (Result, bool) {
	opt.Runs, opt.Time = cmp.Or(opt.Runs, defaultRuns), cmp.Or(opt.Time, defaultTime)
	opt.Own = cmp.Or(opt.Own, lab.Theirs)
	k := &shrinker{scenario: s, seed: seed, opt: opt, deadline: time.Now().Add(opt.Time), tried: make(map[string]bool)}
	k.best = k.run(s, nil)
	if !k.best.Failed() || !k.best.Failure.Ending.Shrinks() {
		return Result{Tries: k.runs}, false
	}
	k.all = lab.Choices(s, seed)
	out := Result{Choices: len(k.all), Events: k.best.Events}
	k.most = int(2*k.best.Events) + 10_000
	if k.sound(nil) {
		k.reduce()
		out.Minimal = k.minimal()
		out.Nearest = k.nearest()
	}
	for _, c := range k.left() {
		out.Kept = append(out.Kept, c.Text)
	}
	for key := range k.without {
		out.Without = append(out.Without, key)
	}
	slices.Sort(out.Without)
	out.Run = k.best
	if opt.Shown == nil {
		opt.Shown = &lab.Watched{Scenario: s}
	}
	out.show(*opt.Shown, seed, opt)
	out.Tries = k.runs + 1
	return out, true
}

// shrinker is one shrinking under way.
type shrinker struct {
	scenario scenario.Scenario
	seed     uint64
	opt      Options
	deadline time.Time
	most     int // events of one run
	runs     int
	all      []lab.Choice
	without  lab.Without // of the smallest run so far,
	best     lab.Result  // which failed so
	tried    map[string]bool
	failing  map[network.Addr]bool // addresses of which dials fail in the whole run; nil: nobody has looked
}

// spent says whether the budget is.
func (k *shrinker) spent() bool { return k.runs >= k.opt.Runs || time.Now().After(k.deadline) }

func (k *shrinker) run(s scenario.Scenario, without lab.Without) lab.Result {
	k.runs++
	if k.opt.Started != nil {
		k.opt.Started()
	}
	return lab.Run(s, lab.Options{Seed: k.seed, Without: without, MaxEvents: k.most})
}

// sound says whether the reference passes the run.
func (k *shrinker) sound(without lab.Without) bool {
	return k.opt.Reference == nil || !k.run(*k.opt.Reference, without).Failed()
}

// try leaves more choices out, and keeps that if the run still fails.
func (k *shrinker) try(choices []lab.Choice) bool {
	choices = slices.DeleteFunc(slices.Clone(choices), func(c lab.Choice) bool { return k.without[c.Key] })
	if len(choices) == 0 || k.spent() {
		return false
	}
	with := k.without.With(keys(choices)...)
	mark := k.mark(with)
	if k.tried[mark] {
		return false
	}
	k.tried[mark] = true
	r := k.run(k.scenario, with)
	if !r.Failure.Same(k.best.Failure) || k.strands(choices, with) || !k.sound(with) {
		return false
	}
	k.without, k.best = with, r
	return true
}

func keys(choices []lab.Choice) []string {
	all := make([]string, len(choices))
	for i, c := range choices {
		all[i] = c.Key
	}
	return all
}

// mark names a set of choices.
func (k *shrinker) mark(without lab.Without) string {
	bits := make([]byte, len(k.all))
	for i, c := range k.all {
		if without[c.Key] {
			bits[i] = 1
		}
	}
	return string(bits)
}

// left are the choices that are not left out.
func (k *shrinker) left() []lab.Choice { return k.those(func(lab.Choice) bool { return true }) }

func (k *shrinker) those(want func(lab.Choice) bool) []lab.Choice {
	var some []lab.Choice
	for _, c := range k.all {
		if !k.without[c.Key] && want(c) {
			some = append(some, c)
		}
	}
	return some
}

// of selects a class.
func of(class lab.Class) func(lab.Choice) bool {
	return func(c lab.Choice) bool { return c.Class == class }
}
