package leadertest

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// acknowledging is step leader.2: one member, and a leader that the scenario plays.
func (s suite) acknowledging() []scenario.Scenario {
	ack := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: "leader.2", Rules: rules, For: 3 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		ack("ack", "A block is acknowledged when it is in the log and synced, not before.", s.ack, "LDR-2", "LED-9"),
		ack("lead", "A leader has at most eight blocks under way.", s.lead, "LDR-2"),
		ack("ack-conditions", "Nothing is acknowledged that does not stand on the log, or is of another view.", s.ackConditions, "LDR-2"),
		ack("ack-crash", "A block acknowledged before a crash is in the log after it.", s.ackCrash, "LDR-2", "LED-9"),
		ack("ack-disk-fails", "If a sync fails the member stops, and says nothing more.", s.ackDiskFails, "LED-9"),
	}
}

// ack has the leader announce ten blocks, the first eight in any order: each stands on the one before it.
func (s suite) ack(w scenario.World) {
	d := s.desk(w, 3, 1).whole().patient()
	var blocks []*leader.Block
	d.at(second/2, "announce ten blocks", func() {
		parent := leader.Hash{}
		for i := range leader.UnderWay + 2 {
			b := d.block(0, uint64(i+1), parent, d.tx(i, 1, "key", "value"))
			blocks = append(blocks, b)
			parent = b.Hash(d.chain)
		}
		for _, i := range append(w.Rand().Perm(leader.UnderWay), leader.UnderWay, leader.UnderWay+1) {
			if !d.announces(blocks[i]) {
				w.Fail(led6Once, "expected that a new block is passed on, got it kept")
			}
			if d.announces(blocks[i]) {
				w.Fail(led6Once, "expected that a block is passed on once, got it passed on again")
			}
		}
	})
	w.By(2*second, ldr2Acks, func() error {
		if len(blocks) == 0 {
			return errors.New("expected that ten blocks are announced, got none so far")
		}
		for i, b := range blocks {
			if !d.acked(0, b, blocks[i+1:]...) {
				return fmt.Errorf("expected that block %d is acknowledged, or one that stands on it, got %d acknowledgements of others", b.Height, len(d.acks()))
			}
		}
		return nil
	})
	w.By(2*second, ldr2Each, func() error {
		if len(blocks) == 0 || !d.acked(0, blocks[leader.UnderWay-1]) {
			return errors.New("expected that block 8 is acknowledged itself, whatever stands on it, got no acknowledgement of it")
		}
		return nil
	})
}

// lead makes the graded member leader of view 0. Nobody acknowledges, so that nothing is committed.
func (s suite) lead(w scenario.World) {
	d := s.desk(w, 3, 0).whole().patient()
	for i := range 12 {
		d.at(second/2+time.Duration(i)*50*time.Millisecond, "submit a transaction", func() {
			if _, err := d.ledger.Submit(d.tx(i, 1, "key", "value").Encode()); err != nil {
				w.Fail(ldr8Pool, "expected that a new transaction is taken, got %v", err)
			}
		})
	}
	w.AtEnd(ldr2Most, func() error {
		seen := map[uint64]bool{}
		for _, s := range ledgertest.Of(leader.KindBlock, d.gossip.Sent) {
			a, err := leader.DecodeAnnouncement(s)
			if err != nil {
				return fmt.Errorf("expected an announcement, got %w", err)
			}
			seen[a.Height] = true
		}
		if len(seen) != leader.UnderWay {
			return fmt.Errorf("expected %d blocks while none is committed, got %d", leader.UnderWay, len(seen))
		}
		return nil
	})
}

