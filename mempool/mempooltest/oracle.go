package mempooltest

import (
	"time"

	"strata/mempool"
	"strata/scenario"
)

// oracle is a pool as plain as the rules MEM-3, MEM-4, MEM-7 and MEM-8: a list that is looked
// through each time. forged are the transactions that the suite itself signed wrongly.
type oracle struct {
	cfg    mempool.Config
	forged map[mempool.Transaction]bool
	txs    []mempool.Transaction // in order of arrival
	came   []time.Duration       // when each of them did
	taken  scenario.Clause       // by which one is taken that nothing speaks against
	says   scenario.Clause       // the last verdict
}

// add pools the transaction and returns nothing, or returns the errors of which one is due: where
// several rules speak against it, the pool may look at any of them first.
func (o *oracle) add(tx mempool.Transaction, now time.Duration) (errs []error) {
	o.expire(now)
	o.says = o.taken
	of := 0
	for _, other := range o.txs {
		if other.Sender != tx.Sender {
			continue
		}
		of++
		switch {
		case other == tx:
			o.says, errs = mem3Known, append(errs, mempool.ErrKnown)
		case other.Nonce == tx.Nonce:
			o.says, errs = MEM4First, append(errs, mempool.ErrConflict)
		}
	}
	if of >= o.cfg.MaxPerSender {
		o.says, errs = mem8Sender, append(errs, mempool.ErrSenderFull)
	}
	if o.forged[tx] {
		o.says, errs = mem1Refuses, append(errs, mempool.ErrBadSignature)
	}
	if errs != nil {
		return errs
	}
	if len(o.txs) == o.cfg.MaxTxs {
		o.remove(o.txs[0])
	}
	o.txs, o.came = append(o.txs, tx), append(o.came, now)
	return nil
}

// remove takes a transaction out, if it is there.
func (o *oracle) remove(tx mempool.Transaction) {
	for i := range o.txs {
		if o.txs[i] == tx {
			o.txs, o.came = append(o.txs[:i:i], o.txs[i+1:]...), append(o.came[:i:i], o.came[i+1:]...)
			return
		}
	}
}

// expire adds four payments at different times and looks at each a millisecond before and after it is
// due to leave. The same payment comes again in between, twice: it is refused as known, and does not
// stay longer by that.
func (o *oracle) expire(now time.Duration) {
	for len(o.txs) > 0 && now-o.came[0] >= o.cfg.KeepFor {
		o.remove(o.txs[0])
	}
}
