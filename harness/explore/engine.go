package explore

import (
	"cmp"
	"errors"
	"fmt"

	"strata/harness/sim/splitmix"
	"strata/network"
	"strata/scenario"
)

// maxNodes is the most nodes that a scenario can have.
const maxNodes = 6

// state is one global state: the history of each node. What is under way follows from them: what
// one end has sent and the other has not got.
type state struct {
	at    [maxNodes]uint32
	early uint8 // events that came early
}

// engine knows the histories of the nodes and what the nodes do in them.
type engine struct {
	scenario scenario.Scenario
	budget   scenario.Budget
	opt      Options
	nodes    int
	jobs     []job // of the world that is being set up
	items    items
	locals   []*local
	work     [maxNodes][]int64 // when each node's items of work are due
	whats    [maxNodes][]string
	names    [maxNodes]network.Addr
	horizon  int64
	always   bool // there are checks of every state,
	by       bool // or of every end, that look at several nodes
	harsh    bool // it has more faults than the scenario allows for: the end is not checked

	ring     []*local // that have a live instance
	ringNext int
	executed int // callbacks into nodes
}

// keptLive bounds the instances that are kept, if the budget does not.
const keptLive = 2048

// instance is a world of which one node alone runs.
type instance struct{ w *world }

// newEngine boots every node. The error says why the scenario cannot be explored.
func newEngine(s scenario.Scenario, opt Options) (*engine, error) {
	e := &engine{scenario: s, budget: opt.budget(s.Explore), opt: opt, horizon: int64(s.For)}
	e.ring = make([]*local, cmp.Or(e.budget.Kept, keptLive))
	e.harsh = e.budget.Crashes > s.Explore.Crashes || e.budget.Resets > s.Explore.Resets
	w := e.newWorld()
	switch {
	case len(w.nodes) == 0 || len(w.nodes) > maxNodes:
		return nil, fmt.Errorf("explore: %s has %d nodes, want 1 to %d", s.Name, len(w.nodes), maxNodes)
	case w.faults > 0 || s.Faults.Any():
		return nil, fmt.Errorf("explore: %s: %w", s.Name, errFaults)
	case w.twins:
		return nil, fmt.Errorf("explore: %s: %w", s.Name, errTwins)
	}
	e.nodes, e.always, e.by = len(w.nodes), len(w.checks) > 0, len(w.by) > 0
	for i := range e.nodes {
		for _, j := range w.work[i] {
			e.work[i] = append(e.work[i], int64(j.at))
			e.whats[i] = append(e.whats[i], j.what)
		}
		e.names[i] = w.nodes[i].addr
		e.locals = append(e.locals, &local{id: uint32(i), next: 0, last: event{kind: evBoot}})
	}
	return e, nil
}

var (
	errFaults = errors.New("it schedules faults at fixed times; an exploration has faults of its own")
	errTwins  = errors.New("it has twins; simulated networks alone have them")
)

// root is the state in which no node has booted.
func (e *engine) root() (s state) {
	for i := range e.nodes {
		s.at[i] = uint32(i)
	}
	return s
}

// booted says whether the node of that history has booted.
func (e *engine) booted(id uint32) bool { return int(id) >= e.nodes }

// record keeps what came of an event after a history.
func (e *engine) record(parent *local, ev event, made *local) *local {
	made.id, made.parent, made.last = uint32(len(e.locals)), parent.id, ev
	e.locals = append(e.locals, made)
	parent.edges = append(parent.edges, edge{ev, made.id})
	return made
}

// aliveEvery is the number of callbacks into nodes after which Options.Alive is called: so few that they take no second,
// however much each has to do.
const aliveEvery = 256

// count counts a callback into a node.
func (e *engine) count() {
	e.executed++
	if e.opt.Alive != nil && e.executed%aliveEvery == 0 {
		e.opt.Alive()
	}
}

// alone runs the event after a history of one node, on an instance where no other node runs.
func (e *engine) alone(index int, l *local, ev event) *local {
	in := e.take(index, l)
	if in == nil {
		return nil
	}
	e.count()
	made := in.w.run(index, ev)
	if made == nil {
		return nil
	}
	e.record(l, ev, made)
	if made.broken == nil {
		e.keep(made, in)
	} else {
		in.w.drop()
	}
	return made
}

// take is an instance of the history: the one that is kept, or a new one.
func (e *engine) take(index int, l *local) *instance {
	if in := l.live; in != nil {
		l.live = nil
		return in
	}
	w := e.newWorld()
	for _, ev := range e.events(l) {
		e.count()
		if !w.step(index, ev) {
			return nil
		}
	}
	return &instance{w}
}

// keep keeps the instance for a while.
func (e *engine) keep(l *local, in *instance) {
	if old := e.ring[e.ringNext]; old != nil && old.live != nil {
		old.live.w.drop()
		old.live = nil
	}
	l.live = in
	e.ring[e.ringNext] = l
	e.ringNext = (e.ringNext + 1) % len(e.ring)
}

// events lists a history.
func (e *engine) events(l *local) []event {
	size := 0
	for at := l; e.booted(at.id); at = e.locals[at.parent] {
		size++
	}
	events := make([]event, size)
	for at := l; e.booted(at.id); at = e.locals[at.parent] {
		size--
		events[size] = at.last
	}
	return events
}

// hash mixes a state.
func (s *state) hash() uint64 {
	h := uint64(s.early) + splitmix.Golden
	for i := 0; i < maxNodes; i += 2 {
		h = splitmix.Fold(h, uint64(s.at[i]), uint64(s.at[i+1]))
	}
	return h
}
