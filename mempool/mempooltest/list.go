package mempooltest

import (
	"slices"
	"time"

	"strata/mempool"
)

// listing is a script that begins with the list of the empty pool.
func listing(script func(d *desk)) func(d *desk) {
	return func(d *desk) {
		d.do("list the empty pool", func() { d.lists(mem5Order, "nothing", nil) })
		script(d)
	}
}

// order adds, announces and receives five payments and looks at the list after each: it is in order of
// arrival, whatever the way, the sender and the nonce. Then it reverses and overwrites the list that it
// got, which is the caller's, and looks again.
func order(d *desk) {
	var want []mempool.Transaction
	for i := range 5 {
		tx := Pay(d.rand.IntN(3), 3, 10*d.rand.Uint64N(2)+uint64(i), 5)
		d.do("add, announce or receive a payment", func() {
			taken, says := true, mem1Takes
			switch i % 3 {
			case 0:
				taken = d.pool.Add(tx) == nil
			case 1:
				taken = d.pool.Announce(tx) == nil
			case 2:
				taken, says = d.receives(tx.Text()), mem2Arrives
			}
			if !taken {
				d.Fail(says, "expected %s to be taken, got it refused", describe(tx))
				return
			}
			want = append(want, tx)
			d.lists(mem5Order, "each arrival", want)
		})
	}
	d.do("spoil the list", func() {
		list := d.pool.Transactions()
		slices.Reverse(list)
		clear(list[:len(list)/2])
		_ = append(list[:0], Pay(5, 6, 0, 5))
		d.lists(mem5Slice, "a caller changed its list", want)
	})
}

