package mempooltest

import (
	"slices"
	"time"

	"strata/mempool"
	"strata/network"
)

// ear is a watcher that keeps a list of its own of what it was told, and notices what cannot be: that something
// comes that is there, or leaves that is not.
type ear struct {
	*desk
	pooled  []mempool.Transaction // told of, and not of their leaving
	refused []refusal
}

// refusal is what the ear was told of one transaction that a peer sent.
type refusal struct {
	from network.Addr
	err  error
}

// listen has the pool start with an ear.
func (d *desk) listen() *ear {
	e := &ear{desk: d}
	d.watcher = e
	return e
}

// TransactionPooled notes the transaction.
func (e *ear) TransactionPooled(tx mempool.Transaction) {
	if slices.Contains(e.pooled, tx) {
		e.Fail(mem9Told, "expected the watcher to be told once that %s is pooled, got it told again", describe(tx))
	}
	e.pooled = append(e.pooled, tx)
}

// TransactionLeft takes the transaction off the list.
func (e *ear) TransactionLeft(tx mempool.Transaction) {
	if !slices.Contains(e.pooled, tx) {
		e.Fail(mem9Told, "expected the watcher to be told of what leaves the pool, got it told of %s, "+
			"which it was not told is there", describe(tx))
	}
	e.pooled = without(e.pooled, tx)
}

// TransactionRefused notes what was refused, and why.
func (e *ear) TransactionRefused(from network.Addr, err error) {
	e.refused = append(e.refused, refusal{from, err})
}

// told checks that the ear knows what is pooled.
func (e *ear) told(after string, want []mempool.Transaction) bool {
	if slices.Equal(e.pooled, want) {
		return true
	}
	e.Fail(mem9Told, "after %s: expected the watcher to know that the pool is %s, got it told that the pool is %s",
		after, describeAll(want), describeAll(e.pooled))
	return false
}

// toldWhy checks that the ear was told of one more refusal, with one of the reasons, or of none if there
// is no reason.
func (e *ear) toldWhy(what string, reasons ...error) bool {
	told := e.refused
	e.refused = nil
	switch {
	case len(told) == 0 && len(reasons) == 0:
		return true
	case len(told) != min(1, len(reasons)):
		e.Fail(mem9Refused, "expected the watcher to be told of %d refusals of %s, got %d",
			min(1, len(reasons)), what, len(told))
	case told[0].from != neighbour:
		e.Fail(mem9Refused, "expected the watcher to be told that %s came from %s, got %q", what, neighbour,
			told[0].from)
	case !slices.ContainsFunc(reasons, func(reason error) bool { return only(told[0].err, reason) }):
		e.Fail(mem9Refused, "expected the watcher to be told that %s is %s, got it %s",
			what, verdict(reasons...), verdict(told[0].err))
	default:
		return true
	}
	return false
}

// watchArrivals has gossip bring one payload for each reason to refuse it, and good ones in between.
// The watcher is told of each, who sent it and why it was refused, so that somebody can hold it against
// the sender. Add and Announce refuse as well, and that is not a peer's doing: their caller hears of
// it.
func watchArrivals(d *desk) {
	d.cfg.MaxPerSender = 2
	plain, watcher, nonce := d.oracle(), d.listen(), d.rand.Uint64N(3)
	forged := d.forged(Pay(1, 2, nonce, 5))
	plain.forged[forged] = true
	brings := func(what string, tx mempool.Transaction) {
		d.do("gossip brings "+what, func() {
			want := plain.add(tx, d.now())
			d.receives(tx.Text())
			_ = watcher.toldWhy(what, want...) && watcher.told("gossip brought "+what, plain.txs)
		})
	}
	brings("a payment", Pay(0, 1, nonce, 5))
	brings("it again", Pay(0, 1, nonce, 5))
	brings("another payment with its nonce", Pay(0, 2, nonce, 5))
	brings("a forged payment", forged)
	d.do("gossip brings half a payment", func() {
		d.receives(forged.Text()[:100])
		_ = watcher.toldWhy("half a payment", mempool.ErrMalformed) &&
			watcher.told("gossip brought half a payment", plain.txs)
	})
	brings("the sender's next payment", Pay(0, 1, nonce+1, 5))
	brings("a third payment of a sender who may have two", Pay(0, 1, nonce+2, 5))
	d.do("announce a forged payment", func() {
		d.start()
		_ = d.pool.Announce(forged)
		watcher.toldWhy("a payment that no peer sent")
	})
}

// watchLife has a pool live as randomLife does, and compares what it lists with what the ear knows. A
// watcher that keeps a list of its own, by what it is told alone, must have the pool's list at any
// time: also when something expires, or makes room.
func watchLife(d *desk) {
	d.cfg = mempool.Config{KeepFor: time.Duration(3+d.rand.IntN(8)) * time.Second, MaxTxs: 3 + d.rand.IntN(3)}
	plain, watcher := d.oracle(), d.listen()
	left := d.Sometimes("a transaction left, and the watcher knew of it")
	for i := range 30 {
		tx, what := d.draw(plain), d.rand.IntN(4)
		d.At(time.Duration(i+1)*1001*time.Millisecond, d.node, "something happens with "+describe(tx), func() {
			d.start()
			before := len(watcher.pooled)
			switch what {
			case 0:
				d.pool.Evict(tx.ID())
			case 1:
				d.receives(tx.Text())
			case 2:
				_ = d.pool.Announce(tx) // whatever it says: the list tells
			default:
				_ = d.pool.Add(tx)
			}
			left(len(watcher.pooled) < before)
			watcher.told(describe(tx), d.pool.Transactions())
		})
		d.At(time.Duration(i+1)*1001*time.Millisecond+500*time.Millisecond, d.node, "look at the pool", func() {
			watcher.told("some time", d.pool.Transactions())
		})
	}
}

// watchAtOnce has three payments come at one moment, so that they expire at one, and three more that are
// evicted together. The watcher is told of each that leaves, also when several do.
func watchAtOnce(d *desk) {
	d.cfg.KeepFor = 10 * time.Second
	watcher := d.listen()
	three := func(nonce uint64) (txs []mempool.Transaction) {
		for n := range 3 {
			txs = append(txs, Pay(n, 4, nonce, 5))
		}
		return txs
	}
	arrive := func(at time.Duration, txs []mempool.Transaction) {
		d.At(at, d.node, "add three payments", func() {
			d.start()
			for _, tx := range txs {
				d.wants(mem1Takes, describe(tx), nil, d.pool.Add(tx))
			}
			watcher.told("three arrived", txs)
		})
	}
	arrive(time.Second, three(0))
	d.At(12*time.Second, d.node, "look at the pool", func() {
		_ = d.pool.Transactions() // a pool may wait until somebody asks
		watcher.told("three expired", nil)
	})
	evicted := three(1)
	arrive(13*time.Second, evicted)
	d.At(14*time.Second, d.node, "evict them", func() {
		d.pool.Evict(evicted[2].ID(), evicted[0].ID(), evicted[1].ID())
		watcher.told("three were evicted", nil)
	})
}
