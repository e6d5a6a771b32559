package leadertest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/scenario"
)

// building is step leader.5: a block of an announcement and of what is here.
func (s suite) building() []scenario.Scenario {
	build := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: "leader.5", Rules: rules, For: 5 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "leader/compact-weather", Title: "Whatever fails, blocks come to be built from their ids.",
			Step: "leader.5", Rules: []string{"LDR-6", "LDR-3", "LDR-4", "LED-7"}, For: 60 * second, Faults: weather,
			Setup: func(w scenario.World) { s.weather(w, leader.Config{}) },
		}),
		build("compact-missing", "The member that announced a block is asked for its missing transactions, by id.", s.compactMissing, "LDR-6"),
		build("compact-root", "Ids that do not make the root are not believed: the whole block is asked for.", s.compactRoot, "LDR-6"),
		build("compact-silence", "If a member does not answer, the next one is asked, each once, and then again.", s.compactSilence, "LDR-6"),
	}
}

func (s suite) compactMissing(w scenario.World) {
	d := s.desk(w, 3, 1)
	d.beat(second/10, 5*second)
	var b *leader.Block
	d.at(second/2, "announce a block of which two transactions are missing", func() {
		b = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "a", "1"), d.tx(1, 1, "b", "2"), d.tx(2, 1, "c", "3"))
		d.knows(b.Txs[1])
		a := leader.Announcement{Header: b.Header, IDs: b.IDs(d.chain)}
		d.gossip.Deliver(leader.KindBlock, a.Encode())
		q := d.peers.Take(leader.KindTxs)
		if q == nil || q.To != "10.9.9.9:4000" {
			w.Fail(ldr6Builds, "expected that who announced the block is asked for what is missing, got no question to it")
			return
		}
		ids := b.IDs(d.chain)
		if want := slices.Concat(ids[0][:], ids[2][:]); !slices.Equal(q.Payload, want) {
			w.Fail(ldr6Builds, "expected the ids of the two that are missing, got %x", q.Payload)
			return
		}
		answer := ledgers.AppendBytes(nil, b.Txs[0].Encode())
		answer = ledgers.AppendBytes(answer, b.Txs[2].Encode())
		d.host.After(second/10, func() { q.Done(answer, nil) })
	})
	w.By(2*second, ldr6Builds, func() error {
		if b == nil || !d.acked(0, b) {
			return errors.New("expected that the block is acknowledged once all of it is here, got no acknowledgement")
		}
		return nil
	})
}

// compactRoot announces a block with its ids in another order, or with one of them exchanged.
func (s suite) compactRoot(w scenario.World) {
	d := s.desk(w, 3, 1)
	d.beat(second/10, 5*second)
	var b *leader.Block
	d.at(second/2, "announce a block with wrong ids", func() {
		b = d.block(0, 1, leader.Hash{}, d.tx(0, 1, "a", "1"), d.tx(1, 1, "b", "2"))
		other := d.tx(2, 1, "c", "3")
		d.knows(append(b.Txs, other)...)
		ids := b.IDs(d.chain)
		if w.Rand().IntN(2) == 0 {
			slices.Reverse(ids)
		} else {
			ids[0] = other.ID(d.chain)
		}
		a := leader.Announcement{Header: b.Header, IDs: ids}
		d.gossip.Deliver(leader.KindBlock, a.Encode())
	})
	answers := 0
	for t := second; t < 4*second; t += 100 * time.Millisecond {
		d.at(t, "give the block that it asks for", func() {
			q := d.peers.Take(leader.KindFetch)
			if q == nil {
				return
			}
			if answers++; answers == 1 { // the first gives another block
				q.Done(d.block(0, 1, leader.Hash{}, d.tx(3, 1, "d", "4")).Encode(), nil)
				return
			}
			q.Done(b.Encode(), nil)
		})
	}
	w.By(4500*time.Millisecond, ldr6Whole, func() error {
		if b == nil || !d.acked(0, b) {
			return errors.New("expected that the block is acknowledged once it came whole, got no acknowledgement")
		}
		return nil
	})
	w.Always(ldr6Fits, func() error {
		if b != nil && answers < 2 && d.acked(0, b) {
			return errors.New("expected no acknowledgement before the block has come whole, got one for ids that do not make its root")
		}
		return nil
	})
	w.AtEnd(ldr6Fits, func() error {
		for _, a := range d.acks() {
			if a.Hash != b.Hash(d.chain) {
				return fmt.Errorf("expected no acknowledgement of what the root does not fit, got one of %x", a.Hash[:4])
			}
		}
		return nil
	})
}

// compactSilence has nobody answer: each is asked once before anybody is asked again.
func (s suite) compactSilence(w scenario.World) {
	d := s.desk(w, 5, 2)
	d.beat(second/10, 5*second)
	d.at(second/2, "announce a block that nobody gives", func() {
		b := d.block(0, 1, leader.Hash{}, d.tx(0, 1, "a", "1"))
		a := leader.Announcement{Header: b.Header, IDs: b.IDs(d.chain)}
		d.gossip.Deliver(leader.KindBlock, a.Encode())
	})
	w.AtEnd(ldr6Whole, func() error {
		var order []network.Addr
		for _, q := range d.peers.Asked {
			if q.Kind == leader.KindFetch {
				order = append(order, q.To)
			}
		}
		if len(order) < 5 {
			return fmt.Errorf("expected that all four others are asked, and then again, got %d questions", len(order))
		}
		first := slices.Clone(order[:4])
		slices.Sort(first)
		if want := d.peers.Peers(); !slices.Equal(first, want) {
			return fmt.Errorf("expected that each of %v is asked once before anybody is asked again, got %v", want, order)
		}
		return nil
	})
}
