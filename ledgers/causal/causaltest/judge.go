package causaltest

import (
	"slices"

	"strata/ledgers/causal"
	"strata/scenario"
)

// judging is step causal.2: what is valid, and who has said two things.
func (s suite) judging() []scenario.Scenario {
	step := func(name, title string, rules []string, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.2", Rules: rules, For: 4 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		step("prev", "Prev has to be an ancestor by the same author.", []string{"CAU-4"}, s.prev),
		step("ancestors-only", "An operation names what its own ancestors have, not what the node has.", []string{"CAU-4", "CAU-6"}, s.ancestorsOnly),
		step("equivocation", "Two updates with one prev are both delivered, and shown once.", []string{"CAU-7"}, s.equivocation),
		step("no-equivocation", "Concurrent updates of several authors, and one author's chain, are no equivocation.", []string{"CAU-7"}, s.noEquivocation),
	}
}

// refuses checks that an update is invalid.
func (d *desk) refuses(c scenario.Clause, u *causal.Update, what string) {
	passed := d.hears(u)[0]
	if d.has(u) || passed || slices.Contains(d.replica.Heads(), u.ID()) {
		d.w.Fail(c, "expected that %s is invalid, got it delivered", what)
	}
	if len(d.blamed) > 0 {
		d.w.Fail(led4Dropped, "expected that nobody is blamed for content that is signed well, got %q", d.blamed)
	}
}

// takes checks that an update is valid.
func (d *desk) takes(c scenario.Clause, u *causal.Update, what string) {
	if d.hears(u); !d.has(u) {
		d.w.Fail(c, "expected that %s is valid, got it refused", what)
	}
}

func (s suite) prev(w scenario.World) {
	s.desk(w, func(d *desk) {
		a, b := d.author(1), d.author(2)
		one := a.writes(nil, set("title", "one"))
		two := a.writes([]*causal.Update{one}, set("title", "two"))
		other := b.writes(nil, set("title", "other"))
		d.hears(one, two, other)
		on := func(us ...*causal.Update) []*causal.Update { return us }
		d.refuses(cau4Prev, a.draft(other.ID(), on(two, other), set("title", "x")), "an update whose prev is another's")
		d.refuses(cau4Prev, a.draft(two.ID(), on(one), set("title", "x")), "an update whose prev is not before it")
		d.refuses(cau4Prev, a.draft(two.ID(), on(other), set("title", "x")), "an update whose prev the node has, and its ancestors lack")
		d.refuses(cau4Prev, a.draft(d.root, on(two), set("title", "x")), "an update whose prev is the root")
		d.takes(cau4Prev, b.draft(other.ID(), on(other, two), set("title", "x")), "an update whose prev is its own author's")
		behind := a.draft(two.ID(), []*causal.Update{b.draft(other.ID(), on(other, two), set("title", "x"))}, set("title", "y"))
		d.takes(cau4Prev, behind, "an update whose prev is behind its predecessors")
	})
}

func (s suite) ancestorsOnly(w scenario.World) {
	s.desk(w, func(d *desk) {
		begin := causal.ElementID{}
		a, b := d.author(1), d.author(2)
		one := a.writes(nil, insert("todo", begin, "one"), set("title", "t"))
		two := b.writes(nil, insert("todo", begin, "two"))
		d.hears(one, two)
		draft := func(on *causal.Update, op causal.Op) *causal.Update {
			return d.author(3).draft(causal.ID{}, []*causal.Update{on}, op)
		}
		for what, u := range map[string]*causal.Update{
			"an insertion behind an element that only the node has": draft(one, insert("todo", element(two, 0), "x")),
			"a deletion of an element that only the node has":       draft(one, remove("todo", element(two, 0))),
			"an insertion behind what was no insertion":             draft(one, insert("todo", element(one, 1), "x")),
			"an insertion behind an operation that there is not":    draft(one, insert("todo", element(one, 2), "x")),
			"an insertion behind an element of another list":        draft(one, insert("done", element(one, 0), "x")),
			"an insertion behind an element of the root":            draft(one, insert("todo", causal.ElementID{Update: d.root}, "x")),
			"an update without operations":                          d.author(3).draft(causal.ID{}, []*causal.Update{one}),
			"a deletion of a list's beginning":                      draft(one, remove("todo", begin)),
			"a set of a list":                                       draft(one, causal.Op{Action: causal.Set, Key: causal.Key{Kind: causal.List, Name: "todo"}}),
		} {
			d.refuses(cau6Invalid, u, what)
			on := d.author(6).draft(causal.ID{}, []*causal.Update{u, two}, set("title", "x"))
			d.bad = map[causal.ID]bool{u.ID(): true}
			d.refuses(cau4Stands, on, "an update on "+what)
		}
		d.takes(cau4Before, draft(two, insert("todo", element(two, 0), "y")), "an insertion behind an ancestor's element")
		both := d.author(4).draft(causal.ID{}, []*causal.Update{one, two}, remove("todo", element(two, 0)))
		d.takes(cau4Before, both, "a deletion of an ancestor's element")
		d.takes(cau4Before, d.author(5).draft(causal.ID{}, []*causal.Update{both}, insert("todo", element(two, 0), "z")),
			"an insertion behind a tombstone")
	})
}

