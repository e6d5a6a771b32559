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

// around is what stands around the steps and is given: a lost disk, reads, ranges. A student's steps carry it.
func (s suite) around() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "leader/lost-disk", Title: "A member that lost its disk counts again, and nothing that was committed is lost.",
			Step: "leader.4", Rules: []string{"LDR-11", "LDR-3"}, For: 40 * second, Provided: true, Setup: s.lostDisk,
		}),
		scenario.New(scenario.Scenario{
			Name: "leader/latest", Title: "A latest read is no older than the question, also when another leads by now.",
			Step: "leader.4", Rules: []string{"LDR-10"}, For: 30 * second, Provided: true, Setup: s.latest,
		}),
		scenario.New(scenario.Scenario{
			Name: "leader/ranges", Title: "Blocks without the certificate of a quorum are not executed, whoever gives them.",
			Step: "leader.3", Rules: []string{"LDR-7"}, For: 4 * second, Provided: true, Setup: s.ranges,
		}),
		scenario.New(scenario.Scenario{
			Name: "leader/numbers", Title: "A client's transactions are executed in order and once, through whichever leader they go.",
			Step: "leader.3", Rules: []string{"LDR-8", "LED-2"}, For: 30 * second, Provided: true, Setup: s.numbers,
		}),
		scenario.New(scenario.Scenario{
			Name: "leader/clocks", Title: "Clocks that are weeks off, or fast, or slow, do no harm.",
			Step: "leader.4", Rules: []string{"LDR-10", "LDR-3"}, For: 30 * second, Provided: true, Setup: s.clocks,
		}),
	}
}

// lostDisk takes the disk of one member in the middle of things; later it is the other two that are needed.
func (s suite) lostDisk(w scenario.World) {
	c := s.cluster(w, 3)
	c.limits.Snapshot = 1 + w.Rand().IntN(10)
	lost := c.members[w.Rand().IntN(3)]
	cl := c.client(0)
	for j := range 20 {
		m := c.members[w.Rand().IntN(3)]
		tx := cl.next("key", string(rune('a'+j)), 1)
		w.At(2*second+c.until(20*second), m.addr, "submit a transaction", func() { cl.submit(m, tx) })
		w.At(25*second, m.addr, "submit it again", func() { cl.submit(m, tx) })
	}
	w.Inject(scenario.Fault{Kind: scenario.Crash, At: 5*second + c.until(5*second), For: second + c.until(3*second),
		A: []network.Addr{lost.addr}, Wipe: true})
	w.By(38*second, ldr11Again, c.finalEverywhere)
	w.AtEnd(ldr11Again, func() error {
		if s := lost.ledger.Standing(); s.View == 0 || s.LastNormal != s.View {
			return fmt.Errorf("expected that the member takes part in a view that began without its word, got %s", lost.describe())
		}
		return nil
	})
}

// latest reads from whoever takes itself for the leader, while the first leader is cut off and replaced.
func (s suite) latest(w scenario.World) {
	c := s.cluster(w, 3)
	cl := c.client(0)
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 5 * second, For: 10 * second,
		A: []network.Addr{c.members[0].addr}, B: []network.Addr{c.members[1].addr, c.members[2].addr}})
	answered := w.Sometimes("a latest read was answered with a value")
	deposed := w.Sometimes("the deposed leader was asked")
	for j := range 20 {
		tx := cl.next("key", fmt.Sprint(j+1), 1)
		at := 2*second + time.Duration(j)*second
		m := c.members[1+j%2]
		w.At(at, m.addr, "submit a transaction", func() { cl.submit(m, tx) })
		for _, reader := range c.members {
			w.At(at+900*time.Millisecond, reader.addr, "read the latest", func() {
				deposed(reader.number == 0 && at > 8*second && at < 14*second)
				reader.readLatest(func(v leader.Value) { answered(v.Found) })
			})
		}
	}
	w.By(29*second, ldr4GoesOn, c.finalEverywhere)
}

// readLatest asks for the latest value of the key, and holds it against what is final anywhere by now. An answer that
// names no value says nothing.
func (m *member) readLatest(answered func(leader.Value)) {
	before := uint64(0)
	for _, other := range m.cluster.members {
		if other.ledger != nil {
			before = max(before, other.ledger.Digest().Position)
		}
	}
	done := false
	m.ledger.Read([]byte("key"), true, func(v leader.Value, err error) {
		if done {
			m.cluster.w.Fail(ldr10Answers, "expected that a read is answered once, got it answered again at member %d", m.number)
		}
		if done = true; err != nil {
			return
		}
		answered(v)
		if v.At < before {
			m.cluster.w.Fail(ldr10Latest, "expected a read of height %d or later, which was final when it was asked for, got height %d at member %d",
				before, v.At, m.number)
		}
	})
}

