package vary

import (
	"fmt"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// Timers is how the timers of the graded layer ran at the node that does nothing more, beside ours.
type Timers struct {
	Node  network.Addr
	Yours string // the first one that is not as ours, in words; empty: all are
	Ours  string
	By    []lab.Call // that set yours, the innermost first; empty: unknown
}

// ran is a timer of the graded layer, which may have run.
type ran struct {
	set  time.Duration
	by   []lab.Call // that set it
	at   time.Duration
	runs bool // by the end
	sets []*ran
}

// clocks keeps the timers that one layer sets, of all nodes.
type clocks struct {
	layer   string
	all     map[timer]*ran
	order   map[network.Addr][]*ran // as they ran
	running *ran                    // nil: none is
}

func newClocks(layer string) *clocks {
	return &clocks{layer: layer, all: make(map[timer]*ran), order: make(map[network.Addr][]*ran)}
}

// note looks at an event, while the code that did it is on the stack.
func (c *clocks) note(e sim.TraceEvent) {
	name := timer{e.Node, e.Timer}
	switch {
	case e.Kind == sim.TraceSet && lab.Layer() == c.layer:
		t := &ran{set: e.At, by: lab.Callers(lab.Theirs, mostCalls)}
		c.all[name] = t
		if c.running != nil {
			c.running.sets = append(c.running.sets, t)
		}
	case e.Kind == sim.TraceTimer && c.all[name] != nil:
		c.running = c.all[name]
		c.running.at, c.running.runs = e.At, true
		c.order[e.Node] = append(c.order[e.Node], c.running)
	case e.Kind.Calls():
		c.running = nil
	}
}

// until are the timers of a node that had run before that time.
func (c *clocks) until(node network.Addr, end time.Duration) (all []*ran) {
	for _, t := range c.order[node] {
		if t.at < end { // one of that very moment may come after the end
			all = append(all, t)
		}
	}
	return all
}

// timersBeside compares the timers of a node up to a time, at which ours does more: what parts later comes of that. Nil:
// neither set any.
func timersBeside(node network.Addr, yours, ours *clocks, end time.Duration) *Timers {
	a, b := yours.until(node, end), ours.until(node, end)
	if len(a)+len(b) == 0 {
		return nil
	}
	t := &Timers{Node: node}
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			t.Yours, t.Ours = "no more of them run", b[i].words(len(b)-i-1, end)
		case i >= len(b):
			t.Yours, t.Ours, t.By = a[i].words(len(a)-i-1, end), "no more of them run", a[i].by
		case !a[i].as(b[i]):
			t.Yours, t.Ours, t.By = a[i].words(len(a)-i-1, end), b[i].words(len(b)-i-1, end), a[i].by
		default:
			continue
		}
		break
	}
	return t
}

// as says whether two timers were set and ran at one time, and had the same come of them.
func (t *ran) as(other *ran) bool {
	near := func(d time.Duration) bool { return d <= soon && d >= -soon }
	return near(t.set-other.set) && near(t.at-other.at) && len(t.sets) == len(other.sets)
}

// words says what a timer did, and how many ran after it.
func (t *ran) words(after int, end time.Duration) string {
	text := fmt.Sprintf("%.3f s  the one set at %.3f s runs, and sets ", t.at.Seconds(), t.set.Seconds())
	switch {
	case len(t.sets) == 0:
		text += "no other"
	case len(t.sets) > 1:
		text += fmt.Sprintf("%d others", len(t.sets))
	case t.sets[0].runs && t.sets[0].at < end:
		text += fmt.Sprintf("another, which runs at %.3f s", t.sets[0].at.Seconds())
	default:
		text += "another, which has not run by then"
	}
	if after == 0 {
		return text + "; none runs after it"
	}
	return text + fmt.Sprintf("; %d more run by then", after)
}

// Lines says how they ran, in a line or two after the first.
func (t Timers) Lines() []string {
	if t.Yours == "" {
		return []string{fmt.Sprintf("all that this layer sets at %s run as ours do up to then", scenario.Name(t.Node))}
	}
	return []string{fmt.Sprintf("the first of those that this layer sets at %s to differ from ours:", scenario.Name(t.Node)),
		"yours  " + t.Yours, "ours   " + t.Ours}
}
