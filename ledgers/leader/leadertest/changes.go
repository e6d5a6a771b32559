package leadertest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// changing is step leader.4: from one view to the next.
func (s suite) changing() []scenario.Scenario {
	change := func(name, title string, length time.Duration, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: "leader.4", Rules: rules, For: length, Setup: setup,
		})
	}
	return []scenario.Scenario{
		change("wish", "A member that hears nothing of the leader wishes for the next view, and promises nothing by it.", 6*second, s.wish, "LDR-4"),
		change("wish-adds-up", "Wishes for different views add up to the highest that a quorum wishes or exceeds.", 7*second, s.wishAddsUp, "LDR-4", "LDR-5"),
		change("begin", "The leader of a view begins it with the log that the words of a quorum choose.", 4*second, s.begin, "LDR-4", "LED-9"),
		change("follow", "A member takes over exactly the log that a view begins with, and acknowledges its tip.", 5*second, s.follow, "LDR-4", "LDR-5"),
		change("false-beginnings", "A beginning without the proof of a quorum changes nothing.", 3*second, s.falseBeginnings, "LDR-5"),
		scenario.New(scenario.Scenario{
			Name: "leader/crash", Title: "A leader that crashes is followed by the next one.",
			Step: "leader.4", Rules: []string{"LDR-4", "LDR-3"}, For: 30 * second, Setup: s.crash,
		}),
		scenario.New(scenario.Scenario{
			Name: "leader/nervous", Title: "One member that cannot hear the leader does not stop the others.",
			Step: "leader.4", Rules: []string{"LDR-4"}, For: 20 * second, Setup: s.nervous,
		}),
		scenario.New(scenario.Scenario{
			Name: "leader/weather", Title: "Whatever fails, there is one log, and it goes on when all is well.",
			Step: "leader.4", Rules: []string{"LDR-3", "LDR-4", "LDR-9", "LED-7"}, For: 60 * second,
			Faults: weather,
			Setup:  func(w scenario.World) { s.weather(w, leader.Config{Whole: true}) },
		}),
	}
}

// weather is what fails in the first half of a run.
var weather = scenario.Faults{Jitter: second / 10, Fragment: true, Resets: 4, Partitions: 2, Crashes: 4, Cuts: 2,
	Pauses: 1, Delays: 2, Until: 30 * second}

// beat has the leader of view 0 be there, from time to time, until the end.
func (d *desk) beat(from, to time.Duration) {
	for t, n := from, uint64(1); t < to; t, n = t+200*time.Millisecond, n+1 {
		d.at(t, "the leader beats", func() { d.says(0, leader.KindBeat, &leader.Beat{View: 0, Number: n}) })
	}
}

func (s suite) wish(w scenario.World) {
	d := s.desk(w, 5, 2).whole()
	d.beat(second/10, 2*second)
	var b *leader.Block
	d.at(1900*time.Millisecond, "see that it is content", func() {
		if got := d.wishes(); len(got) > 0 {
			w.Fail(ldr4Wishes, "expected no wish while the leader is heard and nothing waits, got %d", got)
		}
	})
	d.at(4*second, "announce a block after all", func() {
		if got := d.wishes(); len(got) < 1 || slices.Max(got) != 1 {
			w.Fail(ldr4Wishes, "expected wishes for view 1 after 2 s without the leader, got %d", got)
		}
		b = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "key", "value"))
		d.announces(b)
	})
	d.at(5*second, "look whether it was acknowledged", func() {
		if b == nil || !d.acked(0, b) {
			w.Fail(ldr4Acks, "expected that a member that wishes goes on acknowledging, got no acknowledgement")
		}
		if got := d.changes(); len(got) > 0 {
			w.Fail(ldr4Changes, "expected that nobody changes by one wish, got a change to view %d", got[0].View)
		}
	})
	w.AtEnd(ldr4Repeated, func() error {
		if got := d.wishes(); len(got) < 2 {
			return fmt.Errorf("expected that a wish is repeated each second, got %d", len(got))
		}
		return nil
	})
}

