package latticetest

import (
	"fmt"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/scenario"
)

// voting is step lattice.4: when to vote, when to move, when to vote for good.
func (s suite) voting() []scenario.Scenario {
	vote := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: "lattice.4", Rules: rules, For: 8 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		vote("votes", "A representative votes for what is in its ledger, then for good, when a quorum votes for it.", s.votes, "LAT-6", "LAT-7"),
		vote("moves", "A representative moves to a heavier candidate, a second after its last vote, and to no other.", s.moves, "LAT-6"),
		vote("never-again", "After a final vote there is no other one in that place, whatever the others say.", s.neverAgain, "LAT-6"),
		vote("final-crash", "A final vote binds over a crash, at whatever moment.", s.finalCrash, "LAT-6", "LED-9"),
		vote("disk-fails", "A representative whose disk fails says nothing more.", s.diskFails, "LED-9", "LAT-6"),
		vote("clock-back", "Votes have rising times, also when the clock is set back.", s.clockBack, "LAT-6"),
		scenario.New(scenario.Scenario{
			Name: "lattice/no-disk", Title: "A representative that has lost its disk votes for nothing.", Step: "lattice.4",
			Rules: []string{"LAT-6"}, For: 8 * second, Provided: true, Setup: s.noDisk,
		}),
		vote("observes", "A node without weight says nothing.", s.observes, "LAT-6"),
	}
}

// votes has two blocks of one account; the second is voted on when the first is cemented.
func (s suite) votes(w scenario.World) {
	d := s.voter(w)
	d.at(second/2, "give two blocks, and vote", func() {
		p := d.purse(1)
		first, second := p.send(accountOf(d.reps[2]), 1), p.send(accountOf(d.reps[2]), 1)
		d.gives(first, second)
		if got := d.ownFor(first); len(got) != 1 || got[0] == lattice.Final {
			w.Fail(lat6First, "expected one normal vote for the block in the ledger, got times %v", got)
		}
		if got := d.ownFor(second); len(got) > 0 {
			w.Fail(lat7Previous, "expected no vote before the previous block is cemented, got %d", len(got))
		}
		d.says(1, 1, first)
	})
	d.at(second, "the third votes", func() {
		first := d.first()
		if d.votedFinal(first) {
			w.Fail(lat6Final, "expected no final vote with two of four, got one")
		}
		d.says(2, lattice.Final, first)
	})
	d.at(1500*time.Millisecond, "look at the final vote", func() {
		first := d.first()
		if !d.votedFinal(first) {
			w.Fail(lat6Final, "expected a final vote when three of four vote for a block, normal or final, got none")
		}
		d.wants(lat7Final, ledgers.Waiting, first, "by two final votes")
		d.says(1, lattice.Final, first)
		d.wants(lat7Final, ledgers.Final, first, "by three final votes, its own among them")
		if got := d.own(); len(d.ownFor(d.second())) == 0 {
			w.Fail(lat7Previous, "expected a vote for the next block once its previous is cemented, got %d votes", len(got))
		}
	})
}

// first and second are the blocks that the script of votes gives.
func (d *desk) first() *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), 1) }

func (d *desk) second() *lattice.Block {
	p := d.purse(1)
	p.send(accountOf(d.reps[2]), 1)
	return p.send(accountOf(d.reps[2]), 1)
}

// moves has a fork: one other votes for each, then one moves.
func (s suite) moves(w scenario.World) {
	d := s.voter(w)
	p := func(amount uint64) *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), amount) }
	moved := func() bool { return len(d.ownFor(p(2))) > 0 }
	d.at(2*second, "give a fork; one votes for the other block", func() {
		d.gives(p(1), p(2))
		d.says(1, 1, p(2))
	})
	d.at(4*second, "look, then another votes for it", func() {
		if moved() {
			w.Fail(lat6Moves, "expected no move to a candidate that is as heavy as its own, got one")
		}
		d.says(2, 1, p(2))
	})
	d.at(4500*time.Millisecond, "look", func() {
		if !moved() {
			w.Fail(lat6Moves, "expected a move to the heavier candidate, got none")
		}
		if times := append(d.ownFor(p(1)), d.ownFor(p(2))...); !slices.IsSorted(times) {
			w.Fail(lat6Times, "expected rising times, got %v", times)
		}
		d.says(3, 1, p(3)) // for a third, which comes now
		d.gives(p(3))
	})
	d.at(6*second, "give another fork, where all are against the first", func() {
		q := d.purse(2)
		d.gives(q.copy().send(accountOf(d.reps[3]), 1), q.copy().send(accountOf(d.reps[3]), 2))
		d.says(1, 1, q.copy().send(accountOf(d.reps[3]), 2))
		d.says(2, 1, q.copy().send(accountOf(d.reps[3]), 2))
	})
	d.at(6500*time.Millisecond, "look", func() {
		if other := d.purse(2).send(accountOf(d.reps[3]), 2); len(d.ownFor(other)) > 0 {
			w.Fail(lat6Moves, "expected no move within a second of the last vote, got one")
		}
	})
	d.at(7500*time.Millisecond, "look again", func() {
		if other := d.purse(2).send(accountOf(d.reps[3]), 2); len(d.ownFor(other)) == 0 {
			w.Fail(lat6Moves, "expected a move after a second, got none")
		}
	})
}

