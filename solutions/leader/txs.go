package leader

import (
	"fmt"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

// A transaction's way into the pools: it comes from a client or with others in a message, is checked, waits, and is passed
// on with others.

// pooled takes a transaction into the pool. Errors: ErrSignature, ErrStale, ErrFull.
func (n *node) pooled(id ledgers.OpID, tx *leader.Transaction) (fresh bool, err error) {
	if fresh, err = n.wanting(id, tx); !fresh || err != nil {
		return false, err
	}
	if !tx.Verify(n.chain) {
		return false, ledgers.ErrSignature
	}
	if fresh, err = n.add(id, tx); fresh {
		n.build.arrived(n)
	}
	return fresh, err
}

// pooledAll takes those of many transactions into the pool that are wanted, and returns them. If one of these has a wrong
// signature none is taken: the error is ErrSignature.
func (n *node) pooledAll(txs []*leader.Transaction) (news []*leader.Transaction, err error) {
	var fresh []*leader.Transaction
	var ids []ledgers.OpID
	for _, tx := range txs {
		id := tx.ID(n.chain)
		if wanted, err := n.wanting(id, tx); wanted && err == nil {
			fresh, ids = append(fresh, tx), append(ids, id)
		}
	}
	if !leader.VerifyAll(n.chain, fresh) {
		return nil, ledgers.ErrSignature
	}
	for i, tx := range fresh {
		if added, err := n.add(ids[i], tx); added && err == nil {
			news = append(news, tx)
		}
	}
	if len(news) > 0 {
		n.build.arrived(n)
	}
	return news, nil
}

// wanting says whether a transaction is new here and may still be executed. Errors: ErrStale.
func (n *node) wanting(id ledgers.OpID, tx *leader.Transaction) (bool, error) {
	if n.pool.Get(id) != nil || n.build.inLog(id) {
		return false, nil
	}
	if next := n.state.Next(tx.Client); tx.Number < next {
		return false, fmt.Errorf("%w: number %d, the client's next is %d (LDR-8)", ledgers.ErrStale, tx.Number, next)
	}
	return true, nil
}

// add puts a transaction whose signature is right into the pool. Errors: ErrStale, ErrFull.
func (n *node) add(id ledgers.OpID, tx *leader.Transaction) (fresh bool, err error) {
	if fresh, err = n.pool.Add(id, tx); fresh {
		n.keep.waits(n, tx)
		n.votes.work(n.host.Now())
	}
	return fresh, err
}

// onTx takes transactions that others pass on. Those that are no news are not passed on with the rest (LED-6).
func (n *node) onTx(from network.Addr, payload []byte) (pass bool) {
	if n.stopped {
		return false
	}
	txs, err := leader.DecodeTransactions(payload)
	if err != nil {
		return n.blame(from, ledgers.ErrMalformed)
	}
	news, err := n.pooledAll(txs)
	if err != nil {
		return n.blame(from, ledgers.ErrSignature)
	}
	if len(news) > 0 {
		n.propose()
	}
	if len(news) == len(txs) {
		return true
	}
	n.spreadTxs(news...)
	return false
}

// batchEvery is how long a transaction waits for others that are passed on with it, if one was passed on just before;
// batchBytes is how many bytes of them one message has, but for the last transaction.
const (
	batchEvery = 10 * time.Millisecond
	batchBytes = 32 << 10
)

// spreadTxs gossips transactions: at once, or together with others if some were gossiped just before.
func (n *node) spreadTxs(txs ...*leader.Transaction) {
	if n.outgoing = append(n.outgoing, txs...); !n.batching || len(n.outgoing) >= leader.MaxBatch {
		n.flushTxs()
	}
}

// flushTxs gossips the transactions that wait for others. A block of this node's is announced after them, so that
// whoever hears of it can build it (LDR-6).
func (n *node) flushTxs() {
	if len(n.outgoing) == 0 || n.stopped {
		return
	}
	var message []byte
	count := 0
	for i, tx := range n.outgoing {
		message = append(message, tx.Encode()...)
		if count++; count == leader.MaxBatch || len(message) >= batchBytes || i == len(n.outgoing)-1 {
			n.spread(leader.KindTx, message)
			message, count = nil, 0
		}
	}
	n.outgoing = nil
	if !n.batching {
		n.batching = true
		n.host.After(batchEvery, func() { n.batching = false; n.flushTxs() })
	}
}
