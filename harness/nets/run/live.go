package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/harness/nets/spec"
	"strata/network"
	"strata/scenario"
)

// Live is one run that goes on as long as somebody wants, and that is struck meanwhile. What strikes it begins at a whole
// millisecond after Now; so Spec is a file that says all of it, and a run of that file has the same hash. A Live is used by
// one goroutine.
type Live struct {
	job    Job // its Spec is not completed, and has what was done so far
	r      *chainRun
	faults []int                // of the spec's faults, those done here, as the simulator counts them
	given  int                  // faults of the file
	until  []bool               // of the same: it lasts until it is lifted
	raids  []bool               // of the spec's raids: likewise
	colour map[string]int       // of blocks
	index  map[network.Addr]int // of nodes; nil: not needed yet
	failed error

	// Again is called now and then while a click has the run begin again from the start, with how far it has come; nil: it is
	// not.
	Again func(at, of time.Duration)
}

// Errors of what is done to a live run. Nothing has changed then.
var (
	ErrNotLive = errors.New("not live")                    // the experiment is none that can be shown so
	ErrClick   = errors.New("that cannot be done")         // what was asked for makes no sense
	ErrGone    = errors.New("that is over, or gone")       // what it was about is no longer there
	ErrOver    = errors.New("the run has come to its end") // there is no time left
)

// gone is ErrGone with its reason.
func gone(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrGone}, args...)...)
}

// longest is how long a live run can be, unless its file is longer.
const longest = 24 * time.Hour

// again is in how many parts a run is done again.
const again = 100

// grain is what the times of clicks are multiples of.
const grain = time.Millisecond

// NewLive sets up a live run; its job's spec is a point of an experiment, not completed. The spec's own end does not count.
// Errors: ErrNotLive, and those of Do.
func NewLive(ctx context.Context, job Job) (*Live, error) {
	if job.Spec.Run.Protocol != "chain" {
		return nil, fmt.Errorf("%w: protocol %q has no blocks to look at: want an experiment with protocol = \"chain\"", ErrNotLive, job.Spec.Run.Protocol)
	}
	if job.Workers == 0 {
		job.Workers = 1
	}
	r := job.Spec.Run
	end := max(longest, r.For.Duration, r.Until.Duration, r.Warmup.Duration+2*time.Duration(r.Blocks)*job.Spec.Complete().Miners.Interval.Duration)
	job.Spec.Run.For, job.Spec.Run.Blocks, job.Spec.Run.Settle = spec.Duration{}, 0, spec.Duration{}
	job.Spec.Run.Until = spec.Duration{Duration: end}
	job.Spec.Faults, job.Spec.Raids = slices.Clone(job.Spec.Faults), slices.Clone(job.Spec.Raids)
	l := &Live{job: job, given: len(job.Spec.Faults), raids: make([]bool, len(job.Spec.Raids)), colour: map[string]int{}}
	return l, l.build(ctx, job, grain)
}

// build sets the network of a job up, runs it up to a time, and takes it for the run. After an error nothing has changed.
func (l *Live) build(ctx context.Context, job Job, upTo time.Duration) (err error) {
	defer l.caught(&err)
	complete := job
	complete.Spec = job.Spec.Complete()
	w, err := build(complete)
	if err != nil {
		return err
	}
	r := w.protocol.(*chainRun)
	for i := range again {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.net.Run(upTo / again * time.Duration(i+1))
		if l.Again != nil {
			l.Again(r.net.Now(), upTo)
		}
	}
	r.net.Run(upTo)
	l.job, l.r, l.faults = job, r, r.numbers[l.given:]
	return nil
}

// caught makes an error of a panic of a node's code. The run goes no further then.
func (l *Live) caught(err *error) {
	if value := recover(); value != nil {
		l.failed = panicked(value)
		*err = l.failed
	}
}

