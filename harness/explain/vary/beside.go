package vary

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"strata/harness/course/steps"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
	"strata/scenario"
)

// Beside is where a run of a student's layers first does something else than the same run of ours, in what matters to
// the layer that is graded.
type Beside struct {
	Node    network.Addr
	Peer    network.Addr  // towards whom; empty: nobody
	Yours   string        // what the node does; empty: nothing more
	YoursAt time.Duration // virtual time
	Ours    string
	OursAt  time.Duration
	Calls   []lab.Call // of the student's code that did it, the innermost first; empty: unknown, or it did nothing
	Set     []lab.Call // and that set the timer in which it did; empty: in no timer
	Timers  *Timers    // of the node that does nothing more; nil: it does something, or its layer sets none
	Later   string     // whether the node that does nothing more does it after all; empty: it does something, or nobody knows
}

// BesideOurs runs a seed on both and compares what nodes do until the run of theirs fails. False: they do the same.
func BesideOurs(theirs, ours lab.Watched, opt lab.Options) (Beside, bool) {
	layer := steps.LayerOf(theirs.Scenario.Step)
	rank := slices.Index(steps.Layers, layer)
	yourTimers, ourTimers := newClocks(layer), newClocks(layer)
	yours, failed := acts(theirs, opt, rank, yourTimers)
	if !failed.Failed() {
		return Beside{}, false
	}
	// What is late by then is missing: ours is looked at for as long, and a little longer.
	others, _ := acts(ours, opt, rank, ourTimers)
	var found []parting
	for _, at := range places(yours, others) {
		p, ok := part(at, before(yours[at], failed.Failure.At), before(others[at], failed.Failure.At))
		if ok && !cut(p, failed.Failure) {
			p.weight = weigh(p, rank)
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return Beside{}, false
	}
	first := slices.MinFunc(found, func(a, b parting) int {
		return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.at(), b.at()))
	})
	b := first.beside()
	if first.yours == nil {
		b.Later = later(theirs, opt, rank, first, before(yours[first.place], failed.Failure.At))
		b.Timers = timersBeside(b.Node, yourTimers, ourTimers, min(b.OursAt, failed.Failure.At))
	}
	return b, true
}

// onFor is how much longer a run goes on for whoever wants to know what comes later.
const onFor = 10 * time.Minute

// later says whether a node does after all what it has not done by the end of its run, if that goes on. Nothing if
// the longer run is another one from the start.
func later(theirs lab.Watched, opt lab.Options, rank int, p parting, done []act) string {
	theirs.Scenario.For += onFor
	longer, _ := acts(theirs, opt, rank, newClocks(""))
	all := longer[p.place]
	same := func(a, b act) bool { return a.key == b.key && a.at == b.at }
	if len(all) < len(done) || !slices.EqualFunc(all[:len(done)], done, same) {
		return ""
	}
	for _, a := range all[len(done):] {
		if a.key == p.ours.key {
			return fmt.Sprintf("; in a longer run it %s at %.3f s", a.words, a.at.Seconds())
		}
	}
	return fmt.Sprintf(", nor in the %.0f minutes after", onFor.Minutes())
}

// cut says whether something is missing only because the run ended in that moment.
func cut(p parting, f *lab.Failure) bool {
	return p.yours == nil && p.ours.at == f.At && f.Ending == lab.Broke
}

// place is where things happen that have an order: what one node does towards one other, or by itself.
type place struct{ node, peer network.Addr }

// act is one thing that a node's code did.
type act struct {
	at    time.Duration
	key   string // what it was, without ids that are drawn
	words string
	layer string // that it belongs to: of a message
	calls []lab.Call
	set   []lab.Call
}

// parting is where what happened at a place parts; nil: nothing more.
type parting struct {
	place
	yours, ours *act
	late        bool // they do the same, but not at the same time
	weight      int  // the lighter the more it matters
}

// at is when it parts.
func (p parting) at() time.Duration {
	switch {
	case p.yours == nil:
		return p.ours.at
	case p.ours == nil:
		return p.yours.at
	}
	return min(p.yours.at, p.ours.at)
}

// beside is the parting as it is told.
func (p parting) beside() Beside {
	b := Beside{Node: p.node, Peer: p.peer}
	if p.yours != nil {
		b.Yours, b.YoursAt, b.Calls, b.Set = p.yours.words, p.yours.at, p.yours.calls, p.yours.set
	}
	if p.ours != nil {
		b.Ours, b.OursAt = p.ours.words, p.ours.at
	}
	return b
}

// mostCalls is how many calls of a stack are kept.
const mostCalls = 3

// callers keeps who did what in a run: the calls on the stack, and those that set the timer that was running.
type callers struct {
	did     map[int][2][]lab.Call // by event
	set     map[timer][]lab.Call
	running []lab.Call // that set the timer under way; empty: none is
}

// timer names one that a node has set.
type timer struct {
	node   network.Addr
	number uint64
}

