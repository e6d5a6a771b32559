package causaltest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/ledgers/causal"
	"strata/network"
	"strata/scenario"
)

// delivering is step causal.3: make, check and deliver updates.
func (s suite) delivering() []scenario.Scenario {
	step := func(name, title string, rules []string, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.3", Rules: rules, For: 6 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		step("names-heads", "An author names the heads that it knows, and its own last update.", []string{"CAU-1", "CAU-3"}, s.namesHeads),
		step("many-heads", "Of more than 64 heads it names the deepest, and its own last stays behind them.", []string{"CAU-1", "CAU-5"}, s.manyHeads),
		step("own-head", "With 64 deeper heads by others it names its own last all the same.", []string{"CAU-1"}, s.ownHead),
		step("after-crash", "After a crash an author goes on from the last update that anybody has.", []string{"CAU-1"}, s.afterCrash),
		step("in-order", "Updates are delivered after their predecessors, in whatever order they come.", []string{"CAU-2", "CAU-3"}, s.inOrder),
		step("on-invalid", "Updates that stand on an invalid one are invalid, in whatever order they come.", []string{"CAU-4"}, s.onInvalid),
		step("bad-copies", "A bad copy is dropped, blames its sender, and says nothing about its id.", []string{"CAU-1", "CAU-4", "LED-4", "LED-6"}, s.badCopies),
		step("ill-formed", "Predecessors that do not rise, or are none, make an update invalid.", []string{"CAU-1", "CAU-4"}, s.illFormed),
	}
}

// writes has the replica write, and calls then with what it has sent.
func (d *desk) writes(then func(u *causal.Update), ops ...causal.Op) {
	before := len(d.gossip.sent)
	d.replica.Write(ops, func(id causal.ID, err error) {
		switch {
		case err != nil:
			d.w.Fail(cau1Names, "expected that a write is taken, got %v", err)
		case len(d.gossip.sent) == before:
			d.w.Fail(cau1Synced, "expected that an update is told by the time that Write is done, got none sent")
		default:
			u := d.gossip.sent[len(d.gossip.sent)-1]
			if u.ID() != id || !u.Verify() || u.Document != d.root || u.Author != d.host.Identity().Key() {
				d.w.Fail(cau1Layout, "expected an update of this document, by this node, with a good signature, got another")
			}
			then(u)
		}
	})
}

// names checks what an update names.
func (d *desk) names(c scenario.Clause, u *causal.Update, what string, want ...causal.ID) {
	want = slices.Clone(want)
	slices.SortFunc(want, causal.ID.Compare)
	if !slices.Equal(u.Predecessors, want) {
		d.w.Fail(c, "expected that an update names %s, rising: %d, got %d others", what, len(want), len(u.Predecessors))
	}
}

func (s suite) namesHeads(w scenario.World) {
	done := false
	s.desk(w, func(d *desk) {
		d.writes(func(first *causal.Update) {
			d.names(cau1Names, first, "the root", d.root)
			a, b := d.author(1), d.author(2)
			one := a.writes([]*causal.Update{first}, set("title", "one"))
			two := b.writes(nil, set("title", "two"))
			d.hears(one, two)
			d.writes(func(second *causal.Update) {
				d.names(cau1Names, second, "the two heads by others", one.ID(), two.ID())
				if second.Prev != first.ID() || first.Prev != (causal.ID{}) {
					w.Fail(cau1Prev, "expected that prev is the author's own last update, and zeros in the first, got another")
				}
				d.writes(func(third *causal.Update) {
					d.names(cau1Names, third, "the author's own last update alone", second.ID())
					if third.Prev != second.ID() {
						w.Fail(cau1Prev, "expected that prev is the author's own last update, got another")
					}
					done = true
				}, set("title", "third"))
			}, set("title", "second"))
		}, set("title", "first"))
	})
	w.By(5*second, cau1Names, func() error {
		if !done {
			return errors.New("expected that three writes are done, got fewer")
		}
		return nil
	})
}

