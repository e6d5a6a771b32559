package trace

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// Recorder makes a Run of what it is told, in order. The zero value is ready.
type Recorder struct {
	Tells bool // keep what layers tell each other, too

	run      Run
	talks    map[connection]*talk
	called   map[network.Addr]int // the event in which the node's code was called last
	crashed  map[network.Addr]int
	timers   map[timer]alarm // set and not run
	lastTime time.Duration

	under   sim.TraceEvent // the last call into a node's code
	closes  []int          // of that node in that call, without a reason: events
	reasons []string       // that came before what they are of
}

// alarm is where a timer was set: in which event, and in which line.
type alarm struct {
	event int
	frame string
}

// timer names one that a node has set.
type timer struct {
	node   network.Addr
	number uint64
}

// maxEvents is the most events that are kept; the oldest go first.
const maxEvents = 400_000

// Event adds what happened in the simulator, or was read from a capture.
func (r *Recorder) Event(e sim.TraceEvent) {
	switch {
	case e.Kind == sim.TraceSet:
		r.set(e)
		return
	case e.Kind == sim.TraceReason:
		r.reason(e.Text)
		return
	case e.Kind == sim.TraceTell:
		if !r.Tells {
			return
		}
		e.At, e.Node = r.lastTime, r.under.Node
	case e.Kind.Calls():
		r.under, r.closes, r.reasons = e, nil, nil
	}
	out := Event{TraceEvent: e}
	out.Timer, out.Data = 0, nil
	if e.Peer != "" {
		r.connected(&out, e)
	}
	if e.Kind == sim.TraceTimer {
		set := timer{e.Node, e.Timer}
		out.Cause, out.Frame = r.timers[set].event, r.timers[set].frame
		delete(r.timers, set)
	}
	r.add(out)
	switch index := r.last(); e.Kind {
	case sim.TraceCrash:
		note(&r.crashed, e.Node, index)
	case sim.TraceDial:
		r.talk(e).dial = index
	case sim.TraceAccept:
		r.talk(e).accept = index
	case sim.TraceClose:
		r.talk(e).closed[side(e)] = index
		r.closed(index)
	}
}

// closed gives a close the reason that has come before it, or waits for one.
func (r *Recorder) closed(event int) {
	if len(r.reasons) > 0 {
		r.explain(event, r.reasons[0])
		r.reasons = r.reasons[1:]
		return
	}
	r.closes = append(r.closes, event)
}

// reason is of the first close in the call under way that has none: layers close and say why in either order.
func (r *Recorder) reason(text string) {
	if len(r.closes) > 0 {
		r.explain(r.closes[0], text)
		r.closes = r.closes[1:]
		return
	}
	r.reasons = append(r.reasons, text)
}

// explain gives an event that is still kept its text.
func (r *Recorder) explain(event int, text string) {
	if i := event - 1 - r.run.Dropped; i >= 0 {
		r.run.Events[i].Text = text
	}
}

// set notes the call in which a timer is set. It is no event of its own: what it leads to, if it ever
// runs, is.
func (r *Recorder) set(e sim.TraceEvent) {
	if r.timers == nil {
		r.timers = make(map[timer]alarm)
	}
	r.timers[timer{e.Node, e.Timer}] = alarm{r.called[e.Node], e.Frame}
}

// side is 0 if the event is at the end that dialled.
func side(e sim.TraceEvent) int {
	if e.Incoming {
		return 1
	}
	return 0
}

// connected fills in what an event has from its connection.
func (r *Recorder) connected(out *Event, e sim.TraceEvent) {
	t, own := r.talk(e), side(e)
	switch e.Kind {
	case sim.TraceWrite:
		out.Offset, out.Data = t.ways[own].sent, e.Data
		out.Messages = t.written(own, r.last()+1, e.Data)
	case sim.TraceReceive:
		out.Offset = t.ways[1-own].got
		out.Messages, out.Cause = t.received(1-own, r.last()+1, e.Bytes)
	case sim.TraceAccept, sim.TraceRefuse:
		out.Cause = t.dial
	case sim.TraceConnect:
		out.Cause = t.accept
	case sim.TraceEnd:
		out.Cause = t.closed[1-own]
	case sim.TraceReset:
		if crash := r.crashed[e.Peer]; crash > t.dial {
			out.Cause = crash
		}
	}
}

