package shrink

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/network"
	"strata/scenario"
)

// show fills in what the small run looks like. Code that does not do the same again may pass it now: then
// the result is what it was before.
func (out *Result) show(w lab.Watched, seed uint64, opt Options) {
	r := record(w, seed, out.Without, opt)
	cone := r.cone()
	if r.result.Failed() {
		out.Run = r.result
	}
	out.Frame = cmp.Or(out.Run.Failure.Frame, r.frame(cone))
	if !strings.HasPrefix("strata/"+out.Frame, opt.Own) {
		out.Frame = cmp.Or(r.frame(cone), out.Frame)
	}
	v := viewOf(w.Scenario)
	out.Trace, out.Hidden, out.Lines = v.choose(v.lines(r, cone))
}

func viewOf(s scenario.Scenario) view {
	layer := steps.LayerOf(s.Step)
	if slices.Contains(steps.Practice, layer) {
		layer = "messaging" // which it stands on: its messages are of its own kind there
	}
	v := view{rank: slices.Index(steps.Layers, layer), arrived: make(map[passage]time.Duration),
		refused: make(map[passage]time.Duration)}
	if v.whole = v.rank < 0; v.whole {
		v.rank = len(steps.Layers) - 1
	}
	return v
}

// view makes lines of events.
type view struct {
	rank    int  // of the scenario's layer: of the highest
	whole   bool // if all layers are graded
	arrived map[passage]time.Duration
	refused map[passage]time.Duration // dials
}

// passage names a message on its way, or a dial.
type passage struct {
	from, to network.Addr
	conn     uint32
	dialler  bool // it is the dialling end that sends
	number   int  // 0: the dial
}

// passageOf names what is sent, or what has come, in an event.
func passageOf(e trace.Event, number int, sent bool) passage {
	if sent {
		return passage{from: e.Node, to: e.Peer, conn: e.Conn, dialler: !e.Incoming, number: number}
	}
	return passage{from: e.Peer, to: e.Node, conn: e.Conn, dialler: e.Incoming, number: number}
}

func (v view) lines(r recorded, cone []trace.Event) []Line {
	for _, e := range r.Events {
		switch e.Kind {
		case sim.TraceReceive:
			for _, m := range e.Messages {
				v.arrived[passageOf(e, m.Number, false)] = e.At
			}
		case sim.TraceAccept:
			v.arrived[passageOf(e, 0, false)] = e.At
		case sim.TraceRefuse:
			v.refused[passageOf(e, 0, true)] = e.At
		}
	}
	var lines []Line
	for _, f := range r.Faults {
		if f.At <= r.end {
			lines = append(lines, Line{At: f.At, Who: "fault", What: f.String(), weight: struck})
		}
	}
	chain := r.chain(cone)
	for _, e := range cone {
		if e.Kind == sim.TraceTimer && chain[e.Index] && e.Cause >= r.Events[0].Index {
			set := r.Events[e.Cause-r.Events[0].Index]
			what := "a timer runs, set at " + Stamp(set.At)
			lines = append(lines, Line{At: e.At, Who: scenario.Name(e.Node), What: what, Frame: e.Frame, weight: led})
		}
		for _, l := range v.event(e) {
			if l.weight == own && chain[e.Index] {
				l.weight = led
			}
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.At, b.At) })
	return merge(lines)
}

// event is the lines that an event is worth: what arrives is told where it was sent.
func (v view) event(e trace.Event) []Line {
	one := func(weight int, what string) []Line {
		return []Line{{At: e.At, Who: scenario.Name(e.Node), What: what, weight: weight}}
	}
	link := below
	if v.rank <= 0 {
		link = own
	}
	switch e.Kind {
	case sim.TraceWork:
		return one(struck, e.Text)
	case sim.TraceLog:
		return one(own, "logs "+e.Text)
	case sim.TraceTell:
		return one(own, trace.Told(e.Text))
	case sim.TraceCrash:
		return one(own, "crashes")
	case sim.TraceBoot:
		if e.At > 0 {
			return one(own, "boots")
		}
	case sim.TraceDial:
		return one(link, v.dials(e))
	case sim.TraceRefuse:
		return one(link, "its dial of "+scenario.Name(e.Peer)+" failed")
	case sim.TraceReset:
		return one(link, "connection with "+scenario.Name(e.Peer)+" failed")
	case sim.TraceClose:
		return one(max(link, min(own, below+v.near())), closes(e))
	case sim.TraceWrite:
		return v.messages(e)
	case sim.TraceReceive:
		if v.rank == 0 && len(e.Messages) == 0 {
			return []Line{{At: e.At, Who: scenario.Name(e.Node), What: "gets from " + scenario.Name(e.Peer) + ": ",
				weight: own, bytes: e.Bytes, pieces: 1}}
		}
	}
	return nil
}

// closes says which connection a node closes, and why.
func closes(e trace.Event) string {
	text := "closes " + trace.End(e)
	if e.Text != "" {
		text += ": " + e.Text
	}
	return text
}

// near is 1 for the layers whose business connections are: up to p2p.
func (v view) near() int {
	if v.rank <= slices.Index(steps.Layers, "p2p") {
		return 1
	}
	return 0
}

// messages is a line for each message that a write completes.
func (v view) messages(e trace.Event) []Line {
	line := func(weight int, what string, there time.Duration) Line {
		return Line{At: e.At, What: what, weight: weight, from: scenario.Name(e.Node),
			to: []string{scenario.Name(e.Peer)}, there: []time.Duration{there}}
	}
	if len(e.Messages) == 0 && v.rank == 0 {
		return []Line{{At: e.At, Who: scenario.Name(e.Node) + " -> " + scenario.Name(e.Peer), weight: own,
			bytes: e.Bytes, pieces: 1}}
	}
	var lines []Line
	for _, m := range e.Messages {
		weight := below
		if slices.Index(steps.Layers, m.Layer) >= v.rank || m.Type == trace.TypeFrame {
			weight = own
		}
		there := never
		if at, ok := v.arrived[passageOf(e, m.Number, true)]; ok {
			there = at
		}
		lines = append(lines, line(weight, m.String(), there))
	}
	return lines
}

// dials says what became of a dial.
func (v view) dials(e trace.Event) string {
	text := "dials " + scenario.Name(e.Peer)
	if at, ok := v.arrived[passageOf(e, 0, true)]; ok {
		return fmt.Sprintf("%s  (there at %s)", text, Stamp(at))
	}
	if at, ok := v.refused[passageOf(e, 0, true)]; ok {
		return fmt.Sprintf("%s  (it fails at %s)", text, Stamp(at))
	}
	return text + "  (no answer by the end)"
}