// manyHeads gives the replica 100 heads of two depths.
func (s suite) manyHeads(w scenario.World) {
	done := false
	s.desk(w, func(d *desk) {
		var deep, flat []causal.ID
		for n := range 100 {
			a := d.author(n)
			u := a.writes(nil, set("title", "one"))
			if d.hears(u); n < 60 {
				u = a.writes([]*causal.Update{u}, set("title", "two"))
				d.hears(u)
				deep = append(deep, u.ID())
				continue
			}
			flat = append(flat, u.ID())
		}
		slices.SortFunc(flat, func(a, b causal.ID) int { return b.Compare(a) })
		d.writes(func(u *causal.Update) {
			d.names(cau1Many, u, "the 60 deepest heads, and of the rest the 4 with the greatest hashes", append(deep, flat[:4]...)...)
			done = true
		}, set("title", "mine"))
	})
	w.By(5*second, cau1Many, func() error {
		if !done {
			return errors.New("expected that a write on 100 heads is done, got none")
		}
		return nil
	})
}

// ownHead has the author's own last update be the flattest of 65 heads.
func (s suite) ownHead(w scenario.World) {
	done := false
	s.desk(w, func(d *desk) {
		d.writes(func(first *causal.Update) {
			for n := range 70 {
				d.hears(d.author(n).chain(2)...)
			}
			d.writes(func(u *causal.Update) {
				if !slices.Contains(u.Predecessors, first.ID()) || len(u.Predecessors) > causal.MaxPredecessors {
					w.Fail(cau1Many, "expected that an author's own last update is among its 64 predecessors or behind them, got neither")
				}
				done = true
			}, set("title", "mine"))
		}, set("title", "first"))
	})
	w.By(5*second, cau1Many, func() error {
		if !done {
			return errors.New("expected that a write on 71 heads is done, got none")
		}
		return nil
	})
}

// afterCrash crashes the replica while it writes. What was told before is what the next update goes on from.
func (s suite) afterCrash(w scenario.World) {
	var told *causal.Update
	var d *desk
	var next func()
	writes := 0
	next = func() {
		writes++
		d.replica.Write([]causal.Op{set("title", fmt.Sprint(writes))}, func(_ causal.ID, err error) {
			if err != nil {
				w.Fail(cau1Names, "expected that a write is taken, got %v", err)
				return
			}
			d.host.After(50*time.Millisecond, next)
		})
	}
	d = s.desk(w, func(d *desk) {
		d.gossip.onSent = func(u *causal.Update) {
			if told != nil && !d.follows(u, told.ID()) {
				w.Fail(cau1Synced, "expected that an author goes on from its last update that it has told, got another prev after boot %d", d.boots)
			}
			told = u
		}
		d.host.After(10*time.Millisecond, next)
	})
	for i := range 6 {
		at := time.Duration(400+800*i)*time.Millisecond + time.Duration(w.Rand().IntN(120_000))*time.Microsecond
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: 50 * time.Millisecond, A: []network.Addr{w.Addr(0)}})
	}
	w.AtEnd(cau1Synced, func() error {
		if told == nil || writes < 20 {
			return fmt.Errorf("expected some 50 writes, got %d", writes)
		}
		return nil
	})
}

// follows says whether the author of an update has come to it from another, by its own updates: one that was on its
// disk when it crashed, and that nobody had heard of, may stand between the two.
func (d *desk) follows(u *causal.Update, from causal.ID) bool {
	for u != nil && u.Prev != from {
		u = d.replica.Update(u.Prev)
	}
	return u != nil
}

// inOrder hands over a graph of three authors, shuffled, some of it twice.
func (s suite) inOrder(w scenario.World) {
	s.desk(w, func(d *desk) {
		all := d.braid(24)
		order := slices.Concat(all, all[:8])
		w.Rand().Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i, u := range order {
			d.host.After(time.Duration(i)*20*time.Millisecond, func() {
				d.hears(u)
				if err := d.delivers(order[:i+1]); err != nil {
					w.Fail(CAU2Once, "%v", err)
				}
			})
		}
		d.host.After(3*second, func() {
			last := []causal.ID{}
			for _, u := range all[len(all)-3:] {
				last = append(last, u.ID())
			}
			slices.SortFunc(last, causal.ID.Compare)
			if !slices.Equal(d.replica.Heads(), last) {
				w.Fail(cau3Heads, "expected the last updates of three authors as heads, got %d others", len(d.replica.Heads()))
			}
		})
	})
}

