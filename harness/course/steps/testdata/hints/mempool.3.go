package mempool

import (
	"slices"

	"strata/mempool"
)

func (p *pool) Transactions() []mempool.Transaction {
	var txs []mempool.Transaction
	for _, e := range p.queue {
		txs = append(txs, e.tx)
	}
	return txs
}

func (p *pool) Evict(ids ...mempool.TxID) {
	var left []pooled
	for _, e := range p.queue {
		if slices.Contains(ids, e.id) {
			p.forget(e)
		} else {
			left = append(left, e)
		}
	}
	p.queue = left
	if len(p.queue) == 0 {
		p.disarm()
	}
}

func (p *pool) expire() {
	p.timer = 0
	for len(p.queue) > 0 && !p.queue[0].expires.After(p.host.Now()) {
		oldest := p.queue[0]
		p.queue = p.queue[1:]
		p.forget(oldest)
	}
	if len(p.queue) > 0 {
		p.arm()
	}
}

func (p *pool) Stop() {
	p.stopped = true
	p.disarm()
}
