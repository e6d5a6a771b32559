package explore

import (
	"math/rand/v2"

	"strata/harness/lab"
	"strata/harness/sim/splitmix"
)

// search goes through the states breadth first: round n has those that n events lead to. An event
// makes one history one longer, so that a state is met in one round only, and the number of orders
// that lead to it is the sum over the states before it.
type search struct {
	e       *engine
	records []record
	orders  []float64 // that lead to each
	level   map[state]int32
	cover   Coverage
	hash    uint64

	path   []move // to what is broken
	broken *lab.Failure
	buf    []move
}

// record is a state that was met, and how.
type record struct {
	state
	move
	parent int32
}

// randomOrders is how many orders are followed to their end when the budget does not suffice for all.
// Half of them are drawn event by event, half by priorities.
const randomOrders = 200

// run explores until all is done, something is broken or the budget is used up.
func (x *search) run() {
	x.meet(record{state: x.e.root(), parent: -1}, 1)
	for from := 0; from < len(x.records) && x.broken == nil; {
		to := len(x.records)
		clear(x.level)
		for i := from; i < to && x.broken == nil; i++ {
			if !x.expand(i) {
				x.cover.States = len(x.records)
				x.walks(from, to)
				return
			}
		}
		if to-from == 1 && len(x.records)-to == 1 && x.cover.Depth == x.cover.Prefix {
			x.cover.Prefix++
		}
		if from = to; from < len(x.records) {
			x.cover.Depth++
		}
	}
	x.cover.States = len(x.records)
	x.cover.Complete = x.broken == nil
}

// meet notes a state.
func (x *search) meet(r record, orders float64) {
	x.records = append(x.records, r)
	x.orders = append(x.orders, orders)
	x.hash += splitmix.Scramble(r.state.hash())
	if tell := x.e.opt.Progress; tell != nil && len(x.records)%tellEvery == 0 {
		tell(len(x.records), x.cover.Depth)
	}
}

// tellEvery is the number of states after which Options.Progress is told.
const tellEvery = 1 << 12

// expand looks at what can come after a state. It returns false if the budget is used up.
func (x *search) expand(i int) bool {
	e := x.e
	s := x.records[i].state
	x.buf = e.enabled(&s, x.buf)
	if len(x.buf) == 0 {
		x.end(i)
		return true
	}
	x.cover.Steps += len(x.buf)
	for _, m := range x.buf {
		to, broken := x.follow(&s, m, func() []move { return x.pathTo(i) })
		if broken != nil {
			x.path, x.broken = append(x.pathTo(i), m), broken
			return true
		}
		next := s.follow(m, to)
		if at, met := x.level[next]; met {
			x.orders[at] += x.orders[i]
			continue
		}
		if len(x.records) >= e.budget.States {
			return false
		}
		x.level[next] = int32(len(x.records))
		x.meet(record{next, m, int32(i)}, x.orders[i])
		if !e.always {
			continue
		}
		if broken := e.verdict(x.pathTo(len(x.records) - 1)); broken != nil {
			x.path, x.broken = x.pathTo(len(x.records)-1), broken
			return true
		}
	}
	return true
}

// follow is the history that the move makes of its node's.
func (x *search) follow(s *state, m move, path func() []move) (to uint32, broken *lab.Failure) {
	e := x.e
	l := e.locals[s.at[m.node]]
	if to, known := l.after(m.event); known {
		return to, e.locals[to].broken
	}
	var made *local
	if e.budget.Apart {
		made = e.alone(int(m.node), l, m.event)
	} else {
		w := e.replay(path())
		e.count()
		if made = w.run(int(m.node), m.event); made != nil {
			e.record(l, m.event, made)
		}
		w.drop()
	}
	if made == nil {
		return 0, e.varies(int(m.node), 0)
	}
	return made.id, made.broken
}

// pathTo lists the moves that led to a state.
func (x *search) pathTo(i int) []move {
	size := 0
	for at := i; x.records[at].parent >= 0; at = int(x.records[at].parent) {
		size++
	}
	path := make([]move, size, size+1)
	for at := i; x.records[at].parent >= 0; at = int(x.records[at].parent) {
		size--
		path[size] = x.records[at].move
	}
	return path
}

// end checks a state after which nothing comes.
func (x *search) end(i int) {
	x.cover.Ends++
	x.cover.Orders += x.orders[i]
	path := x.pathTo(i)
	x.cover.count(path)
	x.path, x.broken = path, x.e.atEnd(&x.records[i].state, path)
}

// walks follows random orders to their ends, from the states of the last rounds.
func (x *search) walks(from, to int) {
	r := rand.New(rand.NewPCG(x.e.opt.Seed, 0x77616c6b73))
	if len(x.records) > to {
		from, to = to, len(x.records)
	}
	for n := 0; n < randomOrders && x.broken == nil; n++ {
		i := from + r.IntN(to-from)
		path, s := x.pathTo(i), x.records[i].state
		var by *priorities
		if n%2 == 1 {
			by = x.e.newPriorities(r, path)
		}
		for x.broken == nil {
			x.buf = x.e.enabled(&s, x.buf)
			if len(x.buf) == 0 {
				x.broken = x.e.atEnd(&s, path)
				break
			}
			var m move
			if by == nil {
				m = x.buf[r.IntN(len(x.buf))]
			} else {
				m = x.buf[by.first(&s, x.buf, len(path))]
			}
			at, broken := x.follow(&s, m, func() []move { return path })
			path = append(path, m)
			if by != nil && broken == nil {
				by.happened(&s, m, at)
			}
			s, x.broken = s.follow(m, at), broken
			if len(path) > maxEvents && x.broken == nil {
				x.broken = endless()
			}
		}
		x.path = path
		x.cover.Walks++
		x.cover.count(path)
	}
}