// Run goes on up to a time. Errors: ErrOver, ctx's, and what a node's code has panicked with.
func (l *Live) Run(ctx context.Context, until time.Duration) (err error) {
	defer l.caught(&err)
	switch {
	case l.failed != nil:
		return l.failed
	case l.Now() >= l.End():
		return ErrOver
	case ctx.Err() != nil:
		return ctx.Err()
	}
	l.r.net.Run(min(until, l.End()))
	return nil
}

// Now is the time since the start of the run.
func (l *Live) Now() time.Duration { return l.r.net.Now() }

// End is when the run ends at the latest.
func (l *Live) End() time.Duration { return l.job.Spec.Run.Until.Duration }

// Hash is that of everything that has happened, as Result has it.
func (l *Live) Hash() string { return fmt.Sprintf("%016x", l.r.net.Hash()) }

// next is the first time at which something that is asked for now can begin.
func (l *Live) next() time.Duration { return (l.Now()/grain + 1) * grain }

// Strike has a fault begin at once; it returns its number among the spec's faults. At is set here. Where For is 0 and the
// kind can be lifted, it lasts until it is. Errors: ErrClick, ErrGone, ErrOver, and those of NewLive.
func (l *Live) Strike(ctx context.Context, f spec.Fault) (number int, err error) {
	defer l.caught(&err)
	f.At, f.Every = spec.Duration{Duration: l.next()}, spec.Duration{}
	open := f.For.Duration == 0 && liftable(f.Kind)
	if open {
		f.For.Duration = l.End() - f.At.Duration + time.Hour
	}
	if err := l.strikeable(f); err != nil {
		return 0, err
	}
	number = len(l.job.Spec.Faults)
	struck, err := l.r.struck(f, number, 0)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrClick, err)
	}
	fault, any := l.r.fault(f, f.At.Duration, struck)
	if !any {
		return 0, fmt.Errorf("%w: it is between those that are chosen and all others: choose some, not all", ErrClick)
	}
	job := l.job
	job.Spec.Faults = append(slices.Clone(l.job.Spec.Faults), f)
	if at, ok := l.r.net.Strike(fault); ok {
		l.job, l.faults = job, append(l.faults, at)
	} else if err := l.build(ctx, job, l.Now()); err != nil {
		return 0, err
	}
	l.until = append(l.until, open)
	return number, nil
}

// liftable says whether faults of the kind can end before they were said to.
func liftable(kind string) bool {
	k := scenario.FaultKind(kind)
	return k == scenario.Partition || k == scenario.Pause || k == scenario.Crash
}

// strikeable says why a fault cannot be; nil if it can.
func (l *Live) strikeable(f spec.Fault) error {
	if f.At.Duration >= l.End() {
		return ErrOver
	}
	if f.Kind == string(scenario.Join) {
		return fmt.Errorf("%w: all nodes have joined already", ErrClick)
	}
	asked := spec.Spec{Run: l.job.Spec.Run, Network: l.job.Spec.Network, Places: l.job.Spec.Places, Miners: l.job.Spec.Miners}
	asked.Faults = []spec.Fault{f}
	if err := check(asked); err != nil {
		return err
	}
	for _, name := range f.Regions {
		if !slices.Contains(l.r.places.Regions, name) {
			return gone("there is no region %q", name)
		}
	}
	down := func(node int) bool { return node < len(l.r.members) && !l.r.net.Up(l.r.addrs[node]) }
	if len(f.Nodes) > 0 && !slices.ContainsFunc(f.Nodes, func(node int) bool { return !down(node) }) {
		return gone("none of these nodes is up")
	}
	return nil
}

// check says what is wrong with what was asked for.
func check(s spec.Spec) error {
	f := spec.File{Spec: s}
	err := f.Check()
	var mistakes spec.Mistakes
	if errors.As(err, &mistakes) {
		return fmt.Errorf("%w: %s: %s", ErrClick, mistakes[0].Path, mistakes[0].Text)
	}
	return err
}