// wishAddsUp has three of five members wish for views 4, 7 and 9: a quorum wishes 4 or exceeds it. That view does not
// begin: so all peers are to hear in turn of the transaction that waits.
func (s suite) wishAddsUp(w scenario.World) {
	d := s.desk(w, 5, 2).whole()
	d.beat(second/10, 3*second)
	views := []uint64{4, 7, 9}
	d.at(second, "wish for different views", func() {
		for i, member := range []int{1, 3, 4} {
			if i == 2 && len(d.changes()) > 0 {
				w.Fail(ldr5Quorum, "expected that nobody changes by the wishes of two of five, got a change to view %d", d.changes()[0].View)
			}
			d.says(member, leader.KindWish, &leader.Wish{View: views[i], Number: 1})
			d.says(member, leader.KindWish, &leader.Wish{View: 100, Number: 1}) // the number was seen before
		}
	})
	w.By(2*second, ldr4Changes, func() error {
		if got := d.changes(); len(got) == 0 || got[0].View != 4 {
			return fmt.Errorf("expected a change to view 4, which a quorum wishes or exceeds, got %+v", got)
		}
		return nil
	})
	d.at(2*second, "a transaction comes", func() { d.knows(d.tx(0, 1, "key", "value")) })
	w.AtEnd(ldr4InTurn, func() error {
		sent := map[network.Addr]bool{}
		for _, m := range d.peers.Sent {
			sent[m.To] = sent[m.To] || m.Kind == leader.KindTx
		}
		for _, peer := range d.fellows() {
			if !sent[peer] {
				return fmt.Errorf("expected that peer %s is sent the transaction that waits, got it sent to %v", peer, slices.Sorted(maps.Keys(sent)))
			}
		}
		return nil
	})
}

// begin makes the graded member leader of view 1. The word of member 2 has the longer log, that of member 0
// the later view: the later view counts.
func (s suite) begin(w scenario.World) {
	d := s.desk(w, 5, 1).whole()
	d.beat(second/10, second)
	own := map[leader.Hash]*leader.Block{}
	var short, long *leader.Block
	d.at(second, "change to view 6", func() {
		long = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "long", "log"))
		longer := d.block(0, 2, long.Hash(d.chain), d.tx(1, 1, "longer", "log"))
		short = d.block(5, 1, leader.Hash{}, d.tx(2, 1, "short", "log"))
		for _, b := range []*leader.Block{long, longer, short} {
			own[b.Hash(d.chain)] = b
		}
		for _, member := range []int{0, 2, 3} {
			d.says(member, leader.KindWish, &leader.Wish{View: 6, Number: 1})
		}
		d.says(2, leader.KindChange, &leader.Change{View: 6, LastNormal: 0, Height: 2, Hash: longer.Hash(d.chain)})
		d.says(0, leader.KindChange, &leader.Change{View: 6, LastNormal: 5, Height: 1, Hash: short.Hash(d.chain)})
	})
	for t := 1100 * time.Millisecond; t < 3*second; t += 50 * time.Millisecond {
		d.at(t, "give the blocks that it asks for", func() { d.give(own) })
	}
	w.By(3*second, ldr4Chooses, func() error {
		begun := ledgertest.Of(leader.KindBegin, d.gossip.Sent)
		if len(begun) == 0 {
			return errors.New("expected that the view begins once a quorum has changed to it, got no beginning")
		}
		var b leader.Begin
		if leader.Decode(begun[0], &b) != nil || !b.Proves(&d.genesis, d.chain) {
			return errors.New("expected a beginning that proves itself, got one that does not")
		}
		if b.View != 6 || b.Hash != short.Hash(d.chain) {
			return fmt.Errorf("expected that view 6 begins with the log of the highest last normal view, got view %d with a log of %d", b.View, b.Height)
		}
		return nil
	})
	w.By(3500*time.Millisecond, ldr4TakesOver, func() error {
		if short == nil || !d.acked(6, short) {
			return errors.New("expected that the leader acknowledges the log that its view begins with, got no acknowledgement")
		}
		return nil
	})
}

