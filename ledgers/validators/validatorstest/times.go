package validatorstest

import (
	"strata/ledgers/validators"
	"strata/scenario"
)

// timing is what time does, which rounds are left out, and what decides.
func (s suite) timing() []scenario.Scenario {
	timed := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "validators/" + name, Title: title, Step: "validators.3", Rules: rules, For: 8 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		timed("silence", "A round without a proposal ends, step by step, in time and not before.", s.silence, "VAL-5", "VAL-12"),
		timed("split", "Votes for different things end a step after its timeout, and nil at once.", s.split, "VAL-5"),
		timed("skip", "More than a third that are ahead take one along; a single one does not.", s.skip, "VAL-8"),
		timed("far-rounds", "One validator that speaks of thousands of rounds to come moves nobody.", s.farRounds, "VAL-8"),
		timed("old-round", "Precommits of a quorum decide in whatever round they are found.", s.oldRound, "VAL-5", "VAL-10"),
		timed("no-mixture", "Precommits of two rounds, or for two blocks, decide nothing.", s.noMixture, "VAL-5", "VAL-10"),
	}
}

func (s suite) silence(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "bring work", func() {
		d.expectNone(val12Empty, validators.Prevote, 0, "there is no work")
		tx := d.spender.pays(d.genesis.Founders[0].Account, 5)
		d.gossip.Deliver(validators.KindTx, tx.Encode())
		d.host.After(900*ms, func() { d.expectNone(val5Nil, validators.Prevote, 0, "the timeout is 1 s") })
		d.host.After(1200*ms, func() {
			d.expect(val5Nil, validators.Prevote, 0, none, "since nothing was proposed for 1 s")
			d.votes(validators.Prevote, 0, none, 0, 1)
		})
		d.host.After(1300*ms, func() {
			d.expect(val5Steps, validators.Precommit, 0, none, "which a quorum has prevoted")
			d.votes(validators.Precommit, 0, none, 0, 1)
		})
		d.host.After(1700*ms, func() { d.inRound(val5Steps, 0, "the timeout after precommits is 0.5 s") })
		d.host.After(2000*ms, func() { d.inRound(val5Steps, 1, "0.5 s after precommits of a quorum") })
		d.host.After(2900*ms, func() { d.expectNone(val5Nil, validators.Prevote, 1, "the timeout of round 1 is 1.25 s") })
		d.host.After(3400*ms, func() { d.expect(val5Nil, validators.Prevote, 1, none, "since nothing was proposed for 1.25 s") })
	})
}

// inRound fails unless the validator is in that round.
func (d *desk) inRound(c scenario.Clause, round uint32, why string) {
	if got := d.ledger.Standing().Round; got != round {
		d.w.Fail(c, "expected round %d, %s, got round %d", round, why, got)
	}
}

func (s suite) split(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "prevote different things", func() {
		a := d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.host.After(100*ms, func() { d.votes(validators.Prevote, 0, none, 0) })
		d.host.After(900*ms, func() {
			d.expectNone(val5Steps, validators.Precommit, 0, "two of four have prevoted")
			d.votes(validators.Prevote, 0, d.hash(a), 1)
		})
		d.host.After(1300*ms, func() { d.expectNone(val5Steps, validators.Precommit, 0, "the timeout is 0.5 s") })
		d.host.After(1600*ms, func() {
			d.expect(val5Steps, validators.Precommit, 0, none, "0.5 s after prevotes of a quorum for different things")
			d.votes(validators.Precommit, 0, none, 0)
		})
		d.host.After(2600*ms, func() {
			d.inRound(val5Steps, 0, "two of four have precommitted")
			d.votes(validators.Precommit, 0, d.hash(a), 1)
		})
		d.host.After(3300*ms, func() { d.inRound(val5Steps, 1, "0.5 s after precommits of a quorum for different things") })
	})
}

func (s suite) skip(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "be ahead", func() {
		d.votes(validators.Prevote, 7, none, 0)
		d.inRound(val8Skips, 0, "one of four is ahead")
		d.votes(validators.Precommit, 5, none, 1)
		d.inRound(val8Skips, 5, "where two of four are, or later")
		d.votes(validators.Prevote, 9, none, 1)
		d.inRound(val8Skips, 7, "where two of four are, or later")
	})
}

// farRounds has one validator speak of round after round to come.
func (s suite) farRounds(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "speak of rounds to come", func() {
		for round := uint32(1); round < 3000; round += 97 {
			d.votes(validators.Prevote, round, none, 2)
		}
		d.votes(validators.Prevote, validators.MaxRound, none, 2)
		d.inRound(val8Skips, 0, "one of four has spoken of other rounds")
		a := d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 1)
		d.votes(validators.Precommit, 0, d.hash(a), 0, 1)
	})
	d.at(2*second, "see that it has decided all the same", func() {
		if at := d.ledger.Digest().Position; at != 1 {
			w.Fail(val8Skips, "expected that the height is decided, got %d", at)
		}
	})
}

func (s suite) oldRound(w scenario.World) {
	d := s.desk(w, 3)
	var a *validators.Block
	d.at(second, "lock, and go two rounds on", func() {
		a = d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 1)
		d.host.After(second/2, func() {
			d.votes(validators.Prevote, 2, none, 0, 1)
			d.inRound(val8Skips, 2, "where two of four are")
		})
		d.host.After(second, func() { d.votes(validators.Precommit, 0, d.hash(a), 0, 1) })
	})
	d.at(5*second/2, "see that it is decided", func() {
		if at := d.ledger.Digest(); at.Position != 1 || at.Hash != d.hash(a) {
			w.Fail(val5Decides, "expected that precommits of round 0 decide in round 2, got %v", at)
		}
	})
}

func (s suite) noMixture(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "precommit in two rounds", func() {
		a := d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 1)
		d.host.After(second/2, func() {
			d.votes(validators.Precommit, 0, d.hash(a), 0)
			d.votes(validators.Precommit, 0, validators.Hash{5}, 1) // with its own two are for the block
			d.votes(validators.Precommit, 1, d.hash(a), 1, 2)       // and two in another round
		})
	})
	d.at(5*second/2, "see that nothing is decided", func() {
		if at := d.ledger.Digest().Position; at != 0 {
			w.Fail(val5Decides, "expected that precommits of one round for one block decide, got height %d by a mixture", at)
		}
	})
}
