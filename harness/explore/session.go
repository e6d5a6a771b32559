package explore

import (
	"errors"
	"fmt"
	"strings"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
	"strata/network"
	"strata/scenario"
)

// Session steps through one order by hand: it says what may come next and is told what does.
type Session struct {
	e      *engine
	path   []move
	states []state // before each event, and after the last
	moves  []move  // what may come next
	broken *lab.Failure
	w      *world // in which the path has happened; nil: not yet
}

// NewSession boots nothing yet. The error says why the scenario cannot be stepped through.
func NewSession(s scenario.Scenario, opt Options) (*Session, error) {
	e, err := newEngine(s, opt)
	if err != nil {
		return nil, err
	}
	d := &Session{e: e, states: []state{e.root()}}
	d.look()
	return d, nil
}

func (d *Session) now() *state { return &d.states[len(d.states)-1] }

func (d *Session) look() {
	d.moves = nil
	if d.broken == nil {
		d.moves = d.e.enabled(d.now(), nil)
	}
}

// Next lists what may come next; nothing at the end and after a broken rule.
func (d *Session) Next() []trace.Next {
	all := make([]trace.Next, len(d.moves))
	for i, m := range d.moves {
		all[i] = d.e.next(m)
	}
	return all
}

// Choose has the event of that index of Next come.
func (d *Session) Choose(i int) {
	m, e := d.moves[i], d.e
	if d.w == nil {
		d.w = e.replay(d.path)
	}
	l := e.locals[d.now().at[m.node]]
	made := d.w.run(int(m.node), m.event)
	d.path = append(d.path, m)
	if made == nil {
		d.broken, d.moves = e.varies(int(m.node), d.w.Now()), nil
		d.states = append(d.states, *d.now())
		return
	}
	to, known := l.after(m.event)
	if !known {
		to = e.record(l, m.event, made).id
	}
	d.states = append(d.states, d.now().follow(m, to))
	d.broken = d.w.verdict()
	d.look()
}

// Back takes the last n events back, or what there is of them.
func (d *Session) Back(n int) {
	left := max(0, len(d.path)-n)
	d.path, d.states = d.path[:left], d.states[:left+1]
	d.broken, d.w = nil, nil
	d.look()
}

// Done is how many events have come.
func (d *Session) Done() int { return len(d.path) }

// Schedule is what was chosen so far: which of the possible events came.
func (d *Session) Schedule() []int { return d.e.schedule(d.path) }

// Broken says what rule is broken now, or, if nothing can come any longer, what was to hold then.
func (d *Session) Broken() error {
	if f := d.verdict(); f != nil {
		return errors.New(f.String())
	}
	return nil
}

func (d *Session) verdict() *lab.Failure {
	if d.broken == nil && len(d.moves) == 0 {
		d.broken = d.e.atEnd(d.now(), d.path)
	}
	return d.broken
}

// Timeline is the last lines of what has happened so far, or all with 0.
func (d *Session) Timeline(last int) string {
	line := &timeline.Timeline{}
	w := d.e.newWorld()
	w.trace = func(t sim.TraceEvent) { line.Event(t) }
	w.follow(d.path)
	var text strings.Builder
	if err := line.Render(&text, last); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// Again is the command that comes to the same point, with the flags given, each after a blank.
func (d *Session) Again(flags string) string {
	return fmt.Sprintf("strata explore %s%s --schedule %q", d.e.scenario.Name, flags, FormatSchedule(d.Schedule()))
}

// next says what would happen, in the words of a debugger.
func (e *engine) next(m move) trace.Next {
	node := e.addr(int(m.node))
	n := trace.Next{Early: m.early, Ready: sim.Ready{Node: node, Conn: m.end.number(), Incoming: m.end.answers()}}
	if peer := m.end.peer(); m.end != 0 && peer != nowhere {
		n.Peer = e.addr(peer)
	}
	switch m.kind {
	case evBoot:
		n.Kind = sim.ReadyFault
	case evItem:
		it := &e.items.all[m.ref]
		n.Kind, n.Head, n.Body = itemReady[it.kind], []byte(it.head), []byte(it.body)
	case evRefuse:
		n.Kind = sim.ReadyRefuse
	case evTimer:
		n.Kind, n.Timer = sim.ReadyTimer, uint64(m.ref)
	case evWork:
		n.Kind, n.Text = sim.ReadyWork, e.whats[m.node][m.ref]
	case evReset:
		n.Kind, n.Fault = sim.ReadyFault, &scenario.Fault{Kind: scenario.Reset, A: []network.Addr{node},
			B: []network.Addr{n.Peer}}
	case evCrash:
		n.Kind, n.Fault = sim.ReadyFault, &scenario.Fault{Kind: scenario.Crash, A: []network.Addr{node}}
	}
	return n
}

// itemReady says what it is that an item arrives.
var itemReady = [...]sim.ReadyKind{
	itemOpen: sim.ReadyDial, itemAccepted: sim.ReadyAccept, itemRefused: sim.ReadyRefuse, itemPiece: sim.ReadyPiece,
	itemEnd: sim.ReadyEnd, itemReset: sim.ReadyReset,
}

// addr is the address of a node.
func (e *engine) addr(index int) network.Addr {
	if index == nowhere {
		return "nowhere"
	}
	return e.names[index]
}