// give answers every question for a block.
func (d *desk) give(blocks map[leader.Hash]*leader.Block) {
	for q := d.peers.Take(leader.KindFetch); q != nil; q = d.peers.Take(leader.KindFetch) {
		if b := blocks[leader.Hash(q.Payload)]; b != nil {
			q.Done(b.Encode(), nil)
		} else {
			q.Done(nil, network.ErrClosed)
		}
	}
}

// follow has the member acknowledge a block of view 0 that did not reach a quorum; view 1 begins with
// another one in its place.
func (s suite) follow(w scenario.World) {
	d := s.desk(w, 3, 2).whole()
	d.beat(second/10, second)
	own := map[leader.Hash]*leader.Block{}
	var old, new *leader.Block
	d.at(second/2, "announce a block that few will have", func() {
		old = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "old", "log"))
		d.announces(old)
	})
	d.at(second, "begin view 4 with another log", func() {
		new = d.block(3, 1, leader.Hash{}, d.tx(1, 1, "new", "log"))
		own[new.Hash(d.chain)] = new
		b := d.beginning(4, leader.Change{LastNormal: 3, Height: 1, Hash: new.Hash(d.chain)}, leader.Change{}, 0, 1)
		if !d.gossip.Deliver(leader.KindBegin, leader.Encode(b)) {
			w.Fail(led6Once, "expected that a view that has begun is passed on, got it kept")
		}
		if d.gossip.Deliver(leader.KindBegin, leader.Encode(b)) {
			w.Fail(led6Once, "expected that a beginning is passed on once, got it passed on again")
		}
	})
	for t := 1050 * time.Millisecond; t < 3*second; t += 50 * time.Millisecond {
		d.at(t, "give the blocks that it asks for", func() { d.give(own) })
	}
	d.at(3500*time.Millisecond, "change to view 9", func() {
		for _, member := range []int{0, 1} {
			d.says(member, leader.KindWish, &leader.Wish{View: 9, Number: 1})
		}
	})
	w.AtEnd(ldr4Tells, func() error {
		if got := d.changes(); len(got) == 0 || got[len(got)-1].View != 9 || got[len(got)-1].LastNormal != 4 {
			return fmt.Errorf("expected a change to view 9 that tells of the log of view 4, got %+v", got)
		}
		return nil
	})
	w.By(3*second, ldr4TakesOver, func() error {
		if new == nil || !d.acked(4, new) {
			return errors.New("expected that the log of view 4 is acknowledged, got no acknowledgement")
		}
		if d.acked(4, old) {
			return errors.New("expected that what is not in the log of view 4 is not acknowledged in it, got an acknowledgement")
		}
		if s := d.ledger.Standing(); s.View != 4 || s.LastNormal != 4 || s.Height != 1 || s.Hash != new.Hash(d.chain) {
			return fmt.Errorf("expected exactly the log of view 4, got %d blocks in view %d (normal %d)", s.Height, s.View, s.LastNormal)
		}
		return nil
	})
}

// beginning is the beginning of a view by its leader, with the words of members one and two.
func (d *desk) beginning(view uint64, best, other leader.Change, one, two int) *leader.Begin {
	best.View, other.View = view, view
	leader.Sign(d.chain, ledgertest.Signer(d.others[one]), one, &best)
	leader.Sign(d.chain, ledgertest.Signer(d.others[two]), two, &other)
	b := &leader.Begin{View: view, Height: best.Height, Hash: best.Hash, Changes: []leader.Change{best, other}}
	at := d.genesis.Leader(view)
	leader.Sign(d.chain, ledgertest.Signer(d.others[at]), at, b)
	return b
}

