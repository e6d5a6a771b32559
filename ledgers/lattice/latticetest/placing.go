package latticetest

import (
	"fmt"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/scenario"
)

// placing is step lattice.3: into the ledger, and out of it again.
func (s suite) placing() []scenario.Scenario {
	place := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: "lattice.3", Rules: rules, For: 4 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		place("fork", "The ledger holds the first of a fork, until a quorum votes for another.", s.fork, "LAT-4", "LAT-7"),
		place("fork-deep", "The blocks on the loser of a fork are rolled back, however many there are.", s.forkDeep, "LAT-3", "LAT-4"),
		place("fork-received", "A fork of a send changes no other account, before it is cemented and after.", s.forkReceived, "LAT-3", "LAT-4"),
		place("frees", "A receive that is rolled back leaves its amount to be received again, once.", s.frees, "LAT-3"),
		place("replayed", "One vote a representative and place: the latest counts, and a final one for good.", s.replayed, "LAT-6"),
		place("other-root", "A final vote in one place says nothing about another.", s.otherRoot, "LAT-6"),
		place("for-good", "Nothing undoes what is cemented.", s.forGood, "LAT-4", "LAT-7"),
		place("eleven", "Of eleven rivals the one with the votes is not the one that was dropped.", s.eleven, "LAT-4"),
	}
}

// fork has two sends in one place.
func (s suite) fork(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "give two blocks for one place", func() {
		p := d.purse(1)
		q := p.copy()
		first, other := p.send(accountOf(d.reps[2]), 7), q.send(accountOf(d.reps[3]), 9)
		d.gives(first)
		if !d.gives(other) {
			w.Fail(lat8Blocks, "expected that a rival travels on, got it kept")
		}
		if !d.inLedger(first) || d.inLedger(other) {
			w.Fail(lat4First, "expected that the first one is in the ledger, got another")
		}
		d.wants(led3Waiting, ledgers.Waiting, other, "while the votes decide")
		d.says(1, 1, first)
		d.says(2, 1, other)
		d.says(3, 1, other)
		if !d.inLedger(first) {
			w.Fail(lat4Exchange, "expected that two of four do not exchange a block, got it exchanged")
		}
		d.says(1, 2, other)
		if d.inLedger(first) || !d.inLedger(other) {
			w.Fail(lat4Exchange, "expected that a quorum of normal votes exchanges the block, got the first one still there")
		}
		d.wants(lat7Final, ledgers.Waiting, other, "before there are final votes")
		d.decides(other)
		d.wants(lat7Final, ledgers.Final, other, "with final votes of a quorum")
		d.wants(lat7Rivals, ledgers.Refused, first, "when its rival is cemented")
		if got := d.ledger.Book().Cemented(p.account).Balance; got != lattice.Raw(stake-9) {
			w.Fail(lat4Exchange, "expected the balance after the winner, %d, got %v", stake-9, got)
		}
	})
}

// forkDeep has a chain of up to 20 blocks stand on the loser.
func (s suite) forkDeep(w scenario.World) {
	d := s.observer(w)
	depth, cemented := 1+w.Rand().IntN(20), w.Rand().IntN(4)
	final := w.Rand().IntN(2) == 0
	d.at(second/2, fmt.Sprintf("give a rival of a block with %d on it", depth), func() {
		p := d.purse(1)
		for range cemented {
			d.settles(p.send(accountOf(d.reps[2]), 1))
		}
		q := p.copy()
		var chain []*lattice.Block
		for range depth + 1 {
			chain = append(chain, p.send(accountOf(d.reps[2]), 2))
		}
		d.gives(chain...)
		winner := q.send(accountOf(d.reps[3]), 100)
		d.gives(winner)
		for rep := 1; rep <= 3; rep++ {
			timestamp := uint64(5)
			if final {
				timestamp = lattice.Final
			}
			d.says(rep, timestamp, winner)
		}
		head := d.ledger.Book().Head(p.account)
		if head.Hash != winner.Hash(d.chain) {
			w.Fail(lat4Rolls, "expected that the winner is the head and all %d blocks on the loser are gone, got a head at height %d", depth, head.Height)
		}
		for _, b := range chain {
			if d.inLedger(b) {
				w.Fail(lat4Rolls, "expected that no block of the loser's is left, got one")
			}
		}
		if got := d.ledger.Book().Head(p.account).Height; got != uint64(cemented)+2 {
			w.Fail(lat4Cemented, "expected %d blocks after the exchange, those cemented among them, got %d", cemented+2, got)
		}
		next := q.send(accountOf(d.reps[3]), 1)
		d.settles(winner, next)
		d.wants(lat7Final, ledgers.Final, next, "on the winner")
	})
}

