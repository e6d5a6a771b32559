package boundary

import (
	"encoding/hex"

	"strata/mempool"
	"strata/network"
)

// verifier is asked about signatures, for no language's own library agrees on all of them (CHN-13).
type verifier struct{ mempool.Verifier }

func (o verifier) serve(l *Link, method method, a arguments) (any, error) {
	if method != callVerify {
		return unknown(l, "verifier", method)
	}
	return nil, o.Verify(a.transaction(0))
}

// theirMempool is a layer 5 of the process.
type theirMempool struct{ far }

func (p theirMempool) Start(w mempool.Watcher) error {
	if w == nil {
		return p.link.call(nil, callStart, p.ref, 0)
	}
	return p.link.call(nil, callStart, p.ref, p.link.export(poolWatcher{w}))
}

func (p theirMempool) Announce(tx mempool.Transaction) error {
	return p.link.call(nil, callAnnounce, p.ref, p.link.tx(tx))
}

func (p theirMempool) Add(tx mempool.Transaction) error {
	return p.link.call(nil, callAdd, p.ref, p.link.tx(tx))
}

func (p theirMempool) Transactions() []mempool.Transaction {
	return p.link.askTxs(p.ref)
}

// transactions are those with the texts.
func (l *Link) transactions(list []string) []mempool.Transaction {
	txs := make([]mempool.Transaction, len(list))
	for i, text := range list {
		txs[i] = l.transaction(text)
	}
	return txs
}

func (p theirMempool) Evict(ids ...mempool.TxID) { p.link.do(callEvict, p.ref, idTexts(ids)) }

// idTexts are ids as they go over the boundary.
func idTexts(ids []mempool.TxID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

func (p theirMempool) Stop() { p.link.do(callStop, p.ref) }

// transaction is one that the process returns.
func (l *Link) transaction(text string) mempool.Transaction {
	tx, err := mempool.ParseTransaction([]byte(text))
	if err != nil {
		l.wrongText("a transaction", text, err)
	}
	return tx
}

// poolWatcher is whoever watches the pool.
type poolWatcher struct{ mempool.Watcher }

func (o poolWatcher) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callTransactionPooled:
		o.TransactionPooled(a.transaction(0))
	case callTransactionLeft:
		o.TransactionLeft(a.transaction(0))
	case callTransactionRefused:
		o.TransactionRefused(a.addr(0), a.err(1))
	default:
		return unknown(l, "watcher of a pool", method)
	}
	return nil, nil
}

// ids reads a list of transaction ids.
func (a arguments) ids(n int) []mempool.TxID {
	var list []string
	a.read(n, &list)
	ids := make([]mempool.TxID, len(list))
	for i, text := range list {
		if b, err := hex.DecodeString(text); err != nil || len(b) != len(ids[i]) {
			a.wrong(n, "want ids of 64 hex digits")
		} else {
			ids[i] = mempool.TxID(b)
		}
	}
	return ids
}

// list is never null.
func list(addrs []network.Addr) []network.Addr {
	if addrs == nil {
		return []network.Addr{}
	}
	return addrs
}