// Raid has an attack begin at once; it returns its number among the spec's raids. Where For is 0 it lasts until it is
// lifted. Errors: as Strike's.
func (l *Live) Raid(a spec.Attack) (number int, err error) {
	defer l.caught(&err)
	a.At = spec.Duration{Duration: l.next()}
	open := a.For.Duration == 0
	if open {
		a.For.Duration = l.End() - a.At.Duration + time.Hour
	}
	if a.At.Duration >= l.End() {
		return 0, ErrOver
	}
	for _, other := range l.r.raids {
		switch {
		case other.At.Duration > a.At.Duration:
			return 0, fmt.Errorf("%w: the file has an attack at %v, and there is one at a time", ErrClick, other.At)
		case other.on(a.At.Duration):
			return 0, fmt.Errorf("%w: an attack is under way: end it first", ErrClick)
		}
	}
	asked := spec.Spec{Run: l.job.Spec.Run, Network: l.job.Spec.Network, Places: l.job.Spec.Places, Miners: l.job.Spec.Miners,
		Attack: l.job.Spec.Attack}
	asked.Raids = []spec.Attack{a}
	if err := check(asked); err != nil {
		return 0, err
	}
	complete := spec.Spec{Raids: []spec.Attack{a}}.Complete()
	if err := l.r.addRaid(complete.Raids[0]); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrClick, err)
	}
	l.job.Spec.Raids = append(slices.Clone(l.job.Spec.Raids), a)
	l.raids = append(l.raids, open)
	return len(l.raids) - 1, nil
}

// Lift ends a fault of Strike that can be lifted. Errors: ErrGone, ErrClick.
func (l *Live) Lift(number int) error {
	i := number - l.given
	if i < 0 || i >= len(l.until) {
		return gone("there is no fault %d that was clicked", number)
	}
	f := &l.job.Spec.Faults[number]
	at := max(l.next(), f.At.Duration+grain)
	switch {
	case f.At.Duration+f.For.Duration <= at:
		return gone("the %s has ended", f.Kind)
	case !liftable(f.Kind):
		return fmt.Errorf("%w: a %s ends when it was said to, for that decided already when things arrive", ErrClick, f.Kind)
	case !l.until[i]:
		return fmt.Errorf("%w: it ends by itself at %v", ErrClick, f.At.Duration+f.For.Duration)
	}
	l.r.net.Lift(l.faults[i], at)
	l.job.Spec.Faults = slices.Clone(l.job.Spec.Faults)
	l.job.Spec.Faults[number].For.Duration = at - f.At.Duration
	l.until[i] = false
	return nil
}

// EndRaid ends a raid. Error: ErrGone.
func (l *Live) EndRaid(number int) error {
	if number < 0 || number >= len(l.raids) {
		return gone("there is no attack %d", number)
	}
	a := &l.job.Spec.Raids[number]
	at := max(l.next(), a.At.Duration+grain)
	if a.At.Duration+a.For.Duration <= at {
		return gone("the attack is over")
	}
	l.job.Spec.Raids = slices.Clone(l.job.Spec.Raids)
	l.job.Spec.Raids[number].For.Duration = at - a.At.Duration
	l.r.raids[number].For.Duration = at - a.At.Duration
	l.raids[number] = false
	return nil
}

// Spec is the experiment that does what was done here so far, and breaks off now: one run of it has Hash. It ends open
// faults a second after that, which nothing shows.
func (l *Live) Spec() spec.Spec {
	s, now := l.job.Spec, l.Now()
	s.Run.Seeds, s.Run.First, s.Run.Most, s.Run.StopAt, s.Run.StopOn = 1, l.job.Seed, 0, 0, ""
	s.Run.Until = spec.Duration{Duration: now}
	s.Sweep, s.Expect, s.Plots, s.Short = spec.Sweep{}, nil, nil, nil
	s.Faults, s.Raids = slices.Clone(s.Faults), slices.Clone(s.Raids)
	for i, open := range l.until {
		if f := &s.Faults[l.given+i]; open {
			f.For.Duration = now - f.At.Duration + time.Second
		}
	}
	for i, open := range l.raids {
		if a := &s.Raids[i]; open {
			a.For.Duration = now - a.At.Duration + time.Second
		}
	}
	return s
}
