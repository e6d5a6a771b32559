package leadertest

import (
	"errors"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/scenario"
)

// badCopies sends bad copies before the good ones: of a transaction, of an announcement, of a word.
func (s suite) badCopies(w scenario.World) {
	d := s.desk(w, 3, 1)
	d.at(second/2, "a bad copy, then a good one", func() {
		tx := d.tx(0, 1, "key", "value")
		d.badTransactions(tx)
		b := d.block(0, 1, leader.Hash{}, tx)
		a := leader.Announcement{Header: b.Header, IDs: b.IDs(d.chain)}
		a.Signature[3] ^= 1
		if d.gossip.Deliver(leader.KindBlock, a.Encode()) {
			w.Fail(led4Dropped, "expected that a bad copy of an announcement is not passed on, got it passed on")
		}
		d.announces(b)
		d.blames(4)
		d.host.After(second/2, func() { d.badWord(b) })
	})
}

// badTransactions has bad copies of a transaction passed on and submitted, and then the good one submitted.
func (d *desk) badTransactions(tx *leader.Transaction) {
	w, bad := d.w, *tx
	bad.Signature[w.Rand().IntN(64)] ^= 1
	for _, wrong := range [][]byte{bad.Encode(), bad.Encode()[:100], append(tx.Encode(), 0)} {
		if d.gossip.Deliver(leader.KindTx, wrong) {
			w.Fail(led4Dropped, "expected that a bad copy of a transaction is not passed on, got it passed on")
		}
	}
	d.blames(3)
	if _, err := d.ledger.Submit(bad.Encode()); !errors.Is(err, ledgers.ErrSignature) {
		w.Fail(led4Dropped, "expected ErrSignature for a bad copy that is submitted, got %v", err)
	}
	if state := d.ledger.Status(tx.ID(d.chain)).State; state != ledgers.Unknown {
		w.Fail(led4Nothing, "expected that bad copies leave the id unknown, got %v", state)
	}
	if _, err := d.ledger.Submit(tx.Encode()); err != nil || d.ledger.Status(tx.ID(d.chain)).State != ledgers.Waiting {
		w.Fail(led4Nothing, "expected that the good copy is taken after bad ones, got error %v", err)
	}
}

// badWord has an acknowledgement come by the wrong key, and then by the right one.
func (d *desk) badWord(b *leader.Block) {
	ack := &leader.Ack{Height: 1, Hash: b.Hash(d.chain)}
	leader.Sign(d.chain, ledgertest.Signer(d.others[2]), 0, ack) // by the wrong key
	if d.gossip.Deliver(leader.KindAck, leader.Encode(ack)) {
		d.w.Fail(led4Dropped, "expected that a bad copy of a word is not passed on, got it passed on")
	}
	d.says(0, leader.KindAck, &leader.Ack{Height: 1, Hash: b.Hash(d.chain)})
	d.blames(5)
	if len(d.final) != 1 {
		d.w.Fail(led4Nothing, "expected that good copies count after bad ones, got %d operations final", len(d.final))
	}
}

// blames checks how many bad copies somebody was blamed for so far: whoever passed them on, and nobody for good
// ones.
func (d *desk) blames(want int) {
	if len(d.blamed) != want || d.blamed[0] != ledgertest.Passer {
		d.w.Fail(led4Blamed, "expected that %s is blamed for each of %d bad copies, got %q blamed", ledgertest.Passer, want, d.blamed)
	}
}
