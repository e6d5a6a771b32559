package causaltest

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"strata/ledgers/causal"
	"strata/network"
	"strata/scenario"
)

// documents is step causal.1: the document alone.
func (s suite) documents() []scenario.Scenario {
	document := func(name, title string, rules []string, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.1", Rules: rules, For: second,
			Setup: func(w scenario.World) {
				w.Node(w.Addr(0), func(network.Host) {})
				w.At(second/2, w.Addr(0), "apply updates", func() { setup(w) })
			},
		})
	}
	return []scenario.Scenario{
		document("registers", "A value stands until an update that knew of it replaces it.", []string{"CAU-5", "CAU-6"}, s.registers),
		document("lists", "Concurrent elements behind one stand by depth, hash and index; children stay with their parent.",
			[]string{"CAU-5", "CAU-6"}, s.lists),
		document("any-order", "Updates that are applied in any order make one document.", []string{"CAU-5", "CAU-6"}, s.anyOrder),
	}
}

// graph is a set of updates without authors, and what the rules make of it, written down once more.
type graph struct {
	all    []*vertex
	byID   map[causal.ID]*vertex
	nextID byte
}

// vertex is one update of it.
type vertex struct {
	id     causal.ID
	depth  uint64
	before map[causal.ID]bool
	ops    []causal.Op
}

// add puts an update on others; the id has the given first byte, so that a script says who wins a tie.
func (g *graph) add(first byte, on []*vertex, ops ...causal.Op) *vertex {
	g.nextID++
	v := &vertex{id: causal.ID{first, g.nextID, byte(len(g.all) >> 8), byte(len(g.all))}, depth: 1, before: map[causal.ID]bool{}, ops: ops}
	for _, p := range on {
		v.depth = max(v.depth, p.depth+1)
		v.before[p.id] = true
		for id := range p.before {
			v.before[id] = true
		}
	}
	g.all = append(g.all, v)
	if g.byID == nil {
		g.byID = map[causal.ID]*vertex{}
	}
	g.byID[v.id] = v
	return v
}

// apply applies updates to a document, in that order.
func apply(d causal.Document, order []*vertex) {
	for _, v := range order {
		d.Apply(v.id, v.depth, v.ops, func(id causal.ID) bool { return v.before[id] })
	}
}

// one names an element.
func (v *vertex) one(i uint16) causal.ElementID { return causal.ElementID{Update: v.id, Index: i} }

// shown is a list as text.
func shown(d causal.Document, list string) string {
	var texts []string
	for _, e := range d.List(list) {
		texts = append(texts, string(e.Value))
	}
	return strings.Join(texts, " ")
}

// register is the key of one.
func register(name string) causal.Key { return causal.Key{Kind: causal.Register, Name: name} }

// unset removes a register.
func unset(name string) causal.Op { return causal.Op{Action: causal.Remove, Key: register(name)} }

// values are those of a register as text.
func values(d causal.Document, key causal.Key) string {
	return string(bytes.Join(d.Values(key), []byte(" ")))
}

func (s suite) registers(w scenario.World) {
	want := func(c scenario.Clause, d causal.Document, what, want string) {
		if got := values(d, register("title")); got != want {
			w.Fail(c, "expected %s: %q, got %q", what, want, got)
		}
	}
	d, g := s.stack.NewDocument(), &graph{}
	a := g.add(5, nil, set("title", "a"))
	b := g.add(3, nil, set("title", "b"))
	c := g.add(9, []*vertex{b}, set("title", "c"))
	apply(d, g.all[:1])
	want(cau6Set, d, "the only value", "a")
	apply(d, g.all[1:2])
	want(cau5Order, d, "two that know nothing of each other, the greater hash first", "a b")
	apply(d, g.all[2:3])
	want(cau6Set, d, "that c, which knew of b alone, replaces b alone, and stands deeper than a", "c a")
	e := g.add(1, []*vertex{a}, unset("title"))
	apply(d, g.all[3:4])
	want(cau6Remove, d, "that a removal of a removes a alone", "c")
	g.add(2, []*vertex{c, e}, unset("title"), set("title", "f"), set("title", "g"))
	apply(d, g.all[4:5])
	want(cau5Order, d, "of two in one update the lower index first", "f g")
	entry := func(name string) causal.Key { return causal.Key{Kind: causal.Entry, Name: "title", Entry: name} }
	g.add(7, nil, causal.Op{Action: causal.Set, Key: entry("z"), Value: []byte("1")}, causal.Op{Action: causal.Set, Key: entry("y"), Value: []byte("2")})
	apply(d, g.all[5:6])
	if got := d.Entries("title"); !slices.Equal(got, []string{"y", "z"}) || values(d, entry("y")) != "2" {
		w.Fail(cau6Set, "expected the entries y and z of the map, beside the register of its name, got %q", got)
	}
	want(cau6Set, d, "that a map's entries leave the register of its name alone", "f g")
}