// clocks has the clock of each member go wrong in a way of its own, and the first leader cut off for a while, so that it
// does not know of the next. Nothing is decided by what a clock says: a read is as fresh as with right ones.
func (s suite) clocks(w scenario.World) {
	c := s.cluster(w, 3)
	cl := c.client(0)
	w.Inject(scenario.Fault{Kind: scenario.Partition, At: 5 * second, For: 6 * second,
		A: []network.Addr{c.members[0].addr}, B: []network.Addr{c.members[1].addr, c.members[2].addr}})
	skew := func(m *member, by time.Duration, rate int64) {
		w.Inject(scenario.Fault{Kind: scenario.Skew, At: 3*second + c.until(second), For: 15 * second, By: by, Rate: rate,
			A: []network.Addr{m.addr}})
	}
	jumps := c.members[w.Rand().IntN(3)]
	skew(jumps, time.Duration(1+w.Rand().IntN(900))*time.Hour, 0)
	for _, m := range c.members {
		rate := 1000 * (w.Rand().Int64N(201) - 100)
		if m.number == 0 && m != jumps {
			rate = -500_000 // at half its pace, while it is cut off
		}
		skew(m, 0, rate)
	}
	read := w.Sometimes("a latest read was answered while the clocks were wrong")
	for j := range 20 {
		m := c.members[1+j%2] // the first is cut off, and holds up nobody
		tx := cl.next("key", fmt.Sprint(j), 1)
		at := 2*second + time.Duration(j)*second/2
		w.At(at, m.addr, "submit a transaction", func() { cl.submit(m, tx) })
		for _, reader := range c.members {
			w.At(at+400*time.Millisecond+c.until(second/10), reader.addr, "read the latest", func() {
				reader.readLatest(func(leader.Value) { read(j > 4) })
			})
		}
	}
	w.By(29*second, ldr3Committed, c.finalEverywhere)
}

// ranges gives the member blocks that nobody has committed, in every way that a liar might.
func (s suite) ranges(w scenario.World) {
	d := s.desk(w, 3, 1)
	d.beat(second/10, 4*second)
	var good *leader.Block
	answers := 0
	d.at(second/2, "stand higher than the member", func() {
		good = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "a", "1"))
	})
	stand := func() {
		s := leader.Standing{Height: 1, Commit: 1, Hash: good.Hash(d.chain), Acked: []uint64{1, 0, 1}}
		d.peers.Deliver(leader.KindAt, s.Encode())
	}
	answer := func(b *leader.Block, acks ...leader.Ack) []byte {
		c := leader.Certificate{Acks: acks}
		return c.Append(ledgers.AppendBytes([]byte{1}, b.Encode()))
	}
	ack := func(member int, view uint64, b *leader.Block) leader.Ack {
		a := leader.Ack{View: view, Height: b.Height, Hash: b.Hash(d.chain)}
		leader.Sign(d.chain, ledgertest.Signer(d.others[member]), member, &a)
		return a
	}
	for t := 600 * time.Millisecond; t < 3500*time.Millisecond; t += 350 * time.Millisecond {
		d.at(t, "answer its question", func() {
			stand()
			q := d.peers.Take(leader.KindRange)
			if q == nil {
				return
			}
			other := d.block(0, 1, leader.Hash{}, d.tx(1, 1, "b", "2"))
			switch answers++; answers {
			case 1:
				q.Done(answer(other, ack(0, 0, other)), nil) // one word only
			case 2:
				q.Done(answer(other, ack(0, 0, other), ack(0, 0, other)), nil) // one member twice
			case 3:
				q.Done(answer(other, ack(2, 0, other), ack(0, 1, other)), nil) // words of two views
			case 4:
				q.Done(answer(other, ack(0, 0, good), ack(2, 0, good)), nil) // for another block
			case 5:
				forged := ack(0, 0, other)
				leader.Sign(d.chain, ledgertest.Signer(d.others[2]), 0, &forged)
				q.Done(answer(other, forged, ack(2, 0, other)), nil) // by a key that is not the leader's
			case 6:
				q.Done([]byte{200, 1, 2, 3}, nil)
			default:
				q.Done(answer(good, ack(0, 0, good), ack(2, 0, good)), nil)
			}
		})
	}
	w.Always(ldr7Range, func() error {
		if answers < 7 && len(d.final) > 0 {
			return fmt.Errorf("expected that blocks without a certificate are not executed, got %d operations final after answer %d",
				len(d.final), answers)
		}
		return nil
	})
	w.AtEnd(ldr7Blames, func() error {
		if len(d.blamed) != 6 {
			return fmt.Errorf("expected that who gave 6 wrong answers is blamed for each, and nobody for the right one, got %q blamed", d.blamed)
		}
		return nil
	})
	w.AtEnd(ldr7Range, func() error {
		if len(d.final) != 1 {
			return errors.New("expected that a block with its certificate is executed, got none")
		}
		return nil
	})
}

// numbers sends each transaction to every member, again and again, while leaders come and go.
func (s suite) numbers(w scenario.World) {
	c := s.cluster(w, 3)
	cl := c.client(0)
	for j := range 10 {
		tx := cl.next("key", string(rune('a'+j)), uint64(10-j))
		for range 4 {
			m := c.members[w.Rand().IntN(3)]
			w.At(2*second+c.until(18*second), m.addr, "submit a transaction, perhaps again", func() { cl.submit(m, tx) })
		}
		w.At(22*second, c.members[j%3].addr, "submit it again", func() { cl.submit(c.members[j%3], tx) })
	}
	for i := range 2 {
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: time.Duration(4+6*i) * second, For: 2 * second,
			A: []network.Addr{c.members[i].addr}})
	}
	w.By(29*second, ldr8Next, c.finalEverywhere)
	w.AtEnd(ldr8Order, func() error {
		for _, m := range c.members {
			m.ledger.Read([]byte("key"), false, func(v leader.Value, _ error) {
				if string(v.Bytes) != "j" {
					w.Fail(ldr8Order, "expected that the last of a client's transactions is executed last, whatever they bid; got %q", v.Bytes)
				}
			})
		}
		return nil
	})
}
