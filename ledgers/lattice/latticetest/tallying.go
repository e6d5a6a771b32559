package latticetest

import (
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/ledgertest"
	"strata/scenario"
)

// tallying is step lattice.2: whose vote counts, when is there a quorum, and what is cemented?
func (s suite) tallying() []scenario.Scenario {
	tally := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: "lattice.2", Rules: rules, For: 4 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		tally("quorum", "More than two thirds of the supply cement a block, and nothing less.", s.quorum, "LAT-5", "LAT-7"),
		tally("latest", "A later vote of a representative moves its weight, an older or equal one does not.", s.latest, "LAT-6"),
		tally("forged", "Forged votes and those of dust count for nothing, and do not travel on.", s.forged, "LAT-6", "LAT-8", "LED-4", "LED-6"),
		tally("early-votes", "Votes that come before their block count when it is there.", s.earlyVotes, "LAT-8"),
		tally("moved", "Weight is where the cemented heads put it: what is pending or not cemented moves nothing.", s.moved, "LAT-5"),
		scenario.New(scenario.Scenario{
			Name: "lattice/online", Title: "The quorum is of the weight that is online, and never below the least of genesis.",
			Step: "lattice.2", Rules: []string{"LAT-5"}, For: 700 * second, Setup: s.online,
		}),
	}
}

// quorum has one after another vote for good.
func (s suite) quorum(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "vote for good, one after another", func() {
		b := d.purse(1).send(accountOf(d.reps[2]), 1)
		d.gives(b)
		for i, rep := range []int{3, 0, 2} {
			d.says(rep, lattice.Final, b)
			want := ledgers.Waiting
			if i == 2 {
				want = ledgers.Final
			}
			d.wants(lat5Quorum, want, b, "by "+[]string{"one", "two", "three"}[i]+" of four equal representatives")
		}
		if len(d.final) != 1 {
			w.Fail(led3Once, "expected that the watcher hears once that a block is final, got it %d times", len(d.final))
		}
	})
}

// latest has one representative vote for a block again and again, which the others want.
func (s suite) latest(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "vote again and again", func() {
		b := d.purse(1).send(accountOf(d.reps[2]), 1)
		d.gives(b)
		d.says(1, lattice.Final, b)
		d.says(2, lattice.Final, b)
		for i, vote := range []struct {
			timestamp uint64
			news      bool
		}{{10, true}, {10, false}, {9, false}, {11, true}, {lattice.Final, true}, {lattice.Final - 1, false}, {lattice.Final, false}} {
			if got := d.says(3, vote.timestamp, b); got != vote.news {
				w.Fail(lat6One, "expected that vote %d of time %d changes something: %v, got %v", i, vote.timestamp, vote.news, got)
			}
		}
		d.wants(lat6One, ledgers.Final, b, "when the third has voted for good")
	})
}

// replayed votes for a fork: old votes, equal ones and final ones come again.
func (s suite) replayed(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "vote, move, and have old votes come again", func() {
		p := d.purse(1)
		first, other := p.copy().send(accountOf(d.reps[2]), 1), p.copy().send(accountOf(d.reps[2]), 2)
		d.gives(first, other)
		news := func(want bool, rep int, timestamp uint64, b *lattice.Block, what string) {
			if got := d.says(rep, timestamp, b); got != want {
				w.Fail(lat6One, "expected that %s changes something: %v, got %v", what, want, got)
			}
		}
		news(true, 1, 10, other, "a first vote")
		news(false, 1, 10, other, "the same vote again")
		news(false, 1, 10, first, "a vote with an equal time")
		news(false, 1, 9, first, "an older vote")
		news(true, 2, 10, other, "a first vote of another")
		news(true, 1, 11, first, "a later vote")
		d.says(3, 10, other)
		if d.inLedger(other) {
			w.Fail(lat6One, "expected that a representative which has moved counts once, got both its votes counted")
		}
		news(true, 1, lattice.Final, other, "a final vote")
		if !d.inLedger(other) {
			w.Fail(lat6One, "expected that a final vote replaces a normal one, got it ignored")
		}
		news(false, 1, lattice.Final, first, "a second final vote")
		news(false, 1, lattice.Final-1, first, "a normal vote after a final one, of a time to come")
		d.says(2, lattice.Final, other)
		d.says(3, lattice.Final, other)
		d.wants(lat6One, ledgers.Final, other, "with three final votes")
	})
}

