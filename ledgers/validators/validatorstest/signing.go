package validatorstest

import (
	"bytes"
	"errors"
	"time"

	"strata/ledgers/ledgertest"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// signing is what a validator remembers of what it has signed.
func (s suite) signing() []scenario.Scenario {
	sign := func(name, title, step string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "validators/" + name, Title: title, Step: step, Rules: rules, For: 12 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		sign("amnesia", "A validator that comes back says nothing else where it has spoken.", "validators.4", s.amnesia, "VAL-6"),
		sign("kept-lock", "A validator that comes back is locked on what it was locked on.", "validators.4", s.keptLock, "VAL-5", "VAL-6"),
		sign("same-proposal", "A proposer that comes back proposes what it has proposed.", "validators.4", s.sameProposal, "VAL-6"),
		sign("failed-sync", "A word that could not be made safe is not said, and the validator stops.", "validators.4", s.failedSync, "LED-9", "VAL-6"),
		sign("lost-disk", "A validator that has lost its disk is silent until the height that its operator names.", "validators.4", s.lostDisk, "VAL-6"),
		sign("accuse", "A validator that hears a contradiction tells it to all, and puts it into its next block.", "validators.5", s.accuse, "VAL-9"),
	}
}

// crash stops the graded validator for a moment.
func (d *desk) crash(f scenario.Fault) {
	f.Kind, f.A = scenario.Crash, []network.Addr{d.w.Addr(0)}
	d.w.Inject(f)
}

// amnesia stops the validator at any moment between a proposal and its precommit, and then offers another block.
func (s suite) amnesia(w scenario.World) {
	d := s.desk(w, 3)
	d.crash(scenario.Fault{At: second + within(w, 40*ms), For: second})
	d.at(second, "propose, and vote", func() {
		a := d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 1)
	})
	d.at(3*second, "propose another block in the same place", func() {
		b := d.block(0)
		d.proposes(0, b, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(b), 0, 1, 2)
	})
	d.at(4*second, "bring nil in the same place", func() {
		d.votes(validators.Prevote, 0, none, 0, 1, 2)
	})
}

// within draws a time below most.
func within(w scenario.World, most time.Duration) time.Duration {
	return time.Duration(w.Rand().Int64N(int64(most)))
}

func (s suite) keptLock(w scenario.World) {
	d := s.desk(w, 3)
	var a *validators.Block
	d.at(second, "lock a block", func() {
		a = d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 1)
	})
	d.crash(scenario.Fault{At: 2 * second, For: second})
	d.at(4*second, "go on to round 1, and propose another", func() {
		d.expect(val5Polka, validators.Precommit, 0, d.hash(a), "which a quorum has prevoted")
		d.votes(validators.Prevote, 1, none, 0, 1)
		d.inRound(val8Skips, 1, "where two of four are")
		d.proposes(1, d.block(1), validators.NoRound)
		d.host.After(second/2, func() {
			d.expect(val6GoesOn, validators.Prevote, 1, none, "since it is locked on another from before it stopped")
			d.votes(validators.Prevote, 2, none, 0, 1)
			d.votes(validators.Prevote, 0, d.hash(a), 0, 1) // once more: it has forgotten them
			d.proposes(2, a, 0)
		})
		d.host.After(second, func() {
			d.expect(val6GoesOn, validators.Prevote, 2, d.hash(a), "which it is locked on")
		})
	})
}

// sameProposal has the graded validator propose in round 1, stop before it has prevoted, and come back later, when it
// would make another block.
func (s suite) sameProposal(w scenario.World) {
	d := s.desk(w, 1)
	d.w.Inject(scenario.Fault{Kind: scenario.DiskSlow, At: 1400 * ms, For: 2 * second, By: 200 * ms, A: []network.Addr{w.Addr(0)}})
	d.crash(scenario.Fault{At: 1730*ms + within(w, 140*ms), For: second})
	d.at(second, "bring work, and end round 0", func() {
		d.gossip.Deliver(validators.KindTx, d.spender.pays(d.genesis.Founders[0].Account, 5).Encode())
		d.votes(validators.Precommit, 0, none, 0, 2, 3)
	})
	w.AtEnd(val6GoesOn, func() error {
		if d.said[spot{1, 1, validators.Proposal}] == nil {
			return errors.New("expected a proposal in round 1, got none")
		}
		return nil
	})
}

func (s suite) failedSync(w scenario.World) {
	d := s.desk(w, 3)
	d.at(second, "have the disk fail, and propose", func() {
		d.disk.Fail[ledgertest.All] = true
		d.proposes(0, d.block(0), validators.NoRound)
	})
	d.at(2*second, "see what it does", func() {
		d.expectNone(led9Stops, validators.Prevote, 0, "it could not be made safe")
		if !errors.Is(d.ledger.Failure(), network.ErrDiskFailed) {
			w.Fail(led9Stops, "expected that the validator stops, got failure %v", d.ledger.Failure())
		}
	})
}