// neverAgain has all others turn to another block after the node has voted for good.
func (s suite) neverAgain(w scenario.World) {
	d := s.voter(w)
	first := func() *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), 1) }
	other := func() *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), 2) }
	d.at(second/2, "have the node vote for good", func() {
		d.gives(first(), other())
		d.says(1, 1, first())
		d.says(2, 1, first())
	})
	d.at(2*second, "all others turn to the other block", func() {
		if !d.votedFinal(first()) {
			w.Fail(lat6Final, "expected a final vote when three of four vote for a block, got none")
		}
		for rep := 1; rep <= 3; rep++ {
			d.says(rep, 2, other())
		}
	})
	d.at(5*second, "they vote for good, too", func() {
		d.silentOn(other())
		d.decides(other())
		d.wants(lat7Final, ledgers.Final, other(), "by three of four")
	})
	w.AtEnd(lat6Never, func() error {
		if times := d.ownFor(other()); slices.ContainsFunc(times, func(t uint64) bool { return t != lattice.Final }) {
			return fmt.Errorf("expected no other vote in a place after the final one, got times %v", times)
		}
		return nil
	})
}

// silentOn fails if the node has voted for a block.
func (d *desk) silentOn(b *lattice.Block) {
	if times := d.ownFor(b); len(times) > 0 {
		d.w.Fail(lat6Never, "expected no vote for a rival after a final one, got times %v", times)
	}
}

// finalCrash crashes the node at about the time of its final vote. When it is back, a rival is offered.
func (s suite) finalCrash(w scenario.World) {
	d := s.voter(w)
	first := func() *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), 1) }
	other := func() *lattice.Block { return d.purse(1).send(accountOf(d.reps[2]), 2) }
	told := false
	d.at(second/2, "have the node vote for good", func() {
		d.gives(first())
		d.says(1, 1, first())
		d.says(2, 1, first())
	})
	crash := second/2 + time.Duration(1+w.Rand().IntN(15_000))*time.Microsecond
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: crash, For: second / 10, A: []network.Addr{w.Addr(0)}})
	met := w.Sometimes("the node crashed when its final vote was told")
	w.Always(lat6Restarts, func() error {
		told = told || d.ledger != nil && d.votedFinal(first())
		return nil
	})
	d.at(second, "offer a rival, which all others want", func() {
		met(told)
		d.gives(other())
		for rep := 1; rep <= 3; rep++ {
			d.says(rep, 2, other())
		}
	})
	w.AtEnd(lat6Restarts, func() error {
		if times := d.ownFor(other()); told && len(times) > 0 {
			return fmt.Errorf("expected that a final vote of the life before binds, got votes for a rival at %v", times)
		}
		if !told && len(d.ownFor(first())) == 0 && len(d.ownFor(other())) == 0 && !d.keeps(first().Hash(d.chain)) {
			return fmt.Errorf("expected that a representative that has promised nothing votes after a crash, got no vote")
		}
		return nil
	})
}

func (s suite) diskFails(w scenario.World) {
	d := s.voter(w)
	said := 0
	d.at(second/2, "have the node vote for good; the sync fails", func() {
		b := d.first()
		d.disk.Fail[lattice.FileJournal] = true
		d.gives(b)
		d.says(1, 1, b)
		d.says(2, 1, b)
	})
	d.at(second, "see what it has said", func() {
		said = len(d.gossip.Sent)
		if d.votedFinal(d.first()) {
			w.Fail(lat6Synced, "expected no final vote that is not safe, got one")
		}
		if d.ledger.Failure() == nil {
			w.Fail(led9Stops, "expected that the node stops when its disk has failed, got it running")
		}
		d.gives(d.purse(3).send(accountOf(d.reps[2]), 1))
	})
	w.AtEnd(led9Stops, func() error {
		if more := len(d.gossip.Sent) - said; more > 0 {
			return fmt.Errorf("expected that a node whose disk has failed says nothing more, got %d messages", more)
		}
		return nil
	})
}

// clockBack sets the node's clock back between two votes in one place.
func (s suite) clockBack(w scenario.World) {
	d := s.voter(w)
	d.ahead = time.Hour
	d.at(second, "give a fork", func() {
		d.gives(d.purse(1).send(accountOf(d.reps[2]), 1), d.purse(1).send(accountOf(d.reps[2]), 2))
	})
	d.at(2*second, "set the clock back", func() { d.ahead = 0 })
	d.at(4*second, "the others want the other block", func() {
		d.says(1, 1, d.purse(1).send(accountOf(d.reps[2]), 2))
		d.says(2, 1, d.purse(1).send(accountOf(d.reps[2]), 2))
	})
	w.AtEnd(lat6Times, func() error {
		before := d.ownFor(d.purse(1).send(accountOf(d.reps[2]), 1))
		after := d.ownFor(d.purse(1).send(accountOf(d.reps[2]), 2))
		if len(before) == 0 || len(after) == 0 || after[0] <= before[len(before)-1] {
			return fmt.Errorf("expected a vote with a later time after the clock was set back, got %v, then %v", before, after)
		}
		return nil
	})
}

func (s suite) noDisk(w scenario.World) {
	d := s.voter(w)
	d.nobody = true
	d.at(second, "give a block that all others want", func() {
		d.gives(d.first())
		d.decides(d.first())
		d.wants(lat7Final, ledgers.Final, d.first(), "by three of four")
		d.gives(d.second())
	})
	w.AtEnd(lat6Disk, func() error {
		if n := len(d.own()); n > 0 {
			return fmt.Errorf("expected no vote without the founding record, got %d", n)
		}
		return nil
	})
}

func (s suite) observes(w scenario.World) {
	d := s.observer(w)
	d.at(second, "give a block that all want", func() {
		d.gives(d.first())
		d.says(1, 1, d.first())
		d.says(2, 1, d.first())
		d.says(3, 1, d.first())
	})
	w.AtEnd(lat6Votes, func() error {
		if n := len(d.own()); n > 0 {
			return fmt.Errorf("expected no vote of a node without weight, got %d", n)
		}
		return nil
	})
}