// forkReceived has the recipient of a forked send try to receive, before and after the other one is cemented.
func (s suite) forkReceived(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "receive what is forked", func() {
		p := d.purse(1)
		q := p.copy()
		first, other := p.send(accountOf(d.reps[2]), 7), q.send(accountOf(d.reps[3]), 7)
		d.gives(first)
		receive := d.purse(2).receive(first, 7)
		d.gives(receive)
		if d.inLedger(receive) {
			w.Fail(lat3Never, "expected that a send which is not cemented reaches nobody, got it received")
		}
		if _, there := d.ledger.Book().Pending(lattice.Key{To: first.Link, Send: first.Hash(d.chain)}); there {
			w.Fail(lat3Entry, "expected no pending entry before the send is cemented, got one")
		}
		d.gives(other)
		d.decides(other)
		if d.inLedger(receive) {
			w.Fail(lat3Never, "expected that the loser of a fork reaches nobody, got it received")
		}
		if _, there := d.ledger.Book().Pending(lattice.Key{To: other.Link, Send: other.Hash(d.chain)}); !there {
			w.Fail(lat3Entry, "expected a pending entry of the winner when it is cemented, got none")
		}
		good := d.purse(3).receive(other, 7)
		d.settles(good)
		d.wants(lat7Final, ledgers.Final, good, "when its source is cemented")
	})
}

// frees has a receive lose its place to a block that does not receive: what it reserved is received later.
func (s suite) frees(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "roll back a receive", func() {
		sent := d.purse(1).send(accountOf(d.reps[2]), 7)
		d.settles(sent)
		p := d.purse(2)
		q := p.copy()
		receive := p.receive(sent, 7)
		d.gives(receive)
		if entry, _ := d.ledger.Book().Pending(lattice.Key{To: p.account, Send: sent.Hash(d.chain)}); entry.By != receive.Hash(d.chain) {
			w.Fail(lat3Frees, "expected that a receive in the ledger reserves its entry, got it free")
		}
		winner := q.change(accountOf(d.reps[3]))
		d.gives(winner)
		d.decides(winner)
		entry, there := d.ledger.Book().Pending(lattice.Key{To: p.account, Send: sent.Hash(d.chain)})
		if !there || entry.By != (lattice.Hash{}) {
			w.Fail(lat3Frees, "expected that a rollback frees the entry, got it taken")
		}
		again := q.receive(sent, 7)
		d.settles(again)
		d.wants(lat3Frees, ledgers.Final, again, "after the rollback of another receive")
		if _, there := d.ledger.Book().Pending(lattice.Key{To: p.account, Send: sent.Hash(d.chain)}); there {
			w.Fail(lat3Frees, "expected that cementing takes the entry, got it still there")
		}
	})
}

// eleven has the owner make twelve blocks for one place; the votes are for the last.
func (s suite) eleven(w scenario.World) {
	d := s.observer(w)
	early := w.Rand().IntN(2) == 0
	var winner *lattice.Block
	d.at(second/2, "give eleven candidates, and vote for a twelfth", func() {
		p := d.purse(1)
		for i := range 11 {
			d.gives(p.copy().send(accountOf(d.reps[2]), uint64(1+i)))
		}
		winner = p.copy().send(accountOf(d.reps[3]), 50)
		if early {
			d.says(2, 1, winner) // its votes come before it
			d.gives(winner)
			d.wants(lat4Gives, ledgers.Waiting, winner, "when it has more votes than another candidate")
		} else if d.gives(winner) {
			w.Fail(lat4Keeps, "expected that a twelfth candidate without votes is not kept, got it passed on")
		}
		for rep := 1; rep <= 3; rep++ {
			d.says(rep, 2, winner)
		}
	})
	d.at(2*second, "answer the question for it", func() {
		for q := d.peers.Take(lattice.KindPull); q != nil; q = d.peers.Take(lattice.KindPull) {
			q.Done(lattice.EncodePulled([]*lattice.Block{winner}), nil)
		}
		if !d.inLedger(winner) {
			w.Fail(lat4Asks, "expected that the candidate with a quorum of votes is asked for and taken, got another in the ledger")
		}
		d.decides(winner)
		d.wants(lat7Final, ledgers.Final, winner, "with final votes of a quorum")
	})
}
