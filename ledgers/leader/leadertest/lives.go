package leadertest

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// lives is what a member does while nothing happens, and after it was down: it is given.
func (s suite) lives() []scenario.Scenario {
	given := func(name, title, step string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: step, Rules: rules, For: 8 * second, Provided: true, Setup: setup,
		})
	}
	return []scenario.Scenario{
		given("beats", "A leader says that it is there, and how far it has committed, also when it has nothing to do.", "leader.3", s.beats, "LDR-3"),
		given("reads", "Each read is answered once, also one that is asked for by the answer to another.", "leader.4", s.eachRead, "LDR-10"),
		given("lead-crash", "A leader makes one block for a view and a height, however often it crashes.", "leader.2", s.leadCrash, "LDR-2"),
		given("wish-crash", "The numbers of a member's wishes go on rising after a restart.", "leader.4", s.wishCrash, "LDR-4"),
	}
}

// beats makes the graded member leader of view 0: it is idle, commits one block, and is idle again.
func (s suite) beats(w scenario.World) {
	d := s.desk(w, 3, 0)
	d.at(3*second, "submit a transaction", func() { _, _ = d.ledger.Submit(d.tx(0, 1, "key", "value").Encode()) })
	d.at(4*second, "member 1 acknowledges its block", func() {
		if sent := ledgertest.Of(leader.KindBlock, d.gossip.Sent); len(sent) > 0 {
			a, _ := leader.DecodeAnnouncement(sent[0])
			d.says(1, leader.KindAck, &leader.Ack{Height: a.Height, Hash: a.Hash(d.chain)})
		}
	})
	w.AtEnd(ldr3Tells, func() error {
		last, told := 100*time.Millisecond, false
		for _, m := range d.gossip.Sent {
			var b leader.Beat
			if m.Kind != leader.KindBeat || leader.Decode(m.Payload, &b) != nil {
				continue
			}
			if m.At > last+second/2 {
				return fmt.Errorf("expected a beat every 200 ms, got none from %v to %v", last, m.At)
			}
			last = m.At
			if told = told || b.Commit == 1; !told && last > 4500*time.Millisecond {
				return fmt.Errorf("expected that beats tell of the block that was committed at 4 s, got commit height %d at %v", b.Commit, last)
			}
		}
		if last < 7*second {
			return fmt.Errorf("expected a beat every 200 ms, got the last at %v", last)
		}
		if !told {
			return errors.New("expected that beats tell of the block that was committed at 4 s, got none that does")
		}
		return nil
	})
}

// eachRead makes the graded member leader of view 0, asks it for several reads at once, and for more within the answers.
// Member 1 confirms twice, and not a third time.
func (s suite) eachRead(w scenario.World) {
	d := s.desk(w, 3, 0)
	var names []string
	answers := map[string]int{}
	read := func(name string, latest bool, then func()) {
		names = append(names, name)
		d.ledger.Read([]byte("key"), latest, func(leader.Value, error) { answers[name]++; then() })
	}
	rest := func() {}
	d.at(second, "read three times at once", func() {
		read("the first", true, func() {
			read("the latest within the answer", true, rest)
			read("the local within the answer", false, rest)
		})
		read("the second", true, rest)
		read("the third", true, rest)
	})
	for _, t := range []time.Duration{1500 * time.Millisecond, 2 * second} {
		d.at(t, "member 1 confirms that it is in the view", func() {
			beats := ledgertest.Of(leader.KindBeat, d.gossip.Sent)
			var last leader.Beat
			if len(beats) > 0 && leader.Decode(beats[len(beats)-1], &last) == nil {
				d.says(1, leader.KindHere, &leader.Here{View: 0, Number: last.Number})
			}
		})
	}
	d.at(3*second, "read what nobody confirms", func() { read("the one that nobody confirms", true, rest) })
	w.AtEnd(ldr10Answers, func() error {
		for _, name := range names {
			if answers[name] != 1 {
				return fmt.Errorf("expected that each read is answered once, got %s answered %d times", name, answers[name])
			}
		}
		if len(names) != 6 {
			return fmt.Errorf("expected that six reads were asked for, got %d", len(names))
		}
		return nil
	})
}

// leadCrash crashes a leader again and again, soon after it has started. In each life it has another transaction to put
// into a block, and a crash may take the block that it has sent.
func (s suite) leadCrash(w scenario.World) {
	d := s.desk(w, 3, 0).patient()
	d.late = true
	d.started = func() {
		_, err := d.ledger.Submit(d.tx(d.boots, 1, "key", "value").Encode())
		scenario.Must(err)
	}
	const down = second / 20
	life := second / 5
	for range 12 {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: life, For: down, A: []network.Addr{w.Addr(0)}})
		most := 3 * time.Millisecond // before what it has written first is safe
		if w.Rand().IntN(2) == 0 {
			most = 30 * time.Millisecond
		}
		life += down + time.Duration(w.Rand().Int64N(int64(most)))
	}
	w.AtEnd(ldr2One, func() error {
		if d.boots < 13 {
			return fmt.Errorf("expected that the member starts after each of 12 crashes, got %d starts", d.boots)
		}
		return nil
	})
}

// wishCrash lets a member wish, crash and wish again: others pass over a number that they have seen.
func (s suite) wishCrash(w scenario.World) {
	d := s.desk(w, 5, 2)
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 3*second + time.Duration(w.Rand().Int64N(int64(second))), For: second / 10,
		A: []network.Addr{w.Addr(0)}})
	w.AtEnd(ldr4Repeated, func() error {
		highest := uint64(0)
		for _, life := range [][]ledgertest.Message{d.earlier, d.gossip.Sent} {
			most := highest
			for _, m := range life {
				var wish leader.Wish
				if m.Kind != leader.KindWish || leader.Decode(m.Payload, &wish) != nil {
					continue
				}
				if wish.Number <= highest {
					return fmt.Errorf("expected that numbers of wishes rise over a restart, got %d after %d", wish.Number, highest)
				}
				most = max(most, wish.Number)
			}
			if most == highest {
				return errors.New("expected wishes before the crash and after it, got none in one of the two lives")
			}
			highest = most
		}
		return nil
	})
}
