package latticetest

import (
	"errors"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// judging is step lattice.1: what is a block, and is it valid?
func (s suite) judging() []scenario.Scenario {
	judge := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "lattice/" + name, Title: title, Step: "lattice.1", Rules: rules, For: 4 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		judge("kinds", "Send, open, receive and change are told apart by their balances, and each does what it is for.", s.kinds, "LAT-2"),
		judge("wrong", "A block that nothing later makes right is refused, and does not travel on.", s.wrong, "LAT-2", "LED-3"),
		judge("bad-copies", "A copy with a wrong signature or too little work says nothing about the good one after it.", s.badCopies, "LAT-2", "LED-4"),
		judge("old", "A rival of a cemented block is refused, whenever it comes.", s.old, "LAT-2", "LAT-4"),
		judge("order", "Of two faults the cheaper one is named.", s.order, "LAT-2"),
	}
}

// kinds has one account pay another, which opens, receives more, names another representative, and pays back.
func (s suite) kinds(w scenario.World) {
	d := s.observer(w)
	from, to := d.purse(1), newPurse(d.chain, 0, accountOf(d.reps[2]))
	first, more := from.send(to.account, 7), from.send(to.account, 5)
	d.past = []*lattice.Block{first, more}
	d.at(second/2, "open, receive, change, send", func() {
		blocks := []*lattice.Block{to.receive(first, 7), to.receive(more, 5), to.change(accountOf(d.reps[3])), to.send(from.account, 2)}
		want := []lattice.Kind{lattice.Open, lattice.Receive, lattice.Change, lattice.Send}
		for i, b := range blocks {
			if !d.gives(b) {
				w.Fail(lat8Blocks, "expected that a valid block travels on, got block %d kept", i)
			}
			p := d.ledger.Book().Block(b.Hash(d.chain))
			if p == nil || p.Kind != want[i] || p.Height != uint64(i+1) {
				w.Fail(lat2Kinds, "expected block %d in the ledger as %v, got %+v", i, want[i], p)
				return
			}
			if amount := []uint64{7, 5, 0, 2}[i]; p.Amount != lattice.Raw(amount) {
				w.Fail(lat2Entry, "expected that block %d is about %d, got %v", i, amount, p.Amount)
			}
		}
		if got := d.ledger.Book().Head(to.account).Balance; got != lattice.Raw(10) {
			w.Fail(lat2Entry, "expected a balance of 10 after 7 and 5 came and 2 went, got %v", got)
		}
	})
}

// digest holds the node's digest against the sum of its heads, written down once more.
func (d *desk) digest() {
	blocks, sum := uint64(0), [32]byte{}
	for _, of := range d.ledger.Book().Accounts() {
		if head := d.ledger.Book().Cemented(of); head != nil {
			blocks += head.Height
			sum = plus(sum, headHash(of, head.Height, head.Hash))
		}
	}
	if got := d.ledger.Digest(); got.Position != blocks || got.Hash != sum {
		d.w.Fail(led5Sum, "expected position %d and hash %x.., got %v", blocks, sum[:4], got)
	}
}

