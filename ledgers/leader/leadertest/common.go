package leadertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// common is what every ledger promises, and who the members are. What it proves is given.
func (s suite) common() []scenario.Scenario {
	given := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: "leader.2", Rules: rules, For: 4 * second, Provided: true, Setup: setup,
		})
	}
	return []scenario.Scenario{
		given("chain", "A member signs for the chain whose id is the hash of genesis, and for one kind.", s.chainID, "LED-1", "LED-8"),
		given("again", "An operation that comes again has the same id, and the status that it has by now.", s.again, "LED-2", "LED-3", "LED-5"),
		given("bad-copies", "A copy with a wrong signature says nothing about the good one that comes after it.", s.badCopies, "LED-4"),
		given("repeats", "A peer that lacks words is sent them, a bounded number at a time.", s.repeats, "LED-7"),
		given("shares", "A client that sends too much loses its own, never another's place.", s.shares, "LED-10", "LDR-8"),
		given("joins", "A member that asks again and again for a view without its word costs the others nothing that is theirs.", s.joins, "LED-10", "LDR-11"),
		given("observer", "A node that is no member has what they have, and says nothing.", s.observer, "LDR-1", "LDR-4"),
	}
}

// genesisText is LED-1, written down once more: the suite does not trust the code that it tests.
func (d *desk) genesisText() string {
	var text strings.Builder
	text.WriteString("leader 1\n")
	for _, m := range d.genesis.Members {
		fmt.Fprintf(&text, "%x %s\n", m.Key[:], m.Addr)
	}
	return text.String()
}

// signedBy says whether a member has signed these fields as a word of that kind, by LED-8.
func (d *desk) signedBy(member int, kind string, signature network.Signature, fields ...[]byte) bool {
	chain := sha256.Sum256([]byte(d.genesisText()))
	text := slicesOf([]byte("strata\x00leader\x00"+kind+"\x00"), chain[:], []byte{byte(member)}, slicesOf(fields...))
	return ledgers.Verify(d.genesis.Members[member].Key, text, signature)
}