func (s suite) ackConditions(w scenario.World) {
	d := s.desk(w, 3, 1).whole().patient()
	var never []*leader.Block
	d.at(second/2, "announce blocks that are not to be acknowledged", func() {
		good := d.block(0, 1, leader.Hash{}, d.tx(0, 1, "a", "1"))
		forged := *d.block(0, 1, leader.Hash{}, d.tx(1, 1, "b", "1"))
		forged.Signature[5] ^= 1
		never = []*leader.Block{
			d.block(0, 1, leader.Hash{7}, d.tx(2, 1, "c", "1")), // of another parent
			d.block(0, 2, leader.Hash{7}, d.tx(3, 1, "d", "1")), // whose parent never comes
			d.block(0, 9, leader.Hash{7}, d.tx(3, 1, "e", "1")), // too far ahead
			d.block(3, 1, leader.Hash{}, d.tx(4, 1, "f", "1")),  // of a view that has not begun
			d.block(1, 1, leader.Hash{}, d.tx(5, 1, "g", "1")),  // of the member's own view, which has not begun
			&forged, // that its leader has not signed
		}
		for _, i := range w.Rand().Perm(len(never)) {
			d.announces(never[i])
		}
		d.at2(good)
	})
	w.AtEnd(ldr2Acks, func() error {
		for _, a := range d.acks() {
			for i, b := range never {
				if a.Hash == b.Hash(d.chain) && i != 5 {
					return fmt.Errorf("expected no acknowledgement of block %d, which does not fit (case %d), got one", b.Height, i)
				}
			}
		}
		return nil
	})
}

// at2 announces a right block after all the wrong ones: the member is still of use.
func (d *desk) at2(b *leader.Block) {
	d.host.After(second/2, func() { d.announces(b) })
	d.host.After(2*second, func() {
		if !d.acked(0, b) {
			d.w.Fail(ldr2Acks, "expected that a right block is acknowledged after wrong ones, got no acknowledgement")
		}
	})
}

// ackCrash crashes the member at about the time when it acknowledges, and looks what it tells of its log
// when it is back.
func (s suite) ackCrash(w scenario.World) {
	d := s.desk(w, 3, 1).whole().patient()
	acked := uint64(0)
	d.at(second/2, "announce five blocks", func() {
		parent := leader.Hash{}
		for i := range 5 {
			b := d.block(0, uint64(i+1), parent, d.tx(i, 1, "key", "value"))
			parent = b.Hash(d.chain)
			d.announces(b)
		}
	})
	crash := second/2 + time.Duration(w.Rand().IntN(60_000))*time.Microsecond
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: crash, For: second / 10, A: []network.Addr{w.Addr(0)}})
	met := w.Sometimes("the member crashed after some of its acknowledgements")
	w.Always(led9Synced, func() error {
		for _, a := range d.acks() {
			acked = max(acked, a.Height)
		}
		return nil
	})
	d.at(2*second, "look at the log", func() {
		met(acked > 0 && acked < 5)
		if s := d.ledger.Standing(); s.Height < acked {
			w.Fail(led9Synced, "expected at least the %d blocks that were acknowledged before the crash, got a log of %d", acked, s.Height)
		}
	})
}

func (s suite) ackDiskFails(w scenario.World) {
	d := s.desk(w, 3, 1).whole().patient()
	var said int
	d.at(second/2, "announce a block; its sync fails", func() {
		d.disk.Fail[leader.FileLog] = true
		d.announces(d.block(0, 1, leader.Hash{}, d.tx(0, 1, "key", "value")))
	})
	d.at(second, "see what it has said", func() {
		said = len(d.gossip.Sent) + len(d.peers.Broadcasts)
		if len(d.acks()) > 0 {
			w.Fail(led9Synced, "expected no acknowledgement of a block that is not safe, got one")
		}
	})
	w.AtEnd(led9Stops, func() error {
		if more := len(d.gossip.Sent) + len(d.peers.Broadcasts) - said; more > 0 {
			return fmt.Errorf("expected that a member whose disk has failed says nothing more, got %d messages", more)
		}
		return nil
	})
}