func (s suite) lists(w scenario.World) {
	want := func(c scenario.Clause, d causal.Document, what, want string) {
		if got := shown(d, "todo"); got != want {
			w.Fail(c, "expected %s: %q, got %q", what, want, got)
		}
	}
	d, g := s.stack.NewDocument(), &graph{}
	begin := causal.ElementID{}
	a := g.add(5, nil, insert("todo", begin, "a1"), insert("todo", begin, "a2"))
	b := g.add(7, nil, insert("todo", begin, "b"))
	apply(d, g.all[:2])
	want(cau5Order, d, "the greater hash first, then the lower index", "b a1 a2")
	c := g.add(1, []*vertex{a, b}, insert("todo", begin, "c"), insert("todo", a.one(0), "d"))
	apply(d, g.all[2:3])
	want(cau6List, d, "the deeper one first, and d right behind a1", "c b a1 d a2")
	g.add(9, []*vertex{a}, insert("todo", a.one(0), "e"))
	g.add(2, []*vertex{c}, insert("todo", c.one(1), "f"))
	apply(d, g.all[3:5])
	want(cau6List, d, "that children stay with their parent: f behind d, which the greater hash of e has put behind e", "c b a1 e d f a2")
	g.add(3, []*vertex{c}, remove("todo", c.one(1)))
	apply(d, g.all[5:6])
	want(cau6Delete, d, "that d is gone and f stays where it was", "c b a1 e f a2")
	g.add(4, []*vertex{c}, remove("todo", c.one(1)), insert("todo", c.one(1), "g"))
	apply(d, g.all[6:7])
	want(cau6Delete, d, "that one may delete what another deletes, and stand behind it", "c b a1 e g f a2")
	if got := shown(d, "other"); got != "" {
		w.Fail(cau6List, "expected that a list which nobody wrote is empty, got %q", got)
	}
}

// anyOrder compares a document with one made from the rules at one stroke.
func (s suite) anyOrder(w scenario.World) {
	g := randomGraph(w.Rand())
	want := g.text()
	for range 4 {
		d := s.stack.NewDocument()
		apply(d, g.shuffled(w.Rand()))
		if got := g.read(d); got != want {
			w.Fail(CAU6Function, "expected of %d updates, in whatever order they come:\n%s\ngot:\n%s", len(g.all), want, got)
			return
		}
	}
}

// randomGraph has three authors write a list, a register and a map, seldom knowing all that there is.
func randomGraph(rng *rand.Rand) *graph {
	g := &graph{}
	for range 5 + rng.IntN(40) {
		var on []*vertex
		for range 1 + rng.IntN(3) {
			if n := len(g.all); n > 0 {
				if v := g.all[max(0, n-1-rng.IntN(6))]; !slices.Contains(on, v) {
					on = append(on, v)
				}
			}
		}
		var ops []causal.Op
		for range 1 + rng.IntN(3) {
			ops = append(ops, g.randomOp(rng, on))
		}
		g.add(byte(rng.IntN(4)), on, ops...)
	}
	return g
}

// randomOp is an operation that an update on these may have.
func (g *graph) randomOp(rng *rand.Rand, on []*vertex) causal.Op {
	elements := []causal.ElementID{{}}
	for _, v := range g.all {
		known := slices.ContainsFunc(on, func(p *vertex) bool { return p == v || p.before[v.id] })
		for i, op := range v.ops {
			if known && op.Action == causal.Insert {
				elements = append(elements, v.one(uint16(i)))
			}
		}
	}
	one := elements[rng.IntN(len(elements))]
	value := fmt.Sprint(len(g.all))
	switch rng.IntN(6) {
	case 0:
		return set("title", value)
	case 1:
		return unset("title")
	case 2:
		if one != (causal.ElementID{}) {
			return remove("todo", one)
		}
	}
	return insert("todo", one, value)
}

// shuffled is an order in which all ancestors come first.
func (g *graph) shuffled(rng *rand.Rand) (order []*vertex) {
	open := slices.Clone(g.all)
	done := map[causal.ID]bool{}
	for len(open) > 0 {
		i := rng.IntN(len(open))
		ready := true
		for id := range open[i].before {
			ready = ready && done[id]
		}
		if ready {
			order = append(order, open[i])
			done[open[i].id] = true
			open = slices.Delete(open, i, i+1)
		}
	}
	return order
}

// read is what a document shows, as text.
func (g *graph) read(d causal.Document) string {
	return fmt.Sprintf("title %s | todo %s", values(d, register("title")), shown(d, "todo"))
}

// spot is an operation in the graph.
type spot struct {
	v *vertex
	i int
}

// op is the operation.
func (p spot) op() causal.Op { return p.v.ops[p.i] }

// order is CAU-5.
func (p spot) order(q spot) int {
	return cmp.Or(cmp.Compare(q.v.depth, p.v.depth), q.v.id.Compare(p.v.id), cmp.Compare(p.i, q.i))
}

// spots are the operations with an action, in CAU-5's order.
func (g *graph) spots(action causal.Action) (all []spot) {
	for _, v := range g.all {
		for i, op := range v.ops {
			if op.Action == action {
				all = append(all, spot{v, i})
			}
		}
	}
	slices.SortFunc(all, spot.order)
	return all
}

// text is what the rules make of the graph, from the whole set.
func (g *graph) text() string {
	var title []string
	for _, p := range g.spots(causal.Set) {
		replaced := slices.ContainsFunc(append(g.spots(causal.Set), g.spots(causal.Remove)...), func(q spot) bool {
			return q.v.before[p.v.id]
		})
		if !replaced {
			title = append(title, string(p.op().Value))
		}
	}
	gone := map[causal.ElementID]bool{}
	for _, p := range g.spots(causal.Delete) {
		gone[p.op().Element] = true
	}
	inserts := g.spots(causal.Insert)
	var todo []string
	var below func(parent causal.ElementID)
	below = func(parent causal.ElementID) {
		for _, p := range inserts {
			if p.op().Element != parent {
				continue
			}
			if id := p.v.one(uint16(p.i)); !gone[id] {
				todo = append(todo, string(p.op().Value))
			}
			below(p.v.one(uint16(p.i)))
		}
	}
	below(causal.ElementID{})
	return fmt.Sprintf("title %s | todo %s", strings.Join(title, " "), strings.Join(todo, " "))
}
