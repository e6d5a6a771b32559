package causaltest

import (
	"fmt"
	"slices"
	"time"

	"strata/ledgers/causal"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// seeking is step causal.4 too: whom a replica asks, among neighbours of which most lie.
func (s suite) seeking() []scenario.Scenario {
	step := func(name, title string, until time.Duration, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.4", Rules: []string{"CAU-3"}, For: until, Setup: setup,
		})
	}
	return []scenario.Scenario{
		step("told-by-liars", "Four tell of a head and give nothing; the fifth that tells of it gives it.", 7*second, s.toldByLiars),
		step("waits-for-liars", "What four liars have passed on, and not what it stands on, comes from the one that tells of it.", 9*second,
			func(w scenario.World) { s.waitsForLiars(w, false) }),
		step("passed-on-too", "What four liars have passed on, and not what it stands on, comes from the one that passes it on too.", 9*second,
			func(w scenario.World) { s.waitsForLiars(w, true) }),
		step("overtaken", "A liar brings each update just before it comes from the one that was asked.", 12*second, s.overtaken),
		step("no-answer", "A peer that has not answered is asked again before long.", 10*second, s.noAnswer),
		step("speaks-later", "A peer that was asked before it had an update is asked again when it tells of it.", 8*second, s.speaksLater),
		step("comes-back", "A peer that lacked an update, left and came back is asked again.", 8*second, s.comesBack),
		step("told-once", "A hash of which somebody spoke once, and which nobody has, is forgotten.", 130*second, s.toldOnce),
	}
}

// crowd is five neighbours, of which four lie.
var crowd = []network.Addr{"10.9.9.1:4000", "10.9.9.2:4000", "10.9.9.3:4000", "10.9.9.4:4000", "10.9.9.5:4000"}

// crowded makes a replica among the crowd, and has wanted updates delivered by a time.
func (s suite) crowded(w scenario.World, c scenario.Clause, wanted int, by time.Duration, ready func(d *desk)) *desk {
	d := s.desk(w, ready)
	d.near = crowd
	w.By(by, c, func() error {
		if len(d.order) != wanted {
			return fmt.Errorf("expected %d updates, which one of five neighbours has and gives, got %d", wanted, len(d.order))
		}
		return nil
	})
	return d
}

// liars are the four that tell heads of these updates, and give nothing.
func (d *desk) liars(all []*causal.Update) (liars []*holder) {
	for _, addr := range crowd[:4] {
		h := d.holder(addr, all...)
		h.stingy = true
		liars = append(liars, h)
	}
	return liars
}

// toldByLiars has the honest one tell its heads after the others.
func (s suite) toldByLiars(w scenario.World) {
	s.crowded(w, cau3Every, 6, 6*second, func(d *desk) {
		all := d.author(1).chain(6)
		honest := d.holder(crowd[4], all...)
		honest.since = second
		d.serve(append(d.liars(all), honest)...)
	})
}

// waitsForLiars has the replica hear the last of a chain from liars, before the honest one tells its heads, or passes on
// the same update.
func (s suite) waitsForLiars(w scenario.World, passes bool) {
	s.crowded(w, cau3Every, 6, 8*second, func(d *desk) {
		all := d.author(1).chain(6)
		honest := d.holder(crowd[4], all...)
		honest.since, honest.silent = 2*second, passes
		d.serve(append(d.liars(nil), honest)...)
		d.host.After(2*second, func() {
			if passes {
				d.gossip.deliver(crowd[4], all[5].Encode())
			}
		})
		for _, liar := range crowd[:4] {
			d.gossip.deliver(liar, all[5].Encode())
		}
	})
}

// overtaken has a liar pass on what the honest one is about to answer, and not what that stands on.
func (s suite) overtaken(w scenario.World) {
	s.crowded(w, cau3Every, 6, 10*second, func(d *desk) {
		all := d.author(1).chain(6)
		d.serve(append(d.liars(nil), d.holder(crowd[4], all...))...)
		answer := d.peers.Answers
		d.peers.Answers = func(q ledgertest.Question) bool {
			if a, err := causal.DecodeAsk(q.Payload); q.Kind == causal.KindAsk && err == nil && q.To == crowd[4] {
				for _, u := range all {
					if slices.Contains(a.IDs, u.ID()) {
						d.host.After(second/100, func() { d.gossip.deliver(crowd[0], u.Encode()) })
					}
				}
			}
			return answer(q)
		}
	})
}

// noAnswer has the only one that gives anything leave two requests without an answer.
func (s suite) noAnswer(w scenario.World) {
	s.crowded(w, cau3Silent, 3, 9*second, func(d *desk) {
		honest := d.holder(crowd[4], d.author(1).chain(3)...)
		honest.mute = 1
		d.serve(append(d.liars(nil), honest)...)
	})
}

// speaksLater has a neighbour be asked, as others are, before it has what a liar tells of.
func (s suite) speaksLater(w scenario.World) {
	s.crowded(w, cau3Later, 3, 6*second, func(d *desk) {
		all := d.author(1).chain(3)
		honest := d.holder(crowd[0], all...)
		honest.stingy, honest.since = true, 2*second
		liar := d.holder(crowd[4], all...)
		liar.stingy = true
		d.serve(honest, liar)
		d.host.After(2*second, func() { honest.stingy = false })
	})
}

// comesBack has a neighbour tell of what it cannot give yet; then it leaves, and comes back with it.
func (s suite) comesBack(w scenario.World) {
	s.crowded(w, cau3Anew, 3, 6*second, func(d *desk) {
		all := d.author(1).chain(3)
		honest := d.holder(crowd[4], all...)
		honest.stingy = true
		d.serve(append(d.liars(all), honest)...)
		d.host.After(2*second, func() {
			d.gossip.Watcher.PeerLost(crowd[4])
			honest.stingy = false
			d.gossip.Watcher.PeerArrived(crowd[4])
		})
	})
}

// toldOnce has one neighbour speak of a hash once.
func (s suite) toldOnce(w scenario.World) {
	lie := causal.ID{0xcc}
	var early, late int
	d := s.desk(w, func(d *desk) {
		d.serve(d.liars(nil)...)
		answer := d.peers.Answers
		d.peers.Answers = func(q ledgertest.Question) bool {
			switch a, err := causal.DecodeAsk(q.Payload); {
			case q.Kind != causal.KindAsk || err != nil || !slices.Contains(a.IDs, lie):
			case w.Now() < 50*second:
				early++
			default:
				late++
			}
			return answer(q)
		}
		d.tells(crowd[0], lie)
	})
	d.near = crowd
	w.At(50*second, w.Addr(0), "count the askings", func() {
		if early != 3 {
			w.Fail(cau3Few, "expected that a hash is asked of who spoke of it and of two others, got %d askings", early)
		}
	})
	w.AtEnd(cau3Forgot, func() error {
		if late > 0 {
			return fmt.Errorf("expected that a hash of which nobody speaks any longer is not asked for, got %d askings after a minute", late)
		}
		return nil
	})
}