// evict puts five payments in an order that is drawn and takes one out, together with ids that are not
// there and its own a second time. The others stay where they were, its nonce and its place are free,
// and when all are gone it may come again.
func evict(d *desk) {
	d.cfg.MaxPerSender = 3
	txs := []mempool.Transaction{Pay(0, 1, 0, 5), Pay(1, 0, 0, 5), Pay(0, 1, 1, 5), Pay(2, 0, 0, 5), Pay(0, 1, 2, 5)}
	d.rand.Shuffle(len(txs), func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
	gone := txs[d.rand.IntN(len(txs))]
	d.do("evict", func() {
		for _, tx := range txs {
			if !d.wants(mem1Takes, describe(tx), nil, d.pool.Add(tx)) {
				return
			}
		}
		// The others, in the order that they had.
		left := without(txs, gone)
		d.pool.Evict()
		d.pool.Evict(Pay(3, 1, 9, 5).ID(), mempool.TxID{})
		if !d.lists(mem6Absent, "evicting what is not there", txs) {
			return
		}
		d.pool.Evict(Pay(3, 1, 8, 5).ID(), gone.ID(), Pay(3, 1, 9, 5).ID(), gone.ID())
		if !d.lists(mem6Evicts, "evicting one", left) {
			return
		}
		d.pool.Evict(gone.ID())
		// Another payment with the sender and nonce of the evicted one: nothing must stand in its way.
		again := gone
		for n := range 3 {
			if Account(n) == gone.Sender {
				again = Pay(n, 3, gone.Nonce, 5)
			}
		}
		_ = d.lists(mem6Absent, "evicting it again", left) &&
			d.wants(mem6Evicts, "another payment with its sender and nonce", nil, d.pool.Add(again)) &&
			d.lists(mem6Evicts, "adding in its place", append(left, again))
		for _, tx := range append(left, again) {
			d.pool.Evict(tx.ID())
		}
		_ = d.lists(mem6Evicts, "evicting all", nil) &&
			d.wants(mem6Evicts, "the evicted one again", nil, d.pool.Add(gone))
	})
}

// expire adds four payments at different times and looks at each a millisecond before and after it is
// due to leave. The same payment comes again in between, twice: it is refused as known, and does not
// stay longer by that.
func expire(d *desk) {
	d.cfg.KeepFor = time.Duration(d.rand.IntN(2)) * (20*time.Second + time.Duration(d.rand.IntN(9000))*time.Millisecond)
	keep := d.cfg.KeepFor
	if keep == 0 {
		// The default is what MEM-7 says.
		keep = time.Minute // the default
	}
	for n := range 4 {
		tx := Pay(n, 4, d.rand.Uint64N(3), 5)
		came := time.Second + time.Duration(n)*keep/8 + time.Duration(d.rand.IntN(100))*time.Millisecond
		// Each of the four is looked at by itself; the others come and go in between.
		listed := func() bool { return slices.Contains(d.pool.Transactions(), tx) }
		took := false
		d.At(came, d.node, "add a payment", func() { took = d.wants(mem1Takes, describe(tx), nil, d.pool.Add(tx)) })
		d.At(came+keep*2/3, d.node, "the same payment comes again", func() {
			if took {
				_ = d.wants(mem3Known, "a duplicate", []error{mempool.ErrKnown}, d.pool.Add(tx)) &&
					d.passes(mem3Known, "a duplicate", false, tx.Text())
			}
		})
		d.At(came+keep-time.Millisecond, d.node, "look just before it expires", func() {
			if took && !listed() {
				d.Fail(mem7Leaves, "expected %s, which came at %v, to stay for %v, got it gone at %v",
					describe(tx), came, keep, d.now())
			}
		})
		d.At(came+keep+time.Millisecond, d.node, "look just after it expired", func() {
			if listed() {
				d.Fail(mem7Leaves, "expected %s, which came at %v, to leave after %v, got it listed at %v",
					describe(tx), came, keep, d.now())
			}
		})
	}
}

// expireFrees gives a sender one place and adds its second payment too early, when it is refused, and
// again when the first has expired, when it is taken. Then the first comes back. An index that outlives
// the list would go on refusing it.
func expireFrees(d *desk) {
	d.cfg = mempool.Config{KeepFor: 10 * time.Second, MaxPerSender: 1, MaxTxs: 2}
	plain := d.oracle()
	plain.taken = mem7Leaves // its place was freed
	first, second := Pay(0, 1, d.rand.Uint64N(2), 5), Pay(0, 2, d.rand.Uint64N(2), 10)
	came := time.Second + time.Duration(d.rand.IntN(1000))*time.Millisecond
	// Between two moments of expiry, and after the last: the list says what is left.
	look := func(at time.Duration) {
		d.At(at, d.node, "look at the pool", func() {
			plain.expire(d.now())
			d.lists(mem7Leaves, "some time", plain.txs)
		})
	}
	d.At(came, d.node, "add a payment", func() { d.play(plain, first, d.pool.Add) })
	d.At(came+9*time.Second, d.node, "add the sender's next", func() { d.play(plain, second, d.pool.Add) })
	d.At(came+11*time.Second, d.node, "add the sender's next again", func() { d.play(plain, second, d.pool.Add) })
	d.At(came+22*time.Second, d.node, "add the first again", func() { d.play(plain, first, d.pool.Add) })
	look(came + 23*time.Second)
	look(came + 31*time.Second)
	look(came + 33*time.Second)
}

// oracle is one for the desk's pool.
func (d *desk) oracle() *oracle {
	return &oracle{cfg: d.config(), forged: map[mempool.Transaction]bool{}, taken: mem1Takes}
}

// play adds the transaction to the pool and to the oracle, and compares.
func (d *desk) play(plain *oracle, tx mempool.Transaction, add func(mempool.Transaction) error) {
	want := plain.add(tx, d.now())
	if d.wants(plain.says, describe(tx), want, add(tx)) {
		d.lists(mem5Order, describe(tx), plain.txs)
	}
}

// stop has a pool with payments that would expire, some of which were evicted, and stops it twice. No
// timer may be left on a host on which nobody else sets one, and what is added afterwards must not set
// another.
func stop(d *desk) {
	// Each of them would leave after a minute; some are evicted before, the rest is there at Stop.
	for i := range uint64(4) {
		d.do("add a payment", func() { d.wants(mem1Takes, "a payment", nil, d.pool.Add(Pay(0, 1, i, 5))) })
	}
	d.At(time.Duration(1+d.rand.IntN(20))*time.Second, d.node, "evict some", func() {
		d.pool.Evict(Pay(0, 1, 0, 5).ID(), Pay(0, 1, 2, 5).ID())
	})
	d.At(time.Duration(25+d.rand.IntN(60))*time.Second, d.node, "stop, twice", func() {
		d.pool.Stop()
		d.pool.Stop()
		_ = d.pool.Add(Pay(1, 0, 0, 5)) // whatever it says
		if timers := d.Usage(d.node).Timers; timers != 0 {
			d.Fail(mem7Stop, "expected no timer after Stop, got %d", timers)
		}
	})
}

// randomLife draws 30 things that can happen to a pool, and compares its list with the oracle's after
// each. Everything is scheduled so that no work falls on the moment of an expiry: work comes at
// multiples of 1,001 ms, and the stay is a multiple of 1,000 ms.
func randomLife(d *desk) {
	d.cfg = mempool.Config{KeepFor: time.Duration(3+d.rand.IntN(20)) * time.Second, MaxTxs: 3 +
		d.rand.IntN(4), MaxPerSender: 1 + d.rand.IntN(3)}
	plain := d.oracle()
	expired := d.Sometimes("a transaction that had expired came again and was taken")
	evicted := d.Sometimes("a transaction that was pooled was evicted")
	full := d.Sometimes("the pool was full")
	// What has expired, so that its return can be noticed.
	gone := make(map[mempool.Transaction]bool)
	for i := range 30 {
		tx, what := d.draw(plain), d.rand.IntN(5)
		d.At(time.Duration(i+1)*1001*time.Millisecond, d.node, "something happens with "+describe(tx), func() {
			before := slices.Clone(plain.txs)
			plain.expire(d.now())
			for _, old := range before[:len(before)-len(plain.txs)] {
				gone[old] = true
			}
			if !d.lists(mem7Leaves, "some time", plain.txs) {
				return
			}
			full(len(plain.txs) == plain.cfg.MaxTxs)
			evicted(what == 0 && slices.Contains(plain.txs, tx))
			switch what {
			case 0:
				d.pool.Evict(tx.ID())
				plain.remove(tx)
			case 1:
				want := plain.add(tx, d.now())
				d.passes(plain.says, describe(tx), want == nil, tx.Text())
			case 2:
				d.play(plain, tx, d.pool.Announce)
			default:
				d.play(plain, tx, d.pool.Add)
			}
			expired(gone[tx] && slices.Contains(plain.txs, tx))
			d.lists(mem5Order, describe(tx), plain.txs)
		})
	}
}