// otherRoot has representatives vote for good in one place, and normally in the next.
func (s suite) otherRoot(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "vote for good, then in another place", func() {
		p, q := d.purse(1), d.purse(2)
		first, second := p.send(accountOf(d.reps[3]), 1), p.copy().send(accountOf(d.reps[3]), 1)
		away := q.send(accountOf(d.reps[3]), 1)
		rival := d.purse(2).send(accountOf(d.reps[3]), 2)
		d.settles(first)
		d.gives(second, away, rival)
		if !d.says(1, 7, second, rival) {
			w.Fail(lat6One, "expected that a normal vote counts after a final one elsewhere, got it ignored")
		}
		d.says(2, 7, rival)
		d.says(3, 7, rival)
		if !d.inLedger(rival) {
			w.Fail(lat6One, "expected that one vote counts for each block that it names, got it counted for one")
		}
		d.decides(second)
		d.wants(lat6One, ledgers.Final, second, "after final votes in another place")
	})
}

// forged gives votes that nobody should count.
func (s suite) forged(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "give votes that count for nothing", func() {
		b := d.purse(1).send(accountOf(d.reps[2]), 1)
		d.gives(b)
		d.says(1, lattice.Final, b)
		d.says(2, lattice.Final, b)
		v := &lattice.Vote{Timestamp: lattice.Final, Hashes: []lattice.Hash{b.Hash(d.chain)}}
		v.Sign(ledgertest.Signer(keyOf(77)))
		if d.gossip.Deliver(lattice.KindVote, v.Encode()) {
			w.Fail(lat8Votes, "expected that a vote without weight does not travel on, got it passed on")
		}
		v.Representative = accountOf(d.reps[3])
		if d.gossip.Deliver(lattice.KindVote, v.Encode()) {
			w.Fail(lat8Votes, "expected that a forged vote does not travel on, got it passed on")
		}
		v.Sign(ledgertest.Signer(d.reps[3]))
		later := *v
		later.Timestamp--
		d.gossip.Deliver(lattice.KindVote, later.Encode())
		d.wants(lat5Quorum, ledgers.Waiting, b, "by two votes and forged ones")
		if len(d.blamed) != 2 {
			w.Fail(led4Blamed, "expected that the sender of two forged votes is blamed for both, got %d times", len(d.blamed))
		}
		d.gossip.Deliver(lattice.KindVote, v.Encode()[:100])
		if len(d.blamed) != 3 {
			w.Fail(led4Blamed, "expected that the sender of half a vote is blamed, got nobody blamed")
		}
		if !d.says(3, lattice.Final, b) {
			w.Fail(led4Nothing, "expected that the good vote counts after forged ones, got it ignored")
		}
		d.wants(lat5Quorum, ledgers.Final, b, "by three votes")
		if d.says(3, lattice.Final, b) {
			w.Fail(led6Once, "expected that a vote travels on once, got it passed on again")
		}
	})
}

// earlyVotes has the votes come first.
func (s suite) earlyVotes(w scenario.World) {
	d := s.observer(w)
	first := w.Rand().IntN(3)
	d.at(second/2, "vote, then give the block", func() {
		b := d.purse(1).send(accountOf(d.reps[2]), 1)
		for i := range 3 {
			if i == first {
				d.gives(b)
			}
			if !d.says(1+i, lattice.Final, b) {
				w.Fail(lat8Votes, "expected that a vote which is kept travels on, got it kept back")
			}
		}
		d.wants(lat8Waits, ledgers.Final, b, "when it is there and the votes are")
	})
	d.at(second, "the block comes last", func() {
		b := d.purse(2).send(accountOf(d.reps[3]), 1)
		d.decides(b)
		d.gives(b)
		d.wants(lat8Waits, ledgers.Final, b, "when it comes after all its votes")
	})
}

