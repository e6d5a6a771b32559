package mempooltest

import (
	"slices"

	"strata/mempool"
)

// announce looks at the three ways in which a payment can be given to a pool by its own user. Announced
// it is pooled and gossiped, once; added it is pooled only, for it comes from a block that was undone
// and others know it. Announced a second time it is refused, and not gossiped again.
func announce(d *desk) {
	announced, added := Pay(0, 1, d.rand.Uint64N(3), 5), Pay(1, 2, d.rand.Uint64N(3), 10)
	third := Pay(2, 0, 7, 15)
	d.do("announce a payment", func() {
		_ = d.wants(mem1Takes, describe(announced), nil, d.pool.Announce(announced)) &&
			d.sent(mem1Takes, announced) && d.pooled(mem1Takes, announced) && d.sent(mem1Takes, announced)
	})
	d.do("add another", func() {
		// Only what this item of work broadcasts counts: the one before it may have been left out.
		before := len(d.gossip.sent)
		if d.wants(mem1Takes, describe(added), nil, d.pool.Add(added)) && len(d.gossip.sent) != before {
			d.Fail(mem1Takes, "expected Add to gossip nothing, got %d broadcasts", len(d.gossip.sent)-before)
		}
	})
	d.do("announce it again, and a third", func() {
		before := len(d.gossip.sent)
		if err := d.pool.Add(announced); err == nil {
			return // the first item of work was left out
		}
		_ = d.wants(mem3Known, "the same payment again", []error{mempool.ErrKnown}, d.pool.Announce(announced)) &&
			d.wants(mem1Takes, describe(third), nil, d.pool.Announce(third)) && d.pooled(mem1Takes, third)
		if got := len(d.gossip.sent) - before; got != 1 {
			d.Fail(mem3Known, "expected 1 broadcast, of the new payment only, got %d", got)
		}
	})
}

// announceForged gives the pool a payment that was changed after it was signed, by both ways. Neither
// pools nor gossips it. The true payment, which has the same sender and nonce, is taken afterwards: a
// forgery must not take the place of what it forges.
func announceForged(d *desk) {
	tx := Pay(0, 1, d.rand.Uint64N(3), 5)
	forged := d.forged(tx)
	d.do("announce and add a forged payment", func() {
		_ = d.wants(mem1Refuses, "a forged payment", []error{mempool.ErrBadSignature}, d.pool.Announce(forged)) &&
			d.wants(mem1Refuses, "a forged payment", []error{mempool.ErrBadSignature}, d.pool.Add(forged)) &&
			d.sent(mem1Refuses)
	})
	d.do("announce the true one", func() {
		_ = d.wants(mem1Takes, "the true payment after a forged one", nil, d.pool.Announce(tx)) && d.sent(mem1Takes, tx)
	})
}

// conflict spends one nonce three times: to the same recipient with another amount, and to another one.
// The first stays. The next nonce of that sender, and the same nonce of another, are in conflict with
// nothing.
func conflict(d *desk) {
	nonce := d.rand.Uint64N(3)
	first, other, elsewhere := Pay(0, 1, nonce, 5), Pay(0, 1, nonce, 10), Pay(0, 2, nonce, 5)
	d.do("pay twice with one nonce", func() {
		_ = d.wants(mem1Takes, describe(first), nil, d.pool.Add(first)) &&
			d.wants(MEM4First, "another amount with the same nonce", []error{mempool.ErrConflict}, d.pool.Add(other)) &&
			d.wants(MEM4First, "another recipient with the same nonce",
				[]error{mempool.ErrConflict}, d.pool.Announce(elsewhere)) &&
			d.sent(MEM4First) && d.pooled(MEM4First, first) &&
			d.wants(MEM4First, "the next nonce", nil, d.pool.Add(Pay(0, 1, nonce+1, 5))) &&
			d.wants(MEM4First, "another sender's same nonce", nil, d.pool.Add(Pay(1, 0, nonce, 5)))
	})
}

// fullPool fills a small pool and goes on. Each newcomer is taken, and the oldest makes room for it,
// whoever sent it; the oldest may come again, since the pool knows nothing of them any longer.
func fullPool(d *desk) {
	d.cfg.MaxTxs = 2 + d.rand.IntN(4)
	// The senders take turns, so that the oldest are not all of one of them.
	over := 1 + d.rand.IntN(3)
	var txs []mempool.Transaction
	for i := range d.cfg.MaxTxs + over {
		txs = append(txs, Pay(i%3, 3, uint64(i), 5))
	}
	d.do("add more than the pool holds", func() {
		for _, tx := range txs {
			if !d.wants(mem8Oldest, describe(tx), nil, d.pool.Add(tx)) {
				return
			}
		}
		d.pooled(mem8Oldest, txs[over:]...)
	})
	d.do("add again what had to go", func() {
		for _, tx := range txs[:over] {
			if !d.wants(mem8Oldest, "the oldest, which made room and comes again,", nil, d.pool.Add(tx)) {
				return
			}
		}
	})
}

