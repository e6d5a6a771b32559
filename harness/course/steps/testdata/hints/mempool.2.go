package mempool

import (
	"strata/mempool"
	"strata/network"
)

func (p *pool) received(from network.Addr, payload []byte) (pass bool) {
	tx, err := mempool.ParseTransaction(payload)
	if err == nil {
		err = p.Add(tx)
	}
	if err != nil {
		p.watcher.TransactionRefused(from, err)
	}
	return err == nil
}
