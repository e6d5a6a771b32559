package mempooltest

import (
	"math"

	"strata/mempool"
)

// extremes pools payments with numbers at their limits, and payments to oneself. None is special, and two of
// one sender with nonces at both ends are not in conflict.
func extremes(d *desk) {
	txs := []mempool.Transaction{
		Pay(0, 1, math.MaxUint64, 5), Pay(0, 1, 0, math.MaxUint64), Pay(0, 0, 1, 0),
		Pay(1, 1, math.MaxUint64, math.MaxUint64),
		Pay(1, 0, math.MaxUint64-1, 0), Pay(2, 0, 1<<63, 1<<63),
	}
	d.rand.Shuffle(len(txs), func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
	d.do("announce payments with numbers at their limits", func() {
		for _, tx := range txs {
			if !d.wants(mem1Takes, describe(tx), nil, d.pool.Announce(tx)) {
				return
			}
		}
		_ = d.pooled(mem1Takes, txs...) && d.sent(mem1Takes, txs...) &&
			d.wants(MEM4First, "another payment with nonce 2^64-1", []error{mempool.ErrConflict},
				d.pool.Add(Pay(0, 2, math.MaxUint64, 5)))
	})
}
