package validatorstest

import (
	"time"

	"strata/ledgers/validators"
	"strata/scenario"
)

const ms = time.Millisecond

// voting is what a validator prevotes, what it locks, and what it proposes again.
func (s suite) voting() []scenario.Scenario {
	vote := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "validators/" + name, Title: title, Step: "validators.2", Rules: rules, For: 8 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		vote("prevote", "A valid block of this round's proposer is prevoted, and once a quorum has, precommitted.", s.prevote, "VAL-5"),
		vote("poison", "A block that cannot be executed gets a prevote for nil, whoever proposes it.", s.poison, "VAL-2", "VAL-5"),
		vote("stale", "A fresh proposal of a block of another round, or of a time to come, gets a prevote for nil.", s.stale, "VAL-2", "VAL-5"),
		vote("locked", "A validator that is locked prevotes nothing else, but for a later polka.", s.locked, "VAL-5"),
		vote("relocked", "A validator that is locked on a block prevotes it, whichever earlier round is told.", s.relocked, "VAL-5"),
		vote("false-valid", "A valid round without prevotes of a quorum proves nothing.", s.falseValid, "VAL-5"),
		vote("hidden", "A block of which only this validator saw the polka is proposed again, with its round.", s.hidden, "VAL-5"),
		vote("late-polka", "A polka that comes after the precommit makes the block valid, and locks nothing.", s.latePolka, "VAL-5"),
	}
}

func (s suite) prevote(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "propose, and vote", func() {
		b := d.block(0)
		if !d.proposes(0, b, validators.NoRound) {
			w.Fail(led6Once, "expected that a proposal is passed on, got it kept")
		}
		if d.proposes(0, b, validators.NoRound) {
			w.Fail(led6Once, "expected that a proposal is passed on once, got it twice")
		}
		d.host.After(second/5, func() {
			d.expect(val5Fresh, validators.Prevote, 0, d.hash(b), "which is valid")
			d.votes(validators.Prevote, 0, d.hash(b), 0)
		})
		d.host.After(2*second/5, func() {
			d.expectNone(val5Polka, validators.Precommit, 0, "two of four have prevoted")
			d.votes(validators.Prevote, 0, d.hash(b), 1)
		})
		d.host.After(3*second/5, func() {
			d.expect(val5Polka, validators.Precommit, 0, d.hash(b), "which a quorum has prevoted")
			if at := d.ledger.Digest().Position; at != 0 {
				w.Fail(val5Decides, "expected that nothing is decided by one precommit, got height %d", at)
			}
			d.votes(validators.Precommit, 0, d.hash(b), 0, 1)
		})
		d.host.After(4*second/5, func() {
			if at := d.ledger.Digest(); at.Position != 1 || at.Hash != d.hash(b) {
				w.Fail(val5Decides, "expected that the block is decided, got %v", at)
			}
			if len(d.final) != 1 {
				w.Fail(val5Decides, "expected that its payment is final, got %d operations", len(d.final))
			}
		})
	})
}

// poison has each proposer in turn propose what cannot be executed: payments of more than there is, another state, a
// proposer that it is not the turn of.
func (s suite) poison(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "propose what cannot be executed", func() {
		spend := &validators.Transaction{Kind: validators.Transfer, Nonce: 1, Fee: 1, Amount: 2_000_000}
		spend.Sign(d.chain, d.spender.key)
		b := d.block(0)
		b.Txs = append(b.Txs, spend)
		b.TxRoot = validators.TxRoot(b.IDs(d.chain))
		d.proposes(0, b, validators.NoRound)
		d.host.After(second/5, func() {
			d.expect(val5Fresh, validators.Prevote, 0, none, "since the block overspends")
			d.votes(validators.Prevote, 0, d.hash(b), 0, 1, 2) // they lie, or have not looked
		})
		d.host.After(2*second/5, func() {
			d.expectNone(val5Polka, validators.Precommit, 0, "what cannot be executed is never locked")
			d.votes(validators.Precommit, 0, none, 0, 1, 2)
		})
		d.host.After(6*second/5, func() {
			next := d.block(1)
			next.StateRoot[0] ^= 1
			d.proposes(1, next, validators.NoRound)
		})
		d.host.After(7*second/5, func() {
			d.expect(val5Fresh, validators.Prevote, 1, none, "since the state root is another")
		})
	})
}

func (s suite) stale(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "propose a block ahead of the clock", func() {
		b := d.block(0)
		b.Time = uint64(d.host.Now().Add(11 * second).UnixMilli())
		d.proposes(0, b, validators.NoRound)
		d.host.After(second/5, func() {
			d.expect(val2Time, validators.Prevote, 0, none, "since its time is 11 s ahead")
			d.votes(validators.Precommit, 0, none, 0, 1, 2)
		})
		d.host.After(second, func() { // round 1
			d.proposes(1, d.block(0), validators.NoRound)
		})
		d.host.After(6*second/5, func() {
			d.expect(val5Fresh, validators.Prevote, 1, none, "since the block was made in another round")
			d.votes(validators.Precommit, 1, none, 0, 1, 2)
		})
		d.host.After(12*second/5, func() { // round 2
			late := d.block(2)
			late.Time = uint64(d.host.Now().Add(9 * second).UnixMilli())
			d.proposes(2, late, validators.NoRound)
			d.host.After(second/5, func() {
				d.expect(val2Time, validators.Prevote, 2, d.hash(late), "which is 9 s ahead")
			})
		})
	})
}