// note looks at the stack of an event, which the recorder has kept as the last one.
func (c *callers) note(e sim.TraceEvent, last int) {
	switch e.Kind {
	case sim.TraceWrite, sim.TraceDial, sim.TraceClose, sim.TraceTell:
		c.did[last] = [2][]lab.Call{lab.Callers(lab.Theirs, mostCalls), c.running}
	case sim.TraceSet:
		c.set[timer{e.Node, e.Timer}] = lab.Callers(lab.Theirs, mostCalls)
	case sim.TraceTimer:
		c.running = c.set[timer{e.Node, e.Timer}]
	default:
		if e.Kind.Calls() {
			c.running = nil
		}
	}
}

// acts runs the seed and lists what nodes do, by place; the timers are noted on the way.
func acts(w lab.Watched, opt lab.Options, rank int, timers *clocks) (map[place][]act, lab.Result) {
	rec := &trace.Recorder{Tells: true}
	by := callers{make(map[int][2][]lab.Call), make(map[timer][]lab.Call), nil}
	result := w.Run(opt, lab.Theirs, func(e sim.TraceEvent) {
		rec.Event(e)
		by.note(e, rec.Last())
		timers.note(e)
	})
	all := make(map[place][]act)
	for _, e := range rec.Finish(trace.Header{}).Events {
		at := place{e.Node, e.Peer}
		for _, a := range actsOf(e, rank) {
			a.at, a.calls, a.set = e.At, by.did[e.Index][0], by.did[e.Index][1]
			all[at] = append(all[at], a)
		}
	}
	return all, result
}

// numbers are ids of connections, which a layer gives as it likes.
var numbers = regexp.MustCompile(`connection \d+`)

// actsOf is what a node's code does in an event. Of requests the ids count where a layer up to messaging is graded.
func actsOf(e trace.Event, rank int) (all []act) {
	switch e.Kind {
	case sim.TraceDial:
		return []act{{key: "dial", words: "dials " + scenario.Name(e.Peer), layer: "network"}}
	case sim.TraceClose:
		words := "closes " + trace.End(e)
		if e.Text != "" {
			words += ": " + e.Text
		}
		return []act{{key: "closes " + trace.End(e), words: words, layer: "network"}}
	case sim.TraceTell:
		return []act{{key: numbers.ReplaceAllString(e.Text, "connection"), words: trace.Told(e.Text),
			layer: steps.Whole}}
	case sim.TraceWrite:
		for _, m := range e.Messages {
			key := fmt.Sprintf("%s %s %s", m.Type, m.Kind, m.Summary)
			if rank <= slices.Index(steps.Layers, "messaging") {
				key += fmt.Sprintf(" %d", m.ID)
			}
			all = append(all, act{key: key, words: "sends " + m.String(), layer: m.Layer})
		}
	}
	return all
}

// before are the acts up to a time.
func before(all []act, t time.Duration) []act {
	i := slices.IndexFunc(all, func(a act) bool { return a.at > t })
	if i < 0 {
		return all
	}
	return all[:i]
}

// soon is how much later than ours something may be without being late.
const soon = 50 * time.Millisecond

// part finds where two rows of acts part.
func part(at place, yours, ours []act) (parting, bool) {
	for i := range max(len(yours), len(ours)) {
		p := parting{place: at}
		if i < len(yours) {
			p.yours = &yours[i]
		}
		if i < len(ours) {
			p.ours = &ours[i]
		}
		if p.yours == nil || p.ours == nil || p.yours.key != p.ours.key {
			return p, true
		}
		if d := p.yours.at - p.ours.at; d > soon || d < -soon {
			p.late = true
			return p, true
		}
	}
	return parting{}, false
}

// weigh says how little a parting matters: what the graded layer says or tells comes first, then what is said to it or
// by those below, and what is only early or late comes last.
func weigh(p parting, rank int) (weight int) {
	layer := ""
	for _, a := range []*act{p.yours, p.ours} {
		if a != nil {
			layer = a.layer
		}
	}
	own := layer == steps.Whole || slices.Index(steps.Layers, layer) >= rank
	if layer == "network" && rank <= slices.Index(steps.Layers, "p2p") {
		own = true // connections are its business
	}
	if !own {
		weight++
	}
	if p.late {
		weight += 2
	}
	return weight
}

// places lists those of both runs in a fixed order.
func places(a, b map[place][]act) []place {
	var all []place
	for _, m := range []map[place][]act{a, b} {
		for at := range m {
			if !slices.Contains(all, at) {
				all = append(all, at)
			}
		}
	}
	slices.SortFunc(all, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.node, y.node), cmp.Compare(x.peer, y.peer))
	})
	return all
}

// Lines says what each does, in two lines.
func (b Beside) Lines() []string {
	line := func(who, what string, at time.Duration, later string) string {
		if what == "" {
			return fmt.Sprintf("%s  %s does nothing else by then%s", who, scenario.Name(b.Node), later)
		}
		return fmt.Sprintf("%s  %.3f s  %s %s", who, at.Seconds(), scenario.Name(b.Node), what)
	}
	return []string{line("yours", b.Yours, b.YoursAt, b.Later), line("ours ", b.Ours, b.OursAt, "")}
}
