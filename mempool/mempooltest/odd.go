package mempooltest

import (
	"errors"
	"slices"

	"strata/mempool"
	"strata/scenario"
)

// odd grades what is rare: a gossip that refuses, forgeries that come to full places, an id that is named twice.
func (s suite) odd() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "mempool/gossip-refuses", Step: "mempool.1", Rules: []string{"MEM-1"}, For: moment, RealTime: true,
			Title: "A transaction that gossip refuses is not pooled, and Announce says why.",
			Setup: s.desk(gossipRefuses),
		}),
		scenario.New(scenario.Scenario{
			Name: "mempool/forged-when-full", Step: "mempool.1", Rules: []string{"MEM-8", "MEM-1"}, For: moment,
			RealTime: true,
			Title:    "A forged transaction takes nobody's place, in a full pool as little as with a sender.",
			Setup:    s.desk(forgedWhenFull),
		}),
		scenario.New(scenario.Scenario{
			Name: "mempool/evict-twice", Step: "mempool.3", Rules: []string{"MEM-6", "MEM-8"}, For: moment,
			RealTime: true,
			Title:    "Naming a transaction twice evicts it once: its sender gets one place back.",
			Setup:    s.desk(evictTwice),
		}),
		scenario.New(scenario.Scenario{
			Name: "mempool/evict-many", Step: "mempool.3", Rules: []string{"MEM-6", "MEM-5"}, For: moment,
			RealTime: true,
			Title:    "Evicting many at once removes them all, and nothing else.",
			Setup:    s.desk(evictMany),
		}),
	}
}

// errNoGossip is what the gossip of a scenario says when it refuses.
var errNoGossip = errors.New("gossip refuses")

// gossipRefuses has gossip take nothing for a while. What is announced then is not pooled, also not in a full
// pool, where it must not take the oldest's place; when gossip takes it again it is announced as if new.
func gossipRefuses(d *desk) {
	d.cfg.MaxTxs = 2
	first, second, refused := Pay(0, 1, 0, 5), Pay(1, 0, 0, 5), Pay(2, 0, d.rand.Uint64N(3), 5)
	for _, full := range []bool{false, true} {
		d.do("announce what gossip refuses", func() {
			if full && !(d.wants(mem1Takes, describe(first), nil, d.pool.Add(first)) &&
				d.wants(mem1Takes, describe(second), nil, d.pool.Add(second))) {
				return
			}
			d.gossip.refuses = errNoGossip
			err := d.pool.Announce(refused)
			d.gossip.refuses = nil
			if !errors.Is(err, errNoGossip) {
				d.Fail(mem1Refuses, "expected Announce to return the error of gossip, %v, got %v", errNoGossip, err)
				return
			}
			if full {
				_ = d.pooled(mem1Refuses, first, second)
			}
		})
	}
	d.do("announce it when gossip takes it", func() {
		_ = d.wants(mem1Takes, describe(refused), nil, d.pool.Announce(refused)) && d.sent(mem1Takes, refused)
	})
}

// forgedWhenFull fills the pool, one sender has all of its places, and then forgeries come: in the name of that
// sender, with a nonce that is pooled and with a new one, and in that of others. Everything stays as it was.
func forgedWhenFull(d *desk) {
	d.cfg.MaxTxs, d.cfg.MaxPerSender = 4, 2
	txs := []mempool.Transaction{Pay(1, 3, 0, 5), Pay(0, 3, 0, 5), Pay(0, 3, 1, 5), Pay(2, 3, 0, 5)}
	d.do("fill the pool", func() {
		for _, tx := range txs {
			if !d.wants(mem1Takes, describe(tx), nil, d.pool.Add(tx)) {
				return
			}
		}
	})
	for _, tx := range []mempool.Transaction{
		Pay(0, 3, 1, 5), Pay(0, 3, 2, 5), Pay(1, 3, 1, 5), Pay(2, 3, 7, 5), Pay(4, 3, 0, 5),
	} {
		forged := d.forged(tx)
		d.do("add and announce a forgery", func() {
			for _, give := range []func(mempool.Transaction) error{d.pool.Add, d.pool.Announce} {
				if give(forged) == nil {
					d.Fail(mem1Refuses, "expected a forged payment to be refused, got it taken")
					return
				}
			}
			_ = d.pooled(mem8Refused, txs[0]) // the oldest, who would have to go
		})
	}
	d.do("look at all, and give the second sender what is its due", func() {
		_ = d.pooled(mem8Refused, txs[0], txs[3]) &&
			d.wants(mem8Refused, "the second sender's second payment", nil, d.pool.Add(Pay(1, 3, 1, 5)))
	})
}

// evictTwice fills a sender's places and evicts one transaction, which is named twice, or three times. There is
// one place then, and not more.
func evictTwice(d *desk) {
	d.cfg.MaxPerSender = 3
	txs := []mempool.Transaction{Pay(0, 1, 0, 5), Pay(0, 1, 1, 5), Pay(0, 1, 2, 5)}
	gone := txs[d.rand.IntN(3)]
	d.do("evict one, named several times", func() {
		for _, tx := range txs {
			if !d.wants(mem1Takes, describe(tx), nil, d.pool.Add(tx)) {
				return
			}
		}
		d.pool.Evict(gone.ID(), gone.ID(), gone.ID())
		_ = d.lists(mem6Evicts, "evicting one that is named three times", without(txs, gone)) &&
			d.wants(mem8Sender, "one more, for the place of the evicted", nil, d.pool.Add(Pay(0, 1, 3, 5))) &&
			d.wants(mem8Sender, "one beyond the sender's places",
				[]error{mempool.ErrSenderFull}, d.pool.Add(Pay(0, 1, 4, 5)))
	})
}

// evictMany fills the pool with 60 payments of four senders and evicts 50 at once, which are drawn and named in any
// order. The ten others stand in the order that they had.
func evictMany(d *desk) {
	var txs []mempool.Transaction
	for n := range 60 {
		txs = append(txs, Pay(n%4, 4, uint64(n/4), 5))
	}
	order := d.rand.Perm(len(txs))
	d.do("evict 50 of 60", func() {
		for _, tx := range txs {
			if !d.wants(mem1Takes, describe(tx), nil, d.pool.Add(tx)) {
				return
			}
		}
		left := slices.Clone(txs)
		var gone []mempool.TxID
		for _, i := range order[:50] {
			left, gone = without(left, txs[i]), append(gone, txs[i].ID())
		}
		d.pool.Evict(gone...)
		d.lists(mem6Evicts, "evicting 50 of 60", left)
	})
}