// falseBeginnings are right but for one thing each.
func (s suite) falseBeginnings(w scenario.World) {
	d := s.desk(w, 3, 2).whole()
	d.beat(second/10, 3*second)
	d.at(second, "begin views without proof", func() {
		none := leader.Change{}
		sign := func(member int, b *leader.Begin) *leader.Begin {
			leader.Sign(d.chain, ledgertest.Signer(d.others[member]), member, b)
			return b
		}
		alone := d.beginning(4, none, none, 0, 1)
		alone.Changes = alone.Changes[:1]
		twice := d.beginning(4, none, none, 0, 0)
		better := d.beginning(4, none, none, 0, 1)
		better.Height, better.Hash = 1, leader.Hash{1}
		mixed := d.beginning(4, none, none, 0, 1)
		mixed.Changes[1] = d.beginning(7, none, none, 0, 1).Changes[1]
		forged := d.beginning(4, none, none, 0, 1)
		forged.Changes[1].Signature[3] ^= 1
		for i, b := range []*leader.Begin{
			sign(1, alone), sign(1, twice), sign(1, better), sign(1, mixed), sign(1, forged),
			sign(0, d.beginning(4, none, none, 0, 1)), // by who does not lead the view
		} {
			if d.gossip.Deliver(leader.KindBegin, leader.Encode(b)) {
				w.Fail(ldr5Wrong, "expected that a beginning without proof (case %d) is not passed on, got it passed on", i)
			}
		}
	})
	w.AtEnd(ldr5Quorum, func() error {
		if s := d.ledger.Standing(); s.View != 0 {
			return fmt.Errorf("expected that nobody enters a view without the words of a quorum, got view %d", s.View)
		}
		return nil
	})
}

func (s suite) crash(w scenario.World) {
	c := s.cluster(w, 3)
	c.limits.Whole = true
	cl := c.client(0)
	for j := range 10 {
		m := c.members[1+w.Rand().IntN(2)]
		tx := cl.next("key", string(rune('a'+j)), 1)
		w.At(2*second+c.until(10*second), m.addr, "submit a transaction", func() { cl.submit(m, tx) })
	}
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3 * second, For: 15 * second, A: []network.Addr{c.members[0].addr}})
	w.By(15*second, ldr4GoesOn, func() error { return c.finalAt(c.members[1], c.members[2]) })
	w.By(30*second, led7Has, c.finalEverywhere)
}

// nervous cuts the leader's way to one member, which then wishes forever; one more is down.
func (s suite) nervous(w scenario.World) {
	c := s.cluster(w, 5)
	c.limits.Whole = true
	cl := c.client(0)
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: 2 * second, For: 15 * second,
		A: []network.Addr{c.members[0].addr}, B: []network.Addr{c.members[4].addr}})
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 2 * second, For: 15 * second, A: []network.Addr{c.members[3].addr}})
	for j := range 10 {
		m := c.members[1+w.Rand().IntN(2)]
		tx := cl.next("key", string(rune('a'+j)), 1)
		w.At(4*second+c.until(8*second), m.addr, "submit a transaction", func() { cl.submit(m, tx) })
	}
	w.By(15*second, ldr4GoesOn, func() error { return c.finalAt(c.members[0], c.members[1], c.members[2]) })
}

func (s suite) weather(w scenario.World, limits leader.Config) {
	c := s.cluster(w, []int{3, 5}[w.Rand().IntN(2)])
	c.limits = limits
	c.limits.Snapshot = 1 + w.Rand().IntN(20)
	for i := range 3 {
		cl := c.client(i)
		for j := range 20 {
			m := c.members[w.Rand().IntN(len(c.members))]
			tx := cl.next("key", string(rune('a'+j)), w.Rand().Uint64N(10))
			w.At(2*second+c.until(30*second), m.addr, "submit a transaction", func() { cl.submit(m, tx) })
			w.At(35*second, m.addr, "submit it again", func() { cl.submit(m, tx) })
		}
	}
	led := w.Sometimes("a member other than the first came to lead")
	w.At(59*second, c.members[0].addr, "see which view it is", func() { led(c.members[0].ledger.Standing().View > 0) })
	w.By(60*second, ldr4GoesOn, c.finalEverywhere)
}