func (r *Recorder) talk(e sim.TraceEvent) *talk {
	c := connectionOf(e)
	if r.talks == nil {
		r.talks = make(map[connection]*talk)
	}
	if r.talks[c] == nil {
		r.talks[c] = &talk{}
	}
	return r.talks[c]
}

// Faults says what is made to go wrong in the run.
func (r *Recorder) Faults(faults []scenario.Fault) {
	r.run.Faults = slices.Clone(faults)
}

// Finish ends the recording. h says what the run is; nodes, faults and dropped are filled in here.
func (r *Recorder) Finish(h Header) Run {
	r.unfinished()
	h.Format, h.Version = Format, Version
	h.Nodes, h.Faults, h.Dropped = r.nodes(), r.run.Faults, r.run.Dropped
	if f := h.Failure; f != nil {
		culprit := 0
		if n := len(r.run.Events); n > 0 {
			culprit = r.run.Events[n-1].Index
		}
		text := strings.TrimSpace(f.Rule + " " + f.Text)
		r.add(Event{TraceEvent: sim.TraceEvent{At: max(f.At, r.lastTime), Kind: sim.TraceFailure, Text: text},
			Cause: culprit})
		f.Event = r.last()
		h.Dropped = r.run.Dropped
	}
	return Run{Header: h, Events: r.run.Events}
}

// unfinished shows the beginnings of frames that never became whole.
func (r *Recorder) unfinished() {
	for _, t := range r.talks { // in any order: each touches events of its own
		for i := range t.ways {
			w := &t.ways[i]
			m, ok := w.unfinished()
			if !ok {
				continue
			}
			r.attach(w.lastWrite, m)
			if w.got == w.sent {
				r.attach(w.lastRead, m)
			}
		}
	}
}

// attach adds a message to an event that is still kept.
func (r *Recorder) attach(event int, m Message) {
	if i := event - 1 - r.run.Dropped; i >= 0 {
		r.run.Events[i].Messages = append(r.run.Events[i].Messages, m)
	}
}

// Last is the number of the last event that was kept; 0 if there is none.
func (r *Recorder) Last() int { return r.last() }

func (r *Recorder) last() int { return r.run.Dropped + len(r.run.Events) }

// add gives an event its number and, if nothing better is known, its cause: the call into the
// node's code that is under way.
func (r *Recorder) add(e Event) {
	e.Index = r.last() + 1
	calls := e.Kind.Calls()
	if last := r.called[e.Node]; !calls && e.Kind != sim.TraceCrash && e.Cause == 0 && last > r.run.Dropped {
		if r.run.Events[last-1-r.run.Dropped].At == e.At {
			e.Cause = last
		}
	}
	if calls {
		note(&r.called, e.Node, e.Index)
	}
	r.lastTime = max(r.lastTime, e.At)
	r.run.Events = append(r.run.Events, e)
	if len(r.run.Events) > 2*maxEvents {
		r.run.Events = slices.Clone(r.run.Events[maxEvents:])
		r.run.Dropped += maxEvents
	}
}

func note(of *map[network.Addr]int, node network.Addr, index int) {
	if *of == nil {
		*of = make(map[network.Addr]int)
	}
	(*of)[node] = index
}

// nodes lists those that something happened to, in the order of their addresses' numbers.
func (r *Recorder) nodes() []network.Addr {
	seen := make(map[network.Addr]bool)
	nodes := []network.Addr{}
	for _, e := range r.run.Events {
		if e.Node != "" && !seen[e.Node] {
			seen[e.Node] = true
			nodes = append(nodes, e.Node)
		}
	}
	slices.SortFunc(nodes, byNumbers)
	return nodes
}

// byNumbers orders texts so that 10.0.0.9 comes before 10.0.0.10.
func byNumbers(a, b network.Addr) int {
	split := func(r rune) bool { return r == '.' || r == ':' }
	as, bs := strings.FieldsFunc(string(a), split), strings.FieldsFunc(string(b), split)
	return cmp.Or(slices.CompareFunc(as, bs, func(x, y string) int {
		m, errM := strconv.Atoi(x)
		n, errN := strconv.Atoi(y)
		if errM == nil && errN == nil {
			return cmp.Compare(m, n)
		}
		return cmp.Compare(x, y)
	}), cmp.Compare(a, b))
}
