package witness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"strata/gossip"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
)

// Start is mempool.Mempool's, as are the following.
func (p *watchedPool) Start(w mempool.Watcher) error {
	return p.ask(asked{
		what: "Start", code: "err := p.StartWatched()\n", kind: isError,
		do:   func(m mempool.Mempool) said { return said{err: m.Start(w)} },
		ours: func(a *mempooltest.Alone) said { return said{err: a.StartWatched()} },
	}).err
}

func (p *watchedPool) Announce(tx mempool.Transaction) error {
	return p.ask(asked{
		what: "Announce: " + Paying(tx), kind: isError,
		code: fmt.Sprintf("err := p.Announce(%s)\n", paymentOf(tx, "mempooltest")),
		do:   func(m mempool.Mempool) said { return said{err: m.Announce(tx)} },
	}).err
}

func (p *watchedPool) Add(tx mempool.Transaction) error {
	return p.ask(asked{
		what: "Add: " + Paying(tx), kind: isError,
		code: fmt.Sprintf("err := p.Add(%s)\n", paymentOf(tx, "mempooltest")),
		do:   func(m mempool.Mempool) said { return said{err: m.Add(tx)} },
	}).err
}

func (p *watchedPool) Transactions() []mempool.Transaction {
	return p.ask(asked{
		what: "Transactions", code: "list := p.Transactions()\n", kind: isList,
		do: func(m mempool.Mempool) said { return said{list: m.Transactions()} },
	}).list
}

func (p *watchedPool) Evict(ids ...mempool.TxID) {
	kept := slices.Clone(ids)
	p.ask(asked{
		what: "Evict: " + named(p.ours.Transactions(), kept), code: fmt.Sprintf("p.Evict(%s)\n", evicted(p, kept)), kind: isNothing,
		do: func(m mempool.Mempool) said { m.Evict(slices.Clone(kept)...); return said{} },
	})
}

func (p *watchedPool) Stop() {
	p.ask(asked{
		what: "Stop", code: "p.Stop()\n", kind: isNothing,
		do: func(m mempool.Mempool) said { m.Stop(); return said{} },
	})
}

// named says which transactions of a pool ids are of.
func named(pool []mempool.Transaction, ids []mempool.TxID) string {
	var texts []string
	for _, id := range ids {
		if tx, ok := find(pool, id); ok {
			texts = append(texts, Paying(tx))
		} else {
			texts = append(texts, fmt.Sprintf("%.8s.., which the pool does not have", id))
		}
	}
	return cmp.Or(strings.Join(texts, "; "), "nothing")
}

// find is the transaction of that id in a pool.
func find(pool []mempool.Transaction, id mempool.TxID) (tx mempool.Transaction, ok bool) {
	i := slices.IndexFunc(pool, func(tx mempool.Transaction) bool { return tx.ID() == id })
	if i < 0 {
		return tx, false
	}
	return pool[i], true
}

// evicted is a list of ids in a test.
func evicted(p *watchedPool, ids []mempool.TxID) string {
	var texts []string
	for _, id := range ids {
		if tx, ok := find(p.ours.Transactions(), id); ok {
			texts = append(texts, paymentOf(tx, "mempooltest")+".ID()")
		} else {
			texts = append(texts, fmt.Sprintf("%#v", id))
		}
	}
	return strings.Join(texts, ", ")
}

// heardGossip is gossip as a pool has it.
type heardGossip struct {
	gossip.Gossip
	pool *watchedPool
}

// Broadcast is gossip.Gossip's, as is Handle.
func (g *heardGossip) Broadcast(kind messaging.Kind, payload []byte) error {
	err := g.Gossip.Broadcast(kind, payload)
	if err == nil {
		g.pool.sent++
	} else {
		g.pool.refusal = err
	}
	return err
}

func (g *heardGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	if h == nil || kind != mempool.KindNewTx {
		return g.Gossip.Handle(kind, h)
	}
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		kept := slices.Clone(payload)
		what := "received: a text that is no transaction"
		code := fmt.Sprintf("pass := p.Receives([]byte(%q))\n", kept)
		if tx, err := mempool.ParseTransaction(kept); err == nil {
			what = "received: " + Paying(tx)
			if plain := paymentOf(tx, "mempooltest"); !strings.HasPrefix(plain, "parsed") {
				code = fmt.Sprintf("pass := p.Receives(%s.Text())\n", plain)
			}
		}
		return g.pool.ask(asked{
			what: what, code: code, kind: isPass,
			do:   func(mempool.Mempool) said { return said{pass: h(from, payload)} },
			ours: func(a *mempooltest.Alone) said { return said{pass: a.Receives(kept)} },
		}).pass
	})
}