// wrong gives blocks each of which breaks one part of LAT-2.
func (s suite) wrong(w scenario.World) {
	d := s.observer(w)
	from, to := d.purse(1), newPurse(d.chain, 0, accountOf(d.reps[2]))
	sent, received := from.send(to.account, 7), from.send(to.account, 3)
	foreign := from.send(accountOf(d.reps[3]), 4)
	d.past = []*lattice.Block{sent, received, foreign, to.receive(sent, 7)}
	d.at(second/2, "give wrong blocks", func() {
		second := from.copy()
		refused := func(c scenario.Clause, b *lattice.Block, what string, why error) {
			pass := d.gives(b)
			status := d.ledger.Status(ledgers.OpID(b.Hash(d.chain)))
			if d.inLedger(b) || status.State != ledgers.Refused {
				w.Fail(c, "expected that %s is refused, got %v", what, status.State)
				return
			}
			if !errors.Is(status.Why, why) {
				w.Fail(led3Refused, "expected that %s is refused as %q, got %q", what, why, status.Why)
			}
			if pass {
				w.Fail(lat8Blocks, "expected that %s does not travel on, got it passed on", what)
			}
		}
		burnt := second.copy()
		refused(lat2Link, burnt.send(lattice.Account{}, 1), "a send to the burn account", lattice.ErrBurn)
		linked := second.copy()
		refused(lat2Link, linked.make(linked.balance, [32]byte{1}, sendWork), "a change with a link", lattice.ErrLink)
		more, less, none, again, others := to.copy(), to.copy(), newPurse(d.chain, 1, to.rep), to.copy(), to.copy()
		refused(lat2Entry, more.receive(received, 4), "a receive of more than was sent", lattice.ErrAmount)
		refused(lat2Entry, less.receive(received, 2), "a receive of less than was sent", lattice.ErrAmount)
		refused(lat2Entry, none.make(0, [32]byte{1}, receiveWork), "an open with nothing", lattice.ErrAmount)
		refused(lat2Already, again.receive(sent, 7), "a receive of what was received already", lattice.ErrUnreceivable)
		refused(lat2Already, others.receive(foreign, 4), "a receive of what is for another account", lattice.ErrUnreceivable)
		stolen := to.copy()
		stolen.head = d.purse(2).head
		refused(lat2Other, stolen.send(from.account, 1), "a block on another account's", lattice.ErrPrevious)
		if len(d.blamed) > 0 {
			w.Fail(led4Blamed, "expected that nobody is blamed for what an account has signed, got %v blamed", d.blamed)
		}
		good := from.change(accountOf(d.reps[2]))
		if !d.gives(good) || !d.inLedger(good) {
			w.Fail(lat2Link, "expected that a good change is taken after wrong ones, got it dropped")
		}
		twice := to.receive(received, 3)
		d.gives(twice)
		refused(lat2Already, to.receive(received, 3), "a receive of what the block below it receives", lattice.ErrUnreceivable)
	})
}

// badCopies gives copies of good blocks whose signature is wrong, or whose work is too little or that of another kind.
func (s suite) badCopies(w scenario.World) {
	d := s.observer(w)
	bad := func(b lattice.Block, what string, c scenario.Clause, blamed int) {
		before := len(d.blamed)
		if d.gives(&b) || d.inLedger(&b) {
			w.Fail(c, "expected that %s is dropped, got it taken", what)
		}
		if got := d.status(&b); got != ledgers.Unknown {
			w.Fail(led4Nothing, "expected that %s is remembered as nothing, got %v", what, got)
		}
		if got := len(d.blamed) - before; got != blamed {
			w.Fail(led4Blamed, "expected that %d senders are blamed for %s, got %d", blamed, what, got)
		}
	}
	from := d.purse(1)
	sent := from.send(accountOf(d.reps[2]), 5)
	d.past = []*lattice.Block{sent}
	d.at(second/2, "give bad copies, then the good ones", func() {
		b := from.send(accountOf(d.reps[2]), 5)
		forged, idle, weak := *b, *b, *b
		forged.Signature[3] ^= 1
		bad(forged, "a copy with a wrong signature", led4Blamed, 1)
		idle.Work = workBetween(b.Hash(d.chain), 0, receiveWork)
		bad(idle, "a copy with too little work for anything", lat2Work, 0)
		weak.Work = workBetween(b.Hash(d.chain), receiveWork, sendWork)
		bad(weak, "a send with the work of a receive", lat2Work, 0)
		if !d.gives(b) {
			w.Fail(led4Nothing, "expected that the good copy is taken after bad ones, got it dropped")
		}
		receive := d.purse(2).make(stake+5, sent.Hash(d.chain), receiveWork)
		receive.Work = workBetween(receive.Hash(d.chain), receiveWork, sendWork)
		if !d.gives(receive) || !d.inLedger(receive) {
			w.Fail(lat2Work, "expected that a receive with the work of one is taken, got it dropped")
		}
		d.gossip.Deliver(lattice.KindBlock, b.Encode()[1:])
		if !slices.Equal(d.blamed, []network.Addr{ledgertest.Passer, ledgertest.Passer}) {
			w.Fail(led4Blamed, "expected that the sender of a block that is cut short is blamed, got %v", d.blamed)
		}
	})
}

// workBetween finds a nonce that is worth at least least and less than below.
func workBetween(hash lattice.Hash, least, below uint64) (nonce uint64) {
	for ; ; nonce++ {
		if value := lattice.WorkValue(nonce, hash); value >= least && value < below {
			return nonce
		}
	}
}