// fullSender fills a sender's places and adds one more, by both ways: it is refused, and not gossiped.
// Other senders are not concerned. When the pool itself is full the oldest goes, which was the first
// sender's, and the one that was refused has a place.
func fullSender(d *desk) {
	d.cfg.MaxPerSender = 1 + d.rand.IntN(3)
	d.cfg.MaxTxs = d.cfg.MaxPerSender + 2
	// Two more than one sender may have fit into the pool.
	most := uint64(d.cfg.MaxPerSender)
	d.do("add more than one sender may have", func() {
		for nonce := range most {
			if tx := Pay(0, 1, nonce, 5); !d.wants(mem8Sender, describe(tx), nil, d.pool.Add(tx)) {
				return
			}
		}
		over := Pay(0, 1, most, 5)
		_ = d.wants(mem8Sender, "one more of a full sender", []error{mempool.ErrSenderFull}, d.pool.Add(over)) &&
			d.wants(mem8Sender, "one more of a full sender", []error{mempool.ErrSenderFull}, d.pool.Announce(over)) &&
			d.sent(mem8Sender) &&
			d.wants(mem8Sender, "another sender", nil, d.pool.Add(Pay(1, 0, 0, 5))) &&
			d.wants(mem8Sender, "a third sender", nil, d.pool.Add(Pay(2, 0, 0, 5))) &&
			d.wants(mem8Oldest, "a fourth sender, for whom the oldest makes room,", nil, d.pool.Add(Pay(3, 0, 0, 5))) &&
			d.wants(mem8Sender, "the first sender, who has a place again,", nil, d.pool.Add(over))
	})
}

// randomAdds draws twelve transactions that are new, known, in conflict, forged or too many, adds or
// announces them, and asks the oracle for each what has to come of it. A broadcast comes exactly when a
// transaction is announced and taken.
func randomAdds(d *desk) {
	d.cfg = mempool.Config{MaxTxs: 4 + d.rand.IntN(4), MaxPerSender: 2 + d.rand.IntN(2)}
	plain := d.oracle()
	full := d.Sometimes("the oldest made room in a full pool")
	refused := d.refusals()
	for range 12 {
		tx, announced := d.draw(plain), d.rand.IntN(3) == 0
		d.do("add "+describe(tx), func() {
			add, before := d.pool.Add, len(d.gossip.sent)
			if announced {
				add = d.pool.Announce
			}
			// The oracle is asked first: what it says must not depend on what the pool did.
			crowd := len(plain.txs) == plain.cfg.MaxTxs
			want := plain.add(tx, d.now())
			full(crowd && want == nil)
			refused(want)
			if !d.wants(plain.says, describe(tx), want, add(tx)) {
				return
			}
			if got := len(d.gossip.sent) - before; (got == 1) != (announced && want == nil) || got > 1 {
				d.Fail(mem1Takes, "expected a broadcast exactly if a transaction is announced and taken, got %d", got)
			}
		})
	}
}

// refusals declares that random transactions are refused for every reason that there is, and returns
// what to tell of each verdict.
func (d *desk) refusals() func([]error) {
	reasons := []error{mempool.ErrKnown, mempool.ErrConflict, mempool.ErrSenderFull, mempool.ErrBadSignature}
	met := make([]func(bool), len(reasons))
	for i, reason := range reasons {
		met[i] = d.Sometimes("a transaction was refused: " + reason.Error())
	}
	return func(verdict []error) {
		for i, reason := range reasons {
			met[i](slices.Contains(verdict, reason))
		}
	}
}

// draw makes a random transaction: new, known, in conflict or forged. Few senders and nonces make
// meetings likely.
func (d *desk) draw(plain *oracle) mempool.Transaction {
	from := d.rand.IntN(3)
	tx := Pay(from, 3, d.rand.Uint64N(4), 5+5*(d.rand.Uint64N(4)/3))
	if d.rand.IntN(5) == 0 {
		tx = d.forged(tx)
		plain.forged[tx] = true
	}
	return tx
}

// without is the list without one of its elements.
func without(txs []mempool.Transaction, gone mempool.Transaction) []mempool.Transaction {
	return slices.DeleteFunc(slices.Clone(txs), func(tx mempool.Transaction) bool { return tx == gone })
}
