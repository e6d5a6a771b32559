package lab

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// Session takes one run event by event. Before each it says what may come next; without other picks it is
// the run of its seed. It is used by one goroutine.
type Session struct {
	scenario scenario.Scenario
	opt      Options
	w        *simWorld
	picks    Picks
	done     int             // events that have come
	due      []time.Duration // when checks look, ascending
	ready    []sim.Ready
}

// NewSession begins the run. Of the options Picks are those that are made already, for the events
// that are still to come as well. The error says why the scenario cannot be run.
func NewSession(s scenario.Scenario, opt Options) (*Session, error) {
	if opt.MaxEvents == 0 {
		opt.MaxEvents = 2_000_000
	}
	opt.Engine = sim.TotalOrder
	d := &Session{scenario: s, opt: opt, picks: maps.Clone(opt.Picks)}
	if d.picks == nil {
		d.picks = make(Picks)
	}
	d.opt.Picks = nil
	return d, d.begin()
}

// begin builds the world again.
func (d *Session) begin() (err error) {
	d.w = &simWorld{scenario: d.scenario, opt: d.opt, stepped: true}
	d.done, d.due = 0, nil
	func() {
		defer d.w.guard()
		err = d.w.build()
	}()
	if err == nil && d.w.net != nil && d.w.checks.failed == nil {
		d.due = d.w.checks.deadlines(d.scenario.For)
	}
	d.look()
	return err
}

// look finds out what may come next. Where nothing does before a check is due, the check looks.
func (d *Session) look() {
	for d.ready = nil; len(d.due) > 0 && d.w.checks.failed == nil; d.due = d.due[1:] {
		if d.ready = d.w.net.Next(d.due[0]); len(d.ready) > 0 {
			return
		}
		d.w.net.Pass(d.due[0])
		func() {
			defer d.w.guard()
			d.w.checks.due(d.due[0])
		}()
	}
	if d.w.net != nil {
		d.w.untouched()
	}
}

// Ready lists what may come next; the first comes by itself. It is empty at the end of the scenario, and
// once a rule is broken. The slice is good until the next call of the session.
func (d *Session) Ready() []sim.Ready { return d.ready }

// Planned is the pick that was made for the next event: 0 if there is none.
func (d *Session) Planned() int {
	if i := d.picks[d.done+1]; i < len(d.ready) {
		return i
	}
	return 0
}

// Choose has the i-th of Ready come next. It says whether that called the node's code: what is for a
// connection that is gone does not.
func (d *Session) Choose(i int) (called bool) {
	d.done++
	delete(d.picks, d.done)
	if i > 0 {
		d.picks[d.done] = i
	}
	func() {
		defer d.w.guard()
		called = d.w.net.Take(d.ready[i])
	}()
	d.look()
	return called
}

// Done is how many events have come.
func (d *Session) Done() int { return d.done }

// Back runs everything again, but for the last n events, or what there is of them. What was chosen for
// these is forgotten.
func (d *Session) Back(n int) error {
	to := max(0, d.done-n)
	for event := range d.picks {
		if event > to {
			delete(d.picks, event)
		}
	}
	if err := d.begin(); err != nil {
		return err
	}
	for d.done < to && len(d.ready) > 0 {
		d.Choose(d.Planned())
	}
	return nil
}

// Picks are those that were made. They are the caller's.
func (d *Session) Picks() Picks { return maps.Clone(d.picks) }

// Result is what came of the run so far.
func (d *Session) Result() Result { return d.w.result() }

// Now is the time since the start.
func (d *Session) Now() time.Duration { return d.w.Now() }

// Nodes lists the nodes in the order in which the scenario made them.
func (d *Session) Nodes() []network.Addr { return d.w.nodes }

// Host is that of the node's current life; nil if it has not booted.
func (d *Session) Host(node network.Addr) network.Host { return d.w.hosts[node] }

// Usage is what the node's host has open.
func (d *Session) Usage(node network.Addr) scenario.Usage { return d.w.net.Usage(node) }

// Shown is how the scenario describes the node, a line each.
func (d *Session) Shown(node network.Addr) (lines []string) {
	defer func() {
		if value := recover(); value != nil { // of code that has panicked before, say
			lines = append(lines, fmt.Sprintf("(cannot be shown: %v)", value))
		}
	}()
	for _, s := range d.w.shows {
		if s.node == node && d.w.hosts[node] != nil {
			lines = append(lines, strings.Split(s.describe(), "\n")...)
		}
	}
	return lines
}

// runPicks is Run with picks.
func runPicks(s scenario.Scenario, opt Options) Result {
	d, err := NewSession(s, opt)
	if err != nil {
		d.w.checks.unsound(err.Error())
	}
	for len(d.ready) > 0 {
		d.Choose(d.Planned())
	}
	return d.Result()
}