// counting is step leader.3: when is a block committed?
func (s suite) counting() []scenario.Scenario {
	count := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: "leader.3", Rules: rules, For: 3 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		count("count", "A block is committed by a quorum with the leader, also by what stands on it, and by nothing less.", s.count, "LDR-3"),
		count("count-wrong", "Words that are forged, of another view, or about another block count for nothing.", s.countWrong, "LDR-3", "LDR-5"),
		scenario.New(scenario.Scenario{
			Name: "leader/commit", Title: "An operation submitted anywhere becomes final everywhere, once.",
			Step: "leader.3", Rules: []string{"LDR-2", "LDR-3", "LED-2", "LED-3"}, For: 6 * second, Setup: s.commit,
		}),
	}
}

// count has five members, of which the graded one is the third: it acknowledges by itself, the others when
// the script says so.
func (s suite) count(w scenario.World) {
	d := s.desk(w, 5, 2).whole().patient()
	var b [3]*leader.Block
	says := func(member int, block *leader.Block) {
		d.says(member, leader.KindAck, &leader.Ack{View: 0, Height: block.Height, Hash: block.Hash(d.chain)})
	}
	final := func(want int, why string) {
		if got := len(d.final); got != want {
			w.Fail(ldr3Committed, "expected %d operations to be final %s, got %d", want, why, got)
		}
	}
	d.at(second/2, "announce three blocks", func() {
		parent := leader.Hash{}
		for i := range b {
			b[i] = d.block(0, uint64(i+1), parent, d.tx(i, 1, "key", "value"))
			parent = b[i].Hash(d.chain)
			d.announces(b[i])
		}
	})
	d.at(second, "acknowledge without the leader", func() {
		says(1, b[0])
		says(1, b[0])
		says(3, b[0])
		final(0, "while the leader has not acknowledged")
	})
	d.at(1100*time.Millisecond, "the leader acknowledges what stands on it", func() {
		says(0, b[2])
		final(1, "when three of five, the leader among them, have the first block or one that stands on it")
	})
	d.at(1200*time.Millisecond, "one more acknowledges the last", func() {
		says(4, b[2])
		final(3, "when three of five have the third block")
		if want := d.ledger.Digest(); want.Position != 3 || want.Hash != b[2].Hash(d.chain) {
			w.Fail(led5Digest, "expected the digest of block 3, got %v", want)
		}
	})
}

func (s suite) countWrong(w scenario.World) {
	d := s.desk(w, 3, 1).whole().patient()
	var b *leader.Block
	d.at(second/2, "announce a block", func() {
		b = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "key", "value"))
		d.announces(b)
	})
	d.at(second, "say what counts for nothing", func() {
		hash := b.Hash(d.chain)
		forged := &leader.Ack{View: 0, Height: 1, Hash: hash}
		leader.Sign(d.chain, ledgertest.Signer(d.others[2]), 0, forged) // member 2 in the name of the leader
		stranger := &leader.Ack{View: 0, Height: 1, Hash: hash}
		leader.Sign(d.chain, ledgertest.Signer(d.others[2]), 9, stranger)
		foreign := &leader.Ack{View: 0, Height: 1, Hash: hash}
		leader.Sign(ledgers.ChainID{1}, ledgertest.Signer(d.others[0]), 0, foreign)
		for _, a := range []*leader.Ack{forged, stranger, foreign} {
			if d.gossip.Deliver(leader.KindAck, leader.Encode(a)) {
				w.Fail(ldr5Wrong, "expected that a word with a wrong signature is not passed on, got it passed on")
			}
		}
		if w.Rand().IntN(2) == 0 {
			d.says(0, leader.KindAck, &leader.Ack{View: 0, Height: 1, Hash: leader.Hash{1}})
		} else { // of view 3, whose leader member 0 is, too
			d.says(0, leader.KindAck, &leader.Ack{View: 3, Height: 1, Hash: hash})
			d.says(2, leader.KindAck, &leader.Ack{View: 3, Height: 1, Hash: hash})
		}
		if len(d.final) > 0 {
			w.Fail(ldr3Committed, "expected nothing to be final by words that count for nothing, got %d operations", len(d.final))
		}
	})
	w.AtEnd(ldr3Committed, func() error {
		if len(d.final) > 0 {
			return fmt.Errorf("expected nothing to be final, got %d operations", len(d.final))
		}
		return nil
	})
}