// lock has the validator lock a block in a round: a quorum prevotes it there, and precommits of nil end the round.
func (d *desk) lock(round uint32, b *validators.Block) {
	d.proposes(round, b, validators.NoRound)
	d.votes(validators.Prevote, round, d.hash(b), 0, 1)
	d.host.After(second/5, func() {
		d.expect(val5Polka, validators.Precommit, round, d.hash(b), "which a quorum has prevoted")
		d.votes(validators.Precommit, round, none, 0, 1)
	})
}

func (s suite) locked(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "lock a block", func() {
		a := d.block(0)
		d.lock(0, a)
		var b *validators.Block
		d.host.After(second, func() { // round 1
			b = d.block(1)
			d.proposes(1, b, validators.NoRound)
		})
		d.host.After(6*second/5, func() {
			d.expect(val5Fresh, validators.Prevote, 1, none, "since the validator is locked on another")
			d.votes(validators.Prevote, 1, d.hash(b), 0, 1, 2)
		})
		d.host.After(7*second/5, func() {
			d.expect(val5Polka, validators.Precommit, 1, d.hash(b), "of which there is a later polka")
			d.votes(validators.Precommit, 1, none, 0, 1)
		})
		d.host.After(12*second/5, func() { // round 2: the other is proposed again, whose polka is older than the lock
			d.proposes(2, a, 0)
			d.votes(validators.Prevote, 0, d.hash(a), 2)
		})
		d.host.After(13*second/5, func() {
			d.expect(val5Again, validators.Prevote, 2, none, "since it is locked in round 1, on another")
		})
	})
}

// relocked has the validator lock one block in two rounds. What is proposed again with the earlier one as valid is
// what it is locked on.
func (s suite) relocked(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "lock a block, twice", func() {
		a := d.block(0)
		d.lock(0, a)
		d.host.After(second, func() { // round 1
			d.proposes(1, a, 0)
			d.votes(validators.Prevote, 1, d.hash(a), 0, 1)
		})
		d.host.After(6*second/5, func() {
			d.expect(val5Polka, validators.Precommit, 1, d.hash(a), "which a quorum has prevoted again")
			d.votes(validators.Precommit, 1, none, 0, 1)
		})
		d.host.After(12*second/5, func() { d.proposes(2, a, 0) })
		d.host.After(13*second/5, func() {
			d.expect(val5Again, validators.Prevote, 2, d.hash(a), "which it is locked on")
		})
	})
}

func (s suite) falseValid(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "end round 0", func() {
		a := d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0) // with the validator's own these are two
		d.votes(validators.Precommit, 0, none, 0, 1, 2)
		d.host.After(second, func() { d.proposes(1, a, 0) })
		d.host.After(3*second/2, func() {
			d.expectNone(val5Again, validators.Prevote, 1, "no quorum has prevoted it in the valid round that is told")
			d.votes(validators.Prevote, 0, d.hash(a), 1) // now one has
		})
		d.host.After(8*second/5, func() {
			d.expect(val5Again, validators.Prevote, 1, d.hash(a), "which a quorum has prevoted in the valid round")
		})
	})
}

// hidden has the graded validator, which proposes in round 1, alone see a polka in round 0.
func (s suite) hidden(w scenario.World) {
	d := s.desk(w, 1)
	var a *validators.Block
	d.at(second, "lock a block", func() {
		a = d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 2)
		d.host.After(second/5, func() { d.votes(validators.Precommit, 0, none, 0, 2) })
	})
	d.at(2*second, "see what it proposes", func() {
		p := d.said[spot{1, 1, validators.Proposal}]
		switch {
		case p == nil:
			w.Fail(val5Propose, "expected that it proposes in round 1, got nothing")
		case p.Hash != d.hash(a) || p.Valid != 0:
			w.Fail(val5Propose, "expected %s with valid round 0, got %s with %d", name(d.hash(a)), name(p.Hash), p.Valid)
		}
	})
}

// latePolka has the last prevote of a polka come when the precommit for nil is gone.
func (s suite) latePolka(w scenario.World) {
	d := s.desk(w, 1)
	var a *validators.Block
	d.at(second, "propose, and let a prevote be late", func() {
		a = d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, none, 0)
		d.votes(validators.Prevote, 0, d.hash(a), 2)
		d.host.After(800*ms, func() {
			d.expect(val5Steps, validators.Precommit, 0, none, "since the prevotes differ for longer than the timeout")
			d.votes(validators.Prevote, 0, d.hash(a), 3)
			d.votes(validators.Precommit, 0, none, 0, 2)
		})
	})
	d.at(3*second, "see what it proposes, and go on to round 2", func() {
		p := d.said[spot{1, 1, validators.Proposal}]
		switch {
		case p == nil:
			w.Fail(val5Propose, "expected that it proposes in round 1, got nothing")
			return
		case p.Hash != d.hash(a) || p.Valid != 0:
			w.Fail(val5Propose, "expected %s with valid round 0, got %s with %d", name(d.hash(a)), name(p.Hash), p.Valid)
		}
		d.votes(validators.Prevote, 2, none, 0, 3)
		b := d.block(2)
		d.proposes(2, b, validators.NoRound)
		d.host.After(second/5, func() {
			d.expect(val5Fresh, validators.Prevote, 2, d.hash(b), "since the validator is not locked")
		})
	})
}