func slicesOf(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func u64(values ...uint64) (b []byte) {
	for _, v := range values {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return b
}

// chainID has the member acknowledge a block and wish, and looks at what it has signed.
func (s suite) chainID(w scenario.World) {
	d := s.desk(w, 3, 1)
	d.at(second/2, "announce a block", func() { d.announces(d.block(0, 1, leader.Hash{}, d.tx(0, 1, "key", "value"))) })
	w.AtEnd(led1Chain, func() error {
		if want := sha256.Sum256([]byte(d.genesisText())); d.chain != want {
			return fmt.Errorf("expected chain id %x, the SHA-256 of the genesis text, got %v", want, d.chain)
		}
		acks := d.acks()
		if len(acks) == 0 {
			return errors.New("expected an acknowledgement, got none")
		}
		if !leader.Verify(&d.genesis, d.chain, &acks[0]) {
			return errors.New("expected an acknowledgement signed for the chain of this genesis, got one for another")
		}
		return nil
	})
	w.AtEnd(led8Preimage, func() error {
		if a := d.acks()[0]; !d.signedBy(1, "ack", a.Signature, u64(a.View, a.Height), a.Hash[:]) {
			return errors.New("expected an acknowledgement signed with the preimage of its kind, got another signature")
		}
		wishes := ledgertest.Of(leader.KindWish, d.gossip.Sent)
		if len(wishes) == 0 {
			return errors.New("expected that a member that hears no leader wishes, got no wish")
		}
		var wish leader.Wish
		if err := leader.Decode(wishes[0], &wish); err != nil {
			return fmt.Errorf("expected a wish, got %w", err)
		}
		if !d.signedBy(1, "wish", wish.Signature, u64(wish.View, wish.Number)) {
			return errors.New("expected a wish signed with the preimage of its kind, got another signature")
		}
		return nil
	})
}

// again submits one operation before, during and after it becomes final.
func (s suite) again(w scenario.World) {
	d := s.desk(w, 3, 1)
	var tx, rival *leader.Transaction
	var id ledgers.OpID
	submit := func(want ledgers.State, when string) func() {
		return func() {
			got, err := d.ledger.Submit(tx.Encode())
			if err != nil || got != id {
				w.Fail(led2Submit, "expected id %v again %s, got %v, error %v", id, when, got, err)
			}
			if state := d.ledger.Status(id).State; state != want {
				w.Fail(led3Status, "expected %v %s, got %v", want, when, state)
			}
		}
	}
	d.at(second/2, "submit", func() {
		tx, rival = d.tx(0, 1, "key", "value"), d.tx(0, 1, "key", "other")
		id = sha256.Sum256(slicesOf([]byte("strata\x00leader\x00tx\x00"), d.chain[:], tx.Client[:], u64(1, 1),
			ledgers.AppendBytes(nil, tx.Key), ledgers.AppendBytes(nil, tx.Value)))
		if state := d.ledger.Status(id).State; state != ledgers.Unknown {
			w.Fail(led3Status, "expected unknown before it is submitted, got %v", state)
		}
		submit(ledgers.Waiting, "when it is new")()
	})
	d.at(600*time.Millisecond, "submit it again", submit(ledgers.Waiting, "while it waits"))
	var b *leader.Block
	d.at(700*time.Millisecond, "announce its block", func() {
		b = d.block(0, 1, leader.Hash{}, tx)
		d.announces(b)
	})
	d.at(900*time.Millisecond, "submit it again", submit(ledgers.Waiting, "while it is in a block that is not committed"))
	d.at(second, "commit the block", func() {
		if at := d.ledger.Digest(); at.Position != 0 {
			w.Fail(led5Digest, "expected the digest of height 0 while nothing is final, got %v", at)
		}
		d.says(0, leader.KindAck, &leader.Ack{Height: 1, Hash: b.Hash(d.chain)})
		if at := d.ledger.Digest(); at.Position != 1 || at.Hash != b.Hash(d.chain) {
			w.Fail(led5Digest, "expected the digest of block 1, which is final, got %v", at)
		}
	})
	d.at(1100*time.Millisecond, "submit it again", submit(ledgers.Final, "when it is final"))
	d.at(1200*time.Millisecond, "submit another with its number", func() {
		rivalID, err := d.ledger.Submit(rival.Encode())
		if state := d.ledger.Status(rivalID).State; state == ledgers.Waiting || state == ledgers.Final {
			w.Fail(ldr8Next, "expected that a number that was executed is not again, got %v, error %v", state, err)
		}
		if len(d.final) != 1 {
			w.Fail(led3Once, "expected that one operation is final, once, got %d", len(d.final))
		}
	})
	s.refusal(d)
}

// refusal has two transactions of one number, of which the other one is committed: the member's own is refused for
// good.
func (s suite) refusal(d *desk) {
	d.at(1500*time.Millisecond, "submit what will come too late", func() {
		mine, theirs := d.tx(5, 1, "key", "mine"), d.tx(5, 1, "key", "theirs")
		id, err := d.ledger.Submit(mine.Encode())
		if err != nil {
			d.w.Fail(led2Submit, "expected that a new transaction is taken, got %v", err)
			return
		}
		height, tip := d.ledger.Standing().Height, d.ledger.Standing().Hash
		b := d.block(0, height+1, tip, theirs)
		d.host.After(second/10, func() {
			a := leader.Announcement{Header: b.Header, IDs: b.IDs(d.chain)}
			d.gossip.Deliver(leader.KindBlock, a.Encode())
			if q := d.peers.Take(leader.KindTxs); q != nil {
				q.Done(nil, nil)
			}
		})
		d.host.After(second, func() { // the fallback has asked for the whole block
			if q := d.peers.Take(leader.KindFetch); q != nil {
				q.Done(b.Encode(), nil)
			}
		})
		d.host.After(1200*time.Millisecond, func() {
			d.says(0, leader.KindAck, &leader.Ack{Height: b.Height, Hash: b.Hash(d.chain)})
			got := d.ledger.Status(id)
			if got.State != ledgers.Refused || got.Why == nil || !strings.Contains(got.Why.Error(), "LDR-8") {
				d.w.Fail(led3Refused, "expected that it is refused and the rule is named, got %v, %v", got.State, got.Why)
			}
		})
	})
}

// repeats has a peer of the same view that lacks the acknowledgements of others.
func (s suite) repeats(w scenario.World) {
	const n = 5
	d := s.desk(w, n, 1)
	d.beat(second/10, 4*second)
	var b *leader.Block
	d.at(second/2, "announce a block, and have it acknowledged", func() {
		b = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "key", "value"))
		d.announces(b)
	})
	d.at(second, "acknowledge it", func() {
		d.says(0, leader.KindAck, &leader.Ack{Height: 1, Hash: b.Hash(d.chain)})
		d.says(2, leader.KindAck, &leader.Ack{Height: 1, Hash: b.Hash(d.chain)})
	})
	d.at(1500*time.Millisecond, "a peer says that it has heard of nobody", func() {
		d.peers.Sent = nil
		hears := leader.Standing{Height: 1, Hash: b.Hash(d.chain), Acked: make([]uint64, n)}
		d.peers.Deliver(leader.KindAt, hears.Encode())
		said := map[int]bool{}
		for _, m := range d.peers.Sent {
			var a leader.Ack
			if m.Kind == leader.KindAck+leader.Repeated && leader.Decode(m.Payload, &a) == nil {
				said[a.Member] = true
			}
		}
		if !said[0] || !said[1] || !said[2] {
			w.Fail(led7Sends, "expected the acknowledgements of members 0, 1 and 2, which it has, got %d of them", len(said))
		}
		if len(d.peers.Sent) > 32 {
			w.Fail(led7Sends, "expected at most 32 messages at a time, got %d", len(d.peers.Sent))
		}
		d.peers.Sent = nil
		hears.Acked = []uint64{1, 1, 1, 0, 0}
		d.peers.Deliver(leader.KindAt, hears.Encode())
		if len(d.peers.Sent) > 0 {
			w.Fail(led7Sends, "expected nothing for a peer that lacks nothing, got %d messages", len(d.peers.Sent))
		}
	})
	d.at(2*second, "begin to count", func() { d.peers.Broadcasts = nil })
	w.AtEnd(led7Tells, func() error {
		told := 0
		for _, m := range d.peers.Broadcasts {
			if m.Kind != leader.KindAt {
				continue
			}
			told++
			if s, err := leader.DecodeStanding(m.Payload); err != nil || len(m.Payload) > 256 || s.Commit != 1 {
				return fmt.Errorf("expected at most 256 bytes that tell of a commit, got %d bytes, error %w", len(m.Payload), err)
			}
		}
		if told < 3 || told > 6 {
			return fmt.Errorf("expected that it tells twice a second where it stands, in 2 s, got %d times", told)
		}
		return nil
	})
}

