package latticetest

import (
	"fmt"
	"slices"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/scenario"
)

// cementing is step lattice.2, too: what is for good, and what follows from it.
func (s suite) cementing() []scenario.Scenario {
	cement := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: "lattice.2", Rules: rules, For: 4 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		cement("final-only", "Final votes alone cement; normal votes of all do not.", s.finalOnly, "LAT-7"),
		cement("in-order", "A block is cemented after the one before it, whichever votes come first.", s.inOrder, "LAT-7"),
		cement("entries", "A cemented send can be received, and a cemented receive takes it away.", s.entries, "LAT-3", "LAT-7"),
		cement("gaps", "A block that lacks another one waits for it, and comes up when it is there.", s.gaps, "LAT-2", "LAT-3", "LED-3"),
		cement("again", "A block that comes again has the same id, and the status that it has by now.", s.again, "LED-2", "LED-3"),
	}
}

// finalOnly has all four vote normally, then mixed, then for good.
func (s suite) finalOnly(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "vote normally, then for good", func() {
		b := d.purse(1).send(accountOf(d.reps[2]), 1)
		d.gives(b)
		for rep := range 4 {
			d.says(rep, lattice.Final-1, b)
		}
		d.wants(lat7Final, ledgers.Waiting, b, "by normal votes of all")
		d.says(0, lattice.Final, b)
		d.says(1, lattice.Final, b)
		d.wants(lat7Final, ledgers.Waiting, b, "by two final votes and two normal ones")
		d.says(2, lattice.Final, b)
		d.wants(lat7Final, ledgers.Final, b, "by three final votes")
	})
}

// inOrder has the votes for the last block of an account come first.
func (s suite) inOrder(w scenario.World) {
	d := s.observer(w)
	n := 2 + w.Rand().IntN(5)
	d.at(second/2, fmt.Sprintf("give %d blocks, and vote for the last first", n), func() {
		p := d.purse(1)
		var chain []*lattice.Block
		for range n {
			chain = append(chain, p.send(accountOf(d.reps[2]), 1))
		}
		d.gives(chain...)
		for _, b := range slices.Backward(chain[1:]) {
			d.decides(b)
			d.wants(lat7Final, ledgers.Waiting, b, "while its previous block is not cemented")
		}
		d.decides(chain[0])
		for i, b := range chain {
			d.wants(lat7Up, ledgers.Final, b, "when all before it are")
			if i < len(d.final) && d.final[i] != ledgers.OpID(b.Hash(d.chain)) {
				w.Fail(lat7Final, "expected that blocks become final in order, got another at %d", i)
			}
		}
		d.digest()
	})
}

// entries looks at a pending entry through its life.
func (s suite) entries(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "send and receive", func() {
		p, q := d.purse(1), newPurse(d.chain, 0, accountOf(d.reps[2]))
		sent := p.send(q.account, 7)
		key := lattice.Key{To: q.account, Send: sent.Hash(d.chain)}
		there := func(c scenario.Clause, want bool, when string) {
			entry, got := d.ledger.Book().Pending(key)
			if got != want || got && (entry.Amount != lattice.Raw(7) || entry.From != p.account) {
				w.Fail(c, "expected an entry %s: %v, got %v, %+v", when, want, got, entry)
			}
		}
		d.gives(sent)
		there(lat3Entry, false, "before the send is cemented")
		d.decides(sent)
		there(lat3Entry, true, "when the send is cemented")
		open := q.receive(sent, 7)
		d.gives(open)
		there(lat3Frees, true, "while the open is not cemented")
		d.decides(open)
		there(lat3Frees, false, "when the open is cemented")
		if got := d.ledger.Book().Weight(accountOf(d.reps[2])); got != lattice.Raw(stake+7) {
			w.Fail(lat5Weight, "expected a weight of %d when 7 have come, got %v", stake+7, got)
		}
		self := p.send(p.account, 3)
		d.settles(self)
		back := p.receive(self, 3)
		d.settles(back)
		d.wants(lat3Entry, ledgers.Final, back, "as a receive of what the account has sent itself")
	})
}

// forGood has everybody vote for a rival of what is cemented.
func (s suite) forGood(w scenario.World) {
	d := s.observer(w)
	var first, rival *lattice.Block
	d.at(second/2, "cement one of two, then have all vote for the other", func() {
		p := d.purse(1)
		first, rival = p.copy().send(accountOf(d.reps[2]), 1), p.copy().send(accountOf(d.reps[2]), 2)
		d.gives(first, rival)
		for rep := 1; rep <= 3; rep++ {
			d.says(rep, 1, rival)
		}
		d.decides(first)
		for rep := range 4 {
			d.says(rep, lattice.Final, rival)
		}
		d.gives(rival)
		d.says(0, lattice.Final, rival)
	})
	w.AtEnd(LAT7Good, func() error {
		if d.status(first) != ledgers.Final || !d.inLedger(first) {
			return fmt.Errorf("expected that a cemented block stays, got it %v", d.status(first))
		}
		if d.status(rival) != ledgers.Refused || d.inLedger(rival) {
			return fmt.Errorf("expected that its rival is refused, got it %v", d.status(rival))
		}
		if len(d.final) != 1 {
			return fmt.Errorf("expected one block to be final, got %d", len(d.final))
		}
		return nil
	})
}

// again submits one block before, during and after it becomes final.
func (s suite) again(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "submit a block again and again", func() {
		b := d.purse(1).send(accountOf(d.reps[2]), 1)
		want := ledgers.OpID(b.Hash(d.chain))
		if got := d.status(b); got != ledgers.Unknown {
			w.Fail(led2Submit, "expected unknown before it is submitted, got %v", got)
		}
		submit := func(state ledgers.State, when string) {
			id, err := d.ledger.Submit(b.Encode())
			if id != want || err != nil {
				w.Fail(led2Submit, "expected id %v %s, got %v, error %v", want, when, id, err)
			}
			d.wants(led2Submit, state, b, when)
		}
		submit(ledgers.Waiting, "when it is new")
		submit(ledgers.Waiting, "while it waits")
		if n := len(d.gossip.Sent); n != 1 {
			w.Fail(led2Submit, "expected that it is sent once, got %d times", n)
		}
		d.decides(b)
		submit(ledgers.Final, "when it is final")
		if len(d.final) != 1 {
			w.Fail(led3Once, "expected that the watcher hears once that it is final, got %d times", len(d.final))
		}
		wantHash := hashOf(d.chain, b)
		if want != wantHash {
			w.Fail(lat1Hash, "expected hash %x.., got %x..", wantHash[:4], want[:4])
		}
	})
}
