package explore

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/timeline"
	"strata/network"
	"strata/scenario"
)

// Session steps through one order by hand: it says what may come next and is told what does.
type Session struct {
	e       *engine
	path    []choice
	states  []state // before each choice, and after the last
	choices []choice
	broken  *lab.Failure
	w       *world // in which the path has happened; nil: not yet
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
	d.choices = nil
	if d.broken == nil {
		d.choices = d.e.enabled(d.now(), nil)
	}
}

// Choices says in words what may come next; nothing at the end and after a broken rule.
func (d *Session) Choices() []string {
	var texts []string
	for _, c := range d.choices {
		texts = append(texts, d.e.describe(c))
	}
	return texts
}

// Choose has the choice of that index come next.
func (d *Session) Choose(i int) {
	c, e := d.choices[i], d.e
	if d.w == nil {
		d.w = e.replay(d.path)
	}
	l := e.locals[d.now().at[c.node]]
	made := d.w.run(int(c.node), c.event)
	d.path = append(d.path, c)
	if made == nil {
		d.broken, d.choices = e.varies(int(c.node), d.w.Now()), nil
		d.states = append(d.states, *d.now())
		return
	}
	to, known := l.after(c.event)
	if !known {
		to = e.record(l, c.event, made).id
	}
	d.states = append(d.states, d.now().follow(c, to))
	d.broken = d.w.verdict()
	d.look()
}

// Back takes the last n choices back, or what there is of them.
func (d *Session) Back(n int) {
	left := max(0, len(d.path)-n)
	d.path, d.states = d.path[:left], d.states[:left+1]
	d.broken, d.w = nil, nil
	d.look()
}

// Done is how many events have come.
func (d *Session) Done() int { return len(d.path) }

// Schedule is the choices so far.
func (d *Session) Schedule() []int { return d.e.schedule(d.path) }

// Broken says what rule is broken now, or, if nothing can come any more, what was to hold then.
func (d *Session) Broken() error {
	if f := d.verdict(); f != nil {
		return errors.New(f.String())
	}
	return nil
}

func (d *Session) verdict() *lab.Failure {
	if d.broken == nil && len(d.choices) == 0 {
		d.broken = d.e.atEnd(d.now(), d.path)
	}
	return d.broken
}

// Timeline is the last lines of what has happened so far, or all with 0.
func (d *Session) Timeline(last int) string {
	line := &timeline.Timeline{}
	w := d.e.newWorld()
	w.trace = func(t sim.TraceEvent) { line.Event(t) }
	w.told = func(t time.Duration, node network.Addr, what string) { line.Work(t, node, what) }
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

// describe says what a choice is.
func (e *engine) describe(c choice) string {
	at := e.addr(int(c.node))
	text := fmt.Sprintf("%s: %v", at, c.kind)
	switch c.kind {
	case evItem:
		text = fmt.Sprintf("%s gets %s", at, e.itemText(c))
	case evRefuse:
		text = fmt.Sprintf("%s is refused: nobody is there", at)
	case evTimer:
		text = fmt.Sprintf("%s runs timer %d", at, c.ref)
	case evWork:
		text = fmt.Sprintf("%s %s", at, e.whats[c.node][c.ref])
	case evReset:
		text = fmt.Sprintf("%s loses its connection %s", at, e.connection(c.end))
	case evCrash:
		text = fmt.Sprintf("%s crashes and boots again", at)
	case evBoot:
		text = fmt.Sprintf("%s boots", at)
	}
	if c.early {
		text += " (early)"
	}
	return text
}

// itemText says what arrives.
func (e *engine) itemText(c choice) string {
	it := e.items.all[c.ref]
	what := [...]string{"a dial", "the acceptance of its dial", "the refusal of its dial", "", "the close", "the reset"}[it.kind]
	if it.kind == itemPiece {
		var texts []string
		for _, m := range trace.Decode([]byte(it.head + it.body)) {
			texts = append(texts, m.String())
		}
		what = strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s %s", e.connection(c.end), what)
}

// connection names the other end as the timeline does.
func (e *engine) connection(key endKey) string {
	arrow := "->"
	if key.answers() {
		arrow = "<-"
	}
	text := arrow + " " + string(e.addr(key.peer()))
	if n := key.number(); n > 1 {
		text += fmt.Sprintf(" #%d", n)
	}
	return text
}

// addr is the address of a node.
func (e *engine) addr(index int) network.Addr {
	if index == nowhere {
		return "nowhere"
	}
	return e.names[index]
}
