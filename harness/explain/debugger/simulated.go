package debugger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
	"strata/scenario"
)

// simulated is a run on the simulated network, as it is graded, with its faults.
type simulated struct {
	scenario scenario.Scenario
	opt      lab.Options
	session  *lab.Session
	probes   *Probes
	next     []trace.Next // what may come next; nil: not asked for yet
	logged   []string     // by nodes, since somebody asked last
}

// Simulated begins the run of a scenario, which was made on the stack that probes watch. Of the options
// Seed, Without and Picks count. The error says why it cannot be run.
func Simulated(s scenario.Scenario, opt lab.Options, probes *Probes) (Run, error) {
	r := &simulated{scenario: s, opt: opt, probes: probes}
	opt.Trace = func(e sim.TraceEvent) {
		probes.Event(e)
		if e.Kind == sim.TraceLog && len(r.logged) < mostListed {
			r.logged = append(r.logged, fmt.Sprintf("%s %s", scenario.Name(e.Node), e.Text))
		}
	}
	var err error
	r.session, err = lab.NewSession(s, opt)
	return r, err
}

// Logged is what nodes have logged since it was asked last.
func (r *simulated) Logged() []string {
	logged := r.logged
	r.logged = nil
	return logged
}

// Calls lists the last calls of pools and executors, or all with 0.
func (r *simulated) Calls(last int) string { return r.probes.Calls(last) }

// Next is Run's, as are the following.
func (r *simulated) Next() []trace.Next {
	if r.next == nil {
		planned := r.session.Planned()
		for i, e := range r.session.Ready() {
			r.next = append(r.next, trace.Next{Ready: e, Timed: true, Late: r.session.Now() - e.Due,
				Planned: planned > 0 && i == planned})
		}
	}
	return r.next
}

func (r *simulated) Choose(i int) {
	r.next = nil
	r.session.Choose(i)
}

func (r *simulated) Back(n int) {
	r.next = nil
	r.probes.Forget()
	_ = r.session.Back(n) // it could be built before
}

func (r *simulated) Done() int { return r.session.Done() }

func (r *simulated) Due() time.Duration {
	if ready := r.session.Ready(); len(ready) > 0 {
		return max(ready[0].Due, r.session.Now())
	}
	return r.session.Now()
}

func (r *simulated) Broken() error {
	if f := r.session.Result().Failure; f != nil {
		return fmt.Errorf("%v (%.6f s after the start)", f, f.At.Seconds())
	}
	return nil
}

func (r *simulated) Again(flags string) string {
	text := fmt.Sprintf("%s/%d", r.scenario.Name, r.opt.Seed)
	if picks := r.session.Picks(); len(picks) > 0 {
		text += fmt.Sprintf(" --picks %q", picks)
	}
	text += flags
	switch {
	case r.Done() == 0:
		return "strata debug " + text
	case len(r.opt.Without) > 0: // no replay leaves these out and keeps what was picked
		return fmt.Sprintf("strata debug %s, then: next %d", text, r.Done())
	}
	return fmt.Sprintf("strata debug %s, then: next %d\nstrata replay %s", text, r.Done(), text)
}

// Timeline runs everything again, for a run that is not asked for one is quicker without.
func (r *simulated) Timeline(last int) string {
	line := &timeline.Timeline{}
	opt := r.opt
	opt.Picks, opt.Trace = r.session.Picks(), line.Event
	if err := r.again(opt); err != nil {
		return err.Error()
	}
	var text strings.Builder
	if err := line.Render(&text, last); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// again runs everything again that has come, with these options.
func (r *simulated) again(opt lab.Options) error {
	again, err := lab.NewSession(r.scenario, opt)
	if err != nil {
		return err
	}
	for again.Done() < r.Done() && len(again.Ready()) > 0 {
		again.Choose(again.Planned())
	}
	return nil
}

func (r *simulated) Inspect(name string) string {
	var text strings.Builder
	for _, node := range r.session.Nodes() {
		if !strings.Contains(string(node), name) {
			continue
		}
		fmt.Fprintf(&text, "%s at %s\n", node, trace.Stamp(r.session.Now()))
		h := r.session.Host(node)
		if h == nil {
			fmt.Fprintf(&text, "  has not booted\n")
			continue
		}
		for _, line := range slices.Concat(r.probes.Describe(h), r.session.Shown(node), r.probes.Ledger(node)) {
			fmt.Fprintf(&text, "  %s\n", line)
		}
		u := r.session.Usage(node)
		if u == (scenario.Usage{}) {
			fmt.Fprintf(&text, "  has no connections and no timers\n")
			continue
		}
		fmt.Fprintf(&text, "  listens: %d, connections: %d, dials: %d, timers: %d\n",
			u.Listeners, u.Streams, u.Dials, u.Timers)
		for i, next := range r.Next() {
			if next.Node == node {
				fmt.Fprintf(&text, "  next %d: %s\n", i, next)
			}
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}