// gaps gives the blocks of two accounts in the wrong order.
func (s suite) gaps(w scenario.World) {
	d := s.observer(w)
	var first, second, open, more *lattice.Block
	d.at(500*time.Millisecond, "give the later blocks first", func() {
		from, to := d.purse(1), newPurse(d.chain, 0, accountOf(d.reps[2]))
		first, second = from.send(to.account, 7), from.send(to.account, 5)
		open, more = to.receive(first, 7), to.receive(second, 5)
		for _, b := range []*lattice.Block{more, open, second} {
			if !d.gives(b) {
				w.Fail(lat8Blocks, "expected that a block that waits travels on, got it kept")
			}
			if d.inLedger(b) {
				w.Fail(lat2Gap, "expected that a block waits for what it lacks, got it in the ledger")
			}
			d.wants(led3Waiting, ledgers.Waiting, b, "while it lacks another one")
		}
		d.gives(first)
		if !d.inLedger(first) || !d.inLedger(second) {
			w.Fail(lat2Gap, "expected that a block comes up with its previous one, got it left waiting")
		}
		if d.inLedger(open) {
			w.Fail(lat3Waits, "expected that an open waits until its source is cemented, got it in the ledger")
		}
		d.wants(lat2Source, ledgers.Waiting, open, "while its source is not cemented")
		d.decides(first)
		if !d.inLedger(open) {
			w.Fail(lat7Up, "expected that an open comes up when its source is cemented, got it left waiting")
		}
		if d.inLedger(more) {
			w.Fail(lat3Waits, "expected that a receive waits until its source is cemented, got it in the ledger")
		}
		d.decides(second, open)
		if !d.inLedger(more) {
			w.Fail(lat7Up, "expected that a receive comes up when its source is cemented, got it left waiting")
		}
		d.decides(more)
		d.wants(lat7Final, ledgers.Final, more, "when all before it is")
	})
}

// old gives rivals of blocks that are cemented: of a send, of the head, of an open.
func (s suite) old(w scenario.World) {
	d := s.observer(w)
	from, to := d.purse(1), newPurse(d.chain, 0, accountOf(d.reps[2]))
	beside, other := from.copy(), to.copy()
	first := from.send(to.account, 7)
	above := from.copy()
	d.past = []*lattice.Block{first, from.change(accountOf(d.reps[2])), to.receive(first, 7)}
	d.at(second/2, "give rivals of what is cemented", func() {
		other.rep = accountOf(d.reps[3])
		for _, b := range []*lattice.Block{beside.send(to.account, 9), above.send(to.account, 1), other.receive(first, 7)} {
			if d.gives(b) || d.inLedger(b) {
				w.Fail(lat2Old, "expected that a rival of a cemented block is refused, got it taken")
			}
			d.wants(lat2Old, ledgers.Refused, b, "as a rival of a cemented block")
		}
		for _, b := range d.past {
			d.wants(LAT7Good, ledgers.Final, b, "whatever comes later")
		}
	})
}

// order submits blocks with two faults: the cheaper one is named.
func (s suite) order(w scenario.World) {
	d := s.observer(w)
	d.at(second/2, "submit blocks with two faults", func() {
		named := func(b *lattice.Block, want error, what string) {
			if _, err := d.ledger.Submit(b.Encode()); !errors.Is(err, want) {
				w.Fail(lat2Order, "expected %q of %s, got %v", want, what, err)
			}
		}
		b := d.purse(1).send(accountOf(d.reps[2]), 5)
		b.Signature[0] ^= 1
		b.Work = workBetween(b.Hash(d.chain), 0, receiveWork)
		named(b, lattice.ErrWork, "a block without work and with a wrong signature")
		p := d.purse(1)
		p.head[0] ^= 1
		gap := p.send(accountOf(d.reps[2]), 5)
		gap.Signature[0] ^= 1
		named(gap, ledgers.ErrSignature, "a block with a wrong signature and no previous one")
		linked := d.purse(1).make(stake, [32]byte{1}, 0)
		linked.Work = workBetween(linked.Hash(d.chain), receiveWork, sendWork)
		named(linked, lattice.ErrWork, "a change with a link and the work of a receive")
	})
}