// lostDisk takes the disk away. The operator has named height 2.
func (s suite) lostDisk(w scenario.World) {
	d := s.desk(w, 3)
	d.limits.SignFrom = []uint64{0, 2}[w.Rand().IntN(2)]
	d.crash(scenario.Fault{At: second, For: second, Wipe: true})
	var a *validators.Block
	d.at(3*second, "propose, and vote", func() {
		a = d.block(0)
		d.proposes(0, a, validators.NoRound)
		d.votes(validators.Prevote, 0, d.hash(a), 0, 1, 2)
		d.host.After(second, func() {
			d.expectNone(val6Silent, validators.Prevote, 0, "it does not know what it has signed")
			d.votes(validators.Precommit, 0, d.hash(a), 0, 1, 2)
		})
		d.host.After(2*second, func() {
			if at := d.ledger.Digest().Position; at != 1 {
				w.Fail(val6Silent, "expected that a silent validator follows, got height %d", at)
				return
			}
			d.tip, _ = d.rules.Execute(d.tip, a)
			d.tip.By = d.certificate(a)
			b := d.blockOf(0)
			who := d.word(1, validators.Proposal, 0, d.hash(b), validators.NoRound)
			p := validators.Proposed{Word: who, Block: b}
			d.gossip.Deliver(validators.Proposal.Wire(), p.Encode())
			d.host.After(second, func() {
				if d.limits.SignFrom == 2 {
					d.expect(val6Silent, validators.Prevote, 0, d.hash(b), "from the height that its operator names")
				} else {
					d.expectNone(val6Silent, validators.Prevote, 0, "its operator names no height")
				}
			})
		})
	})
}

// certificate is one of the tip, of round 0, by the fellows.
func (d *desk) certificate(b *validators.Block) *validators.Certificate {
	return d.certificateOf(d.tip.Set, b)
}

// certificateOf is one of round 0, by the fellows in a set.
func (d *desk) certificateOf(set validators.Set, b *validators.Block) *validators.Certificate {
	var words []*validators.Word
	for i := range fellows {
		if i != d.self {
			w := &validators.Word{Kind: validators.Precommit, Height: b.Height, Hash: d.hash(b), Valid: validators.NoRound}
			w.Sign(d.chain, ledgertest.Signer(d.keys[i]))
			words = append(words, w)
		}
	}
	return validators.Certify(set, words)
}

// accuse has a fellow prevote twice; the graded validator proposes in round 1.
func (s suite) accuse(w scenario.World) {
	d := s.desk(w, 1)
	d.at(second, "prevote twice", func() {
		first := d.word(2, validators.Prevote, 0, validators.Hash{1}, validators.NoRound)
		other := d.word(2, validators.Prevote, 0, none, validators.NoRound)
		forged := *other
		forged.Signature[7] ^= 1
		d.gossip.Deliver(validators.Prevote.Wire(), first.Encode())
		d.gossip.Deliver(validators.Prevote.Wire(), forged.Encode())
		if d.told(validators.KindEvidence) != nil {
			w.Fail(val9Two, "expected that a forged word is no evidence, got that it is")
		}
		if d.gossip.Deliver(validators.Prevote.Wire(), first.Encode()); d.told(validators.KindEvidence) != nil {
			w.Fail(val9Two, "expected that one word twice is no evidence, got that it is")
		}
		d.gossip.Deliver(validators.Prevote.Wire(), other.Encode())
		told := d.told(validators.KindEvidence)
		if e, err := validators.DecodeEvidence(told); err != nil || !bytes.Equal(e.Encode(), against(first, other).Encode()) {
			w.Fail(val9Two, "expected that the two words are told to all, got %x, %v", told, err)
		}
		d.votes(validators.Precommit, 0, none, 0, 3)
		d.votes(validators.Prevote, 1, none, 0, 3)
	})
	d.at(2*second, "see what it proposes", func() {
		p := d.said[spot{1, 1, validators.Proposal}]
		if p == nil || d.bodies[p.Hash] == nil || len(d.bodies[p.Hash].Evidence) != 1 {
			w.Fail(val9Includes, "expected a block with the evidence, got another or none")
		}
	})
}

// told is the payload of the first message of a kind that the validator has gossiped.
func (d *desk) told(kind messaging.Kind) []byte {
	for _, s := range d.sent {
		if s.Kind == kind {
			return s.Payload
		}
	}
	return nil
}
