package debugger

import (
	"fmt"
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
	texts    []string // of what may come next; nil: not asked for yet
}

// Simulated begins the run of a scenario, which was made on the stack that probes watch. Of the options
// Seed, Without and Picks count. The error says why it cannot be run.
func Simulated(s scenario.Scenario, opt lab.Options, probes *Probes) (Run, error) {
	session, err := lab.NewSession(s, opt)
	if err != nil {
		return nil, err
	}
	return &simulated{scenario: s, opt: opt, session: session, probes: probes}, nil
}

// Choices is Run's, as are the following.
func (r *simulated) Choices() []string {
	ready := r.session.Ready()
	if r.texts == nil && len(ready) > 0 {
		planned := r.session.Planned()
		for i := range ready {
			r.texts = append(r.texts, r.describe(&ready[i]))
		}
		if planned > 0 {
			r.texts[planned] += " (as chosen)"
		}
	}
	return r.texts
}

func (r *simulated) Choose(i int) {
	r.texts = nil
	r.session.Choose(i)
}

func (r *simulated) Back(n int) {
	r.texts = nil
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
		text += fmt.Sprintf(" --choices %q", picks)
	}
	text += flags
	if r.Done() == 0 {
		return "strata debug " + text
	}
	return fmt.Sprintf("strata debug %s, then: next %d\nstrata replay %s", text, r.Done(), text)
}

// Timeline runs everything again, for a run that is not asked for one is quicker without.
func (r *simulated) Timeline(last int) string {
	line := &timeline.Timeline{}
	opt := r.opt
	opt.Picks, opt.Trace, opt.Work = r.session.Picks(), line.Event, line.Work
	again, err := lab.NewSession(r.scenario, opt)
	if err != nil {
		return err.Error()
	}
	for again.Done() < r.Done() && len(again.Ready()) > 0 {
		again.Choose(again.Planned())
	}
	var text strings.Builder
	if err := line.Render(&text, last); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func (r *simulated) Inspect(name string) string {
	var text strings.Builder
	for _, node := range r.session.Nodes() {
		if !strings.Contains(string(node), name) {
			continue
		}
		fmt.Fprintf(&text, "%s at %s\n", node, stamp(r.session.Now()))
		h := r.session.Host(node)
		if h == nil {
			fmt.Fprintf(&text, "  has not booted\n")
			continue
		}
		for _, line := range append(r.probes.Describe(h), r.session.Shown(node)...) {
			fmt.Fprintf(&text, "  %s\n", line)
		}
		u := r.session.Usage(node)
		if u == (scenario.Usage{}) {
			fmt.Fprintf(&text, "  has nothing open: it is down, or stopped\n")
			continue
		}
		fmt.Fprintf(&text, "  listens: %d, connections: %d, dials: %d, timers: %d\n", u.Listeners, u.Streams, u.Dials, u.Timers)
		for i, choice := range r.Choices() {
			if r.session.Ready()[i].Node == node {
				fmt.Fprintf(&text, "  next %d: %s\n", i, choice)
			}
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// describe says what may come, and when it would.
func (r *simulated) describe(e *sim.Ready) string {
	text := string(e.Node) + " "
	switch e.Kind {
	case sim.ReadyFault:
		text += r.fault(e)
	case sim.ReadyWork:
		text += r.session.Work(*e)
	case sim.ReadyTimer:
		text += fmt.Sprintf("runs timer %d", e.Timer)
	case sim.ReadyDial:
		text += fmt.Sprintf("gets <- %s a dial", e.Peer)
	case sim.ReadyAccept:
		text += fmt.Sprintf("gets -> %s the acceptance of its dial", e.Peer)
	case sim.ReadyRefuse:
		text += fmt.Sprintf("is refused by %s", e.Peer)
	case sim.ReadyPiece:
		text += fmt.Sprintf("gets %s %s", connection(e), carried(e))
	case sim.ReadyFlush:
		text += fmt.Sprintf("gets %s the bytes that were held back", connection(e))
	case sim.ReadyEnd:
		text += fmt.Sprintf("gets %s the close", connection(e))
	case sim.ReadyReset:
		text += fmt.Sprintf("loses its connection %s", connection(e))
	}
	if e.Due < r.session.Now() {
		return text + fmt.Sprintf(" (%s late)", stamp(r.session.Now()-e.Due))
	}
	return text + fmt.Sprintf(" (at %s)", stamp(e.Due))
}

func (*simulated) fault(e *sim.Ready) string {
	switch {
	case e.Fault == nil:
		return "boots"
	case e.Over:
		return fmt.Sprintf("sees the %v end", e.Fault)
	}
	return fmt.Sprintf("sees the %v begin", e.Fault)
}

// stamp is a time in seconds, to the microsecond.
func stamp(t time.Duration) string { return fmt.Sprintf("%.6f s", t.Seconds()) }

// connection names the other end as the timeline does.
func connection(e *sim.Ready) string {
	arrow := "->"
	if e.Incoming {
		arrow = "<-"
	}
	if e.Conn > 1 {
		return fmt.Sprintf("%s %s #%d", arrow, e.Peer, e.Conn)
	}
	return arrow + " " + string(e.Peer)
}

// carried says what messages a piece has.
func carried(e *sim.Ready) string {
	var texts []string
	for _, m := range trace.Decode(append(append([]byte{}, e.Head...), e.Body...)) {
		texts = append(texts, m.String())
	}
	return strings.Join(texts, ", ")
}