// onInvalid gives a replica an invalid update and what stands on it, shuffled.
func (s suite) onInvalid(w scenario.World) {
	s.desk(w, func(d *desk) {
		a, b := d.author(1), d.author(2)
		good := a.chain(3)
		bad := b.writes(nil, remove("todo", causal.ElementID{Update: d.root, Index: 3}))
		on := b.writes([]*causal.Update{bad, good[1]}, set("title", "x"))
		last := d.author(3).writes([]*causal.Update{on, good[2]}, set("title", "y"))
		sound := d.author(4).writes([]*causal.Update{good[2]}, set("title", "z"))
		d.bad = map[causal.ID]bool{bad.ID(): true, on.ID(): true}
		order := append([]*causal.Update{bad, on, last, sound}, good...)
		w.Rand().Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		d.hears(order...)
		d.hears(order...)
		for _, u := range []*causal.Update{bad, on, last} {
			if d.has(u) {
				w.Fail(cau4Stands, "expected that an invalid update and what stands on it is not delivered, got it delivered")
			}
		}
		for _, u := range append(good, sound) {
			if !d.has(u) {
				w.Fail(cau4Before, "expected that updates beside an invalid one are delivered, got one missing")
			}
		}
		if heads := d.replica.Heads(); !slices.Equal(heads, []causal.ID{sound.ID()}) {
			w.Fail(cau4Neither, "expected the one head of the valid updates, got %d heads", len(heads))
		}
	})
}

func (s suite) equivocation(w scenario.World) {
	s.desk(w, func(d *desk) {
		a := d.author(1)
		first := a.writes(nil, set("title", "first"))
		one := a.draft(first.ID(), []*causal.Update{first}, set("title", "one"))
		two := a.draft(first.ID(), []*causal.Update{first}, set("title", "two"))
		three := a.draft(first.ID(), []*causal.Update{first}, set("title", "three"))
		on := d.author(2).writes([]*causal.Update{one, two}, set("title", "both"))
		again := a.draft(one.ID(), []*causal.Update{on}, set("title", "again"))
		order := []*causal.Update{first, one, two, three, on, again}
		w.Rand().Shuffle(3, func(i, j int) { order[1+i], order[1+j] = order[1+j], order[1+i] })
		d.hears(order...)
		for _, u := range order {
			if !d.has(u) {
				w.Fail(cau7Both, "expected that equivocation and what stands on it is delivered, got an update missing")
			}
		}
		checkProofs(d, 1)
		p := causal.Proof{}
		if proofs := d.replica.Proofs(); len(proofs) > 0 {
			p = proofs[0]
		}
		pair := []causal.ID{p.One, p.Other}
		for _, id := range pair {
			u := d.replica.Update(id)
			if u == nil || u.Author != a.Key() || u.Prev != first.ID() {
				w.Fail(cau7What, "expected two updates of one author with one prev as the proof, got others")
			}
		}
		if p.One.Compare(p.Other) >= 0 {
			w.Fail(cau7What, "expected two different updates as the proof, the lesser id first, got another pair")
		}
		b := d.author(7)
		d.hears(b.draft(causal.ID{}, nil, set("title", "x")), b.draft(causal.ID{}, nil, set("title", "y")))
		checkProofs(d, 2)
	})
}

// checkProofs checks how many authors have been caught.
func checkProofs(d *desk, want int) {
	if got := d.replica.Proofs(); len(got) != want || !slices.Equal(got, d.proofs) {
		d.w.Fail(cau7Proof, "expected %d proofs, each told once, one an author, got %d and %d told", want, len(got), len(d.proofs))
	}
}

func (s suite) noEquivocation(w scenario.World) {
	s.desk(w, func(d *desk) {
		a, b := d.author(1), d.author(2)
		ours, theirs := a.chain(5), b.chain(5)
		d.hears(slices.Concat(ours, theirs)...)
		both := a.writes([]*causal.Update{ours[4], theirs[4]}, set("title", "x"))
		d.hears(both, both)
		d.hears(d.author(3).draft(causal.ID{}, nil, set("title", "one")), d.author(4).draft(causal.ID{}, nil, set("title", "one")))
		checkProofs(d, 0)
	})
}
