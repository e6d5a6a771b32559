package explore

import (
	"math/rand/v2"

	"strata/harness/sim/pctcp"
	"strata/harness/sim/splitmix"
)

// depth is how many events in one order a mistake may need to be looked for by priorities.
const depth = 4

// priorities draw one order by causal chains, see harness/sim/pctcp.
type priorities struct {
	e         *engine
	scheduler *pctcp.Scheduler
	chains    pctcp.Chains
	events    map[origin]pctcp.Event // that are under way, or were
	ready     []pctcp.Ready
}

// origin names an event under way by where it comes from.
type origin struct {
	kind  eventKind
	node  uint8
	end   endKey // evItem: the sender's
	count uint32 // which item, timer or work
}

// newPriorities begins after the path.
func (e *engine) newPriorities(r *rand.Rand, path []move) *priorities {
	p := &priorities{e: e, scheduler: pctcp.New(r.Uint64(), depth, nil), events: make(map[origin]pctcp.Event)}
	s := e.root()
	for _, m := range path {
		to, _ := e.locals[s.at[m.node]].after(m.event)
		p.happened(&s, m, to)
		s = s.follow(m, to)
	}
	return p
}

// first is the index of the move that comes, at that event of the order.
func (p *priorities) first(s *state, moves []move, at int) int {
	p.ready = p.ready[:0]
	for i, m := range moves {
		races := false
		for k := range moves {
			races = races || k != i && moves[k].node == m.node
		}
		p.ready = append(p.ready, pctcp.Ready{Chain: p.event(p.e.origin(s, m)).Chain, Name: uint64(at), Races: races})
	}
	return p.scheduler.First(p.ready)
}

// origin is where the move comes from.
func (e *engine) origin(s *state, m move) origin {
	o := origin{kind: m.kind, node: m.node, end: m.end}
	switch m.kind {
	case evItem:
		o.node, o.end = 0, m.end.other()
		if own := e.locals[s.at[m.node]].find(m.end); own != nil {
			o.count = own.got
		}
	case evTimer, evWork:
		o.count = m.ref
	}
	return o
}

// event is the one of that origin; what nothing has led to is the first of a chain.
func (p *priorities) event(o origin) pctcp.Event {
	e, known := p.events[o]
	if !known {
		p.chains.Handle(pctcp.Event{})
		e = p.chains.Born(splitmix.Key(uint64(o.kind), uint64(o.node), uint64(o.end), uint64(o.count)), pctcp.Event{})
		p.events[o] = e
	}
	return e
}

// happened notes what the move has led to, in the history that it made of its node's.
func (p *priorities) happened(s *state, m move, to uint32) {
	e := p.event(p.e.origin(s, m))
	before, after := p.e.locals[s.at[m.node]], p.e.locals[to]
	p.chains.Handle(e)
	for i := range after.ends {
		end := &after.ends[i]
		sent := 0
		if was := before.find(end.key); was != nil {
			sent = len(was.log)
		} else if end.state == dialing && end.key.peer() == nowhere {
			p.born(origin{kind: evRefuse, node: m.node, end: end.key}, pctcp.Event{})
		}
		for n := sent; n < len(end.log); n++ {
			last := p.events[origin{kind: evItem, end: end.key, count: uint32(n) - 1}]
			p.born(origin{kind: evItem, end: end.key, count: uint32(n)}, last)
		}
	}
	for _, t := range after.timers {
		if o := (origin{kind: evTimer, node: m.node, count: t.number}); p.events[o] == (pctcp.Event{}) {
			p.born(o, pctcp.Event{})
		}
	}
}

func (p *priorities) born(o origin, before pctcp.Event) {
	p.events[o] = p.chains.Born(splitmix.Key(uint64(o.kind), uint64(o.node), uint64(o.end), uint64(o.count)), before)
}