// moved moves the weight of one representative to another, which has none: by a change, and by a payment.
func (s suite) moved(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "move weight", func() {
		heir := keyOf(50)
		weighs := func(c scenario.Clause, key int, want uint64, when string) {
			if got := d.ledger.Book().Weight(accountOf(d.reps[key])); got != lattice.Raw(want) {
				w.Fail(c, "expected a weight of %d %s, got %v", want, when, got)
			}
		}
		b := d.purse(1).change(accountOf(heir))
		d.gives(b)
		weighs(lat5Weight, 1, stake, "before the change is cemented")
		d.decides(b)
		weighs(lat5Weight, 1, 0, "when the change is cemented")
		sent := d.purse(2).send(accountOf(heir), 300)
		d.gives(sent)
		d.says(0, lattice.Final, sent)
		d.says(1, lattice.Final, sent)
		d.says(2, lattice.Final, sent)
		d.wants(lat5Weight, ledgers.Waiting, sent, "by two and one whose weight has moved away")
		v := &lattice.Vote{Timestamp: lattice.Final, Hashes: []lattice.Hash{sent.Hash(d.chain)}}
		v.Sign(ledgertest.Signer(heir))
		d.gossip.Deliver(lattice.KindVote, v.Encode())
		d.wants(lat5Weight, ledgers.Final, sent, "by two and the one who has the weight now")
		weighs(lat5Pending, 2, stake-300, "when 300 are on their way")
	})
}

// online has a genesis whose least is less than all: who has voted of late makes the quorum.
func (s suite) online(w scenario.World) {
	d := s.observer(w)
	d.genesis.Least = 500
	d.chain = d.genesis.Chain()
	p, q := d.purse(1), d.purse(2)
	next := func(reps ...int) *lattice.Block {
		b := p.change(p.rep) // the weights stay what they are, to the last unit
		d.gives(b)
		for _, rep := range reps {
			d.says(rep, lattice.Final, b)
		}
		return b
	}
	hears := func(want, wantQuorum uint64) {
		if online, quorum := d.ledger.Online(); online != lattice.Raw(want) || quorum != lattice.Raw(wantQuorum) {
			w.Fail(lat5Online, "expected %d online and a quorum of %d, got %v and %v", want, wantQuorum, online, quorum)
		}
	}
	d.at(second/2, "nobody was heard", func() { hears(0, stake*4/3+1) })
	d.at(second, "two of four vote, of which nobody else is heard", func() {
		d.wants(lat5Online, ledgers.Final, next(0, 1), "by two thirds of what is online")
	})
	d.at(2*second, "all four are heard, and two vote", func() {
		next(0, 1, 2, 3)
		hears(4*stake, stake*8/3+1)
		b := next(0, 1)
		d.wants(lat5Online, ledgers.Waiting, b, "by half of what is online")
		d.says(2, lattice.Final, b)
		d.wants(lat5Online, ledgers.Final, b, "by three of four")
	})
	d.at(200*second, "two of four are heard again", func() { next(0, 1, 2) })
	d.at(310*second, "the fourth was last heard more than 5 minutes ago", func() {
		b := next(1, 2)
		d.wants(lat5Online, ledgers.Waiting, b, "by two of three that are online")
		hears(3*stake, 2*stake+1)
		d.says(0, lattice.Final, b)
		d.wants(lat5Online, ledgers.Final, b, "by all that are online")
	})
	d.at(311*second, "one alone is half of nothing", func() {
		d.wants(lat5Quorum, ledgers.Waiting, next(0), "by one of four, whoever is online")
	})
	d.at(400*second, "two go on voting elsewhere", func() {
		b := q.change(q.rep)
		d.gives(b)
		d.says(1, 1, b)
		d.says(2, 1, b)
	})
	d.at(640*second, "only they were heard in the last 5 minutes", func() {
		b := d.purse(3).change(accountOf(d.reps[3]))
		d.gives(b)
		d.says(1, lattice.Final, b)
		d.says(2, lattice.Final, b)
		d.wants(lat5Online, ledgers.Final, b, "by all that are online, which are half of the supply")
	})
}