// braid makes updates of three authors: each names its own last and one of another's, so that the last three are
// the heads.
func (d *desk) braid(n int) (all []*causal.Update) {
	authors := []*author{d.author(1), d.author(2), d.author(3)}
	for i := range n {
		var on []*causal.Update
		if i >= 3 {
			on = []*causal.Update{all[i-3]}
		}
		if i >= 4 && d.w.Rand().IntN(2) == 0 {
			on = append(on, all[i-4])
		}
		all = append(all, authors[i%3].writes(on, set("title", fmt.Sprint(i))))
	}
	return all
}

// delivers checks that of these updates those are delivered whose ancestors are all among them, and no others.
func (d *desk) delivers(heard []*causal.Update) error {
	can := map[causal.ID]bool{d.root: true}
	for range heard {
		for _, u := range heard {
			ready := true
			for _, p := range u.Predecessors {
				ready = ready && can[p]
			}
			if ready {
				can[u.ID()] = true
			}
		}
	}
	for _, u := range heard {
		if id := u.ID(); can[id] != d.has(u) {
			return fmt.Errorf("expected that %.8s is delivered as soon as all its predecessors are (now: %t), got %t", id, can[id], d.has(u))
		}
	}
	return nil
}

// badCopies sends bad copies before the good one.
func (s suite) badCopies(w scenario.World) {
	s.desk(w, func(d *desk) {
		a := d.author(1)
		u := a.writes(nil, set("title", "good"))
		bad := *u
		bad.Signature[w.Rand().IntN(64)] ^= 1
		for i, wrong := range [][]byte{bad.Encode(), u.Encode()[:90], append(u.Encode(), 0)} {
			if d.gossip.deliver(neighbours[1], wrong) {
				w.Fail(led4Dropped, "expected that a bad copy is not passed on, got it passed on")
			}
			if len(d.blamed) != i+1 || d.blamed[i] != neighbours[1] {
				w.Fail(led4Dropped, "expected that %s is blamed for each of %d bad copies, got %q blamed", neighbours[1], i+1, d.blamed)
			}
		}
		if d.has(u) {
			w.Fail(cau4Copy, "expected that a bad copy is not delivered, got it delivered")
		}
		if passed := d.hears(u, u); !passed[0] || !d.has(u) {
			w.Fail(cau4Copy, "expected that the good copy is delivered and passed on after bad ones, got it refused")
		} else if passed[1] {
			w.Fail(led6Once, "expected that an update is passed on once, got it passed on twice")
		}
		foreign := *u
		foreign.Document = causal.ID{1}
		foreign.Sign(a)
		if d.hears(&foreign)[0] || d.has(&foreign) {
			w.Fail(cau4Before, "expected that an update of another document is not delivered, got it delivered")
		}
	})
}

// illFormed signs what no correct author makes.
func (s suite) illFormed(w scenario.World) {
	s.desk(w, func(d *desk) {
		a := d.author(1)
		one, two := a.writes(nil, set("title", "one")), d.author(2).writes(nil, set("title", "two"))
		d.hears(one, two)
		ids := []causal.ID{one.ID(), two.ID()}
		slices.SortFunc(ids, causal.ID.Compare)
		for what, predecessors := range map[string][]causal.ID{
			"no predecessors":             {},
			"a predecessor twice":         {ids[0], ids[0]},
			"predecessors that fall":      {ids[1], ids[0]},
			"the root twice, with others": {d.root, d.root, ids[0]},
		} {
			u := &causal.Update{Document: d.root, Predecessors: predecessors, Body: causal.EncodeOps([]causal.Op{set("title", "x")})}
			u.Sign(d.author(3))
			if d.hears(u)[0] || d.has(u) {
				w.Fail(cau1Layout, "expected that an update with %s is invalid, got it delivered", what)
			}
		}
	})
}
