package mempool

import "strata/mempool"

func (p *pool) check(tx mempool.Transaction, id mempool.TxID) error {
	if pooled, taken := p.slots[slot{tx.Sender, tx.Nonce}]; taken && pooled == id {
		return mempool.ErrKnown
	} else if taken {
		return mempool.ErrConflict
	}
	if p.counts[tx.Sender] == p.cfg.MaxPerSender {
		return mempool.ErrSenderFull
	}
	return p.cfg.Verifier.Verify(tx)
}

func (p *pool) insert(tx mempool.Transaction, id mempool.TxID) {
	if len(p.queue) == p.cfg.MaxTxs {
		oldest := p.queue[0]
		p.queue = p.queue[1:]
		p.forget(oldest)
	}
	p.queue = append(p.queue, pooled{tx, id, p.host.Now().Add(p.cfg.KeepFor)})
	p.slots[slot{tx.Sender, tx.Nonce}] = id
	p.counts[tx.Sender]++
	p.watcher.TransactionPooled(tx)
	p.arm()
}

func (p *pool) Add(tx mempool.Transaction) error {
	if err := p.check(tx, tx.ID()); err != nil {
		return err
	}
	p.insert(tx, tx.ID())
	return nil
}

func (p *pool) Announce(tx mempool.Transaction) error {
	if err := p.check(tx, tx.ID()); err != nil {
		return err
	}
	if err := p.gossip.Broadcast(mempool.KindNewTx, tx.Text()); err != nil {
		return err
	}
	p.insert(tx, tx.ID())
	return nil
}