// shares has one client send more than its share, into a pool that it could fill.
func (s suite) shares(w scenario.World) {
	d := s.desk(w, 3, 1)
	d.limits.MaxPool = 80
	d.beat(second/10, 4*second)
	d.at(second/2, "one client sends too much, then another sends a little", func() {
		taken := 0
		for i := range uint64(100) {
			if _, err := d.ledger.Submit(d.tx(0, i+1, "key", "value").Encode()); err == nil {
				taken++
			} else if !errors.Is(err, ledgers.ErrFull) {
				w.Fail(led10Bounds, "expected ErrFull for what is over the bound, got %v", err)
			}
		}
		if taken != ledgers.MaxPerSender {
			w.Fail(led10Bounds, "expected that %d transactions of one client wait, got %d", ledgers.MaxPerSender, taken)
		}
		for i := range uint64(10) {
			tx := d.tx(1, i+1, "key", "value")
			if _, err := d.ledger.Submit(tx.Encode()); err != nil || d.ledger.Status(tx.ID(d.chain)).State != ledgers.Waiting {
				w.Fail(led10Bounds, "expected a place for another client's transaction %d, got error %v", i+1, err)
			}
		}
	})
}

// observer is a node whose key genesis does not name.
func (s suite) observer(w scenario.World) {
	d := s.desk(w, 3, observing)
	b := map[uint64]*leader.Block{}
	d.at(second/2, "announce and commit a block", func() {
		b[1] = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "key", "value"))
		if !d.announces(b[1]) {
			w.Fail(ldr1Observes, "expected that an observer passes a block on, got it kept")
		}
	})
	d.at(second, "commit it", func() {
		d.says(0, leader.KindAck, &leader.Ack{Height: 1, Hash: b[1].Hash(d.chain)})
		d.says(2, leader.KindAck, &leader.Ack{Height: 1, Hash: b[1].Hash(d.chain)})
		if len(d.final) != 1 {
			w.Fail(ldr1Observes, "expected that an observer gets what two of three members have acknowledged, got %d operations final", len(d.final))
		}
	})
	d.at(1100*time.Millisecond, "a member makes a block in a view that it does not lead", func() {
		other := d.block(0, 2, b[1].Hash(d.chain), d.tx(3, 1, "key", "value"))
		other.Header.Sign(d.chain, ledgertest.Signer(d.others[1]))
		if d.announces(other) {
			w.Fail(ldr1Leads, "expected that member 1 is not heard as leader of view 0, got its block passed on")
		}
	})
	d.at(1200*time.Millisecond, "submit a transaction", func() { _, _ = d.ledger.Submit(d.tx(4, 1, "key", "value").Encode()) })
	w.AtEnd(ldr4Hands, d.handedOver)
	w.AtEnd(ldr1Observes, func() error { // view 0's leader has been silent for seconds
		for _, m := range d.gossip.Sent {
			if m.Kind != leader.KindTx {
				return fmt.Errorf("expected that an observer says nothing of its own, got %s", m.Kind)
			}
		}
		return nil
	})
}

// handedOver checks that the leader was sent a transaction.
func (d *desk) handedOver() error {
	for _, m := range d.peers.Sent {
		if m.Kind == leader.KindTx && m.To == d.genesis.Members[0].Addr {
			return nil
		}
	}
	return errors.New("expected that an observer sends the leader the transaction that waits, got nothing sent")
}
