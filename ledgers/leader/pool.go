package leader

import (
	"cmp"
	"slices"

	"strata/ledgers"
	"strata/network"
)

// Pool is what waits for a block (LDR-8). An id is taken once, and one transaction for a client and
// number; a client's come out in the order of their numbers.
type Pool struct {
	max, perClient int
	byID           map[ledgers.OpID]*pooled
	byClient       map[network.PublicKey][]*pooled // by number
	arrivals       uint64
}

type pooled struct {
	*Transaction
	id      ledgers.OpID
	arrived uint64
	size    int
}

// NewPool makes an empty pool that holds max transactions, and of one client perClient.
func NewPool(max, perClient int) *Pool {
	return &Pool{max: max, perClient: perClient, byID: map[ledgers.OpID]*pooled{}, byClient: map[network.PublicKey][]*pooled{}}
}

// Len is how many wait.
func (p *Pool) Len() int { return len(p.byID) }

// Get is a transaction that waits; nil if it does not.
func (p *Pool) Get(id ledgers.OpID) *Transaction {
	if e := p.byID[id]; e != nil {
		return e.Transaction
	}
	return nil
}

// All lists what waits, in the order of arrival.
func (p *Pool) All() []*Transaction {
	entries := make([]*pooled, 0, len(p.byID))
	for _, e := range p.byID {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b *pooled) int { return cmp.Compare(a.arrived, b.arrived) })
	txs := make([]*Transaction, len(entries))
	for i, e := range entries {
		txs[i] = e.Transaction
	}
	return txs
}

// Add takes a transaction whose signature is right. When the pool is full, the last of the client with
// the lowest fee goes, which may be this one. fresh says that it was not there. Errors: ErrFull, ErrStale
// if another one of the client has its number.
func (p *Pool) Add(id ledgers.OpID, tx *Transaction) (fresh bool, err error) {
	if p.byID[id] != nil {
		return false, nil
	}
	own := p.byClient[tx.Client]
	at, taken := slices.BinarySearchFunc(own, tx.Number, byNumber)
	if taken {
		return false, ledgers.ErrStale
	}
	if len(own) >= p.perClient {
		return false, ledgers.ErrFull
	}
	p.arrivals++
	e := &pooled{tx, id, p.arrivals, len(tx.Encode())}
	p.byClient[tx.Client] = slices.Insert(own, at, e)
	p.byID[id] = e
	if len(p.byID) <= p.max {
		return true, nil
	}
	if last := p.cheapest(); last != e {
		p.Remove(last.id)
		return true, nil
	}
	p.Remove(id)
	return false, ledgers.ErrFull
}

func byNumber(e *pooled, number uint64) int { return cmp.Compare(e.Number, number) }

// cheapest is the last of the client whose last has the lowest fee; of equals the latest.
func (p *Pool) cheapest() *pooled {
	var worst *pooled
	for _, own := range p.byClient {
		last := own[len(own)-1]
		if worst == nil || last.Fee < worst.Fee || last.Fee == worst.Fee && last.arrived > worst.arrived {
			worst = last
		}
	}
	return worst
}

// Remove takes transactions out; those that are not there are passed over.
func (p *Pool) Remove(ids ...ledgers.OpID) {
	for _, id := range ids {
		e := p.byID[id]
		if e == nil {
			continue
		}
		delete(p.byID, id)
		own := slices.DeleteFunc(p.byClient[e.Client], func(other *pooled) bool { return other == e })
		if len(own) == 0 {
			delete(p.byClient, e.Client)
		} else {
			p.byClient[e.Client] = own
		}
	}
}

// Clean takes out what can never be executed: next says which number a client's next transaction has.
// It returns their ids, in ascending order.
func (p *Pool) Clean(next func(network.PublicKey) uint64) []ledgers.OpID {
	var stale []ledgers.OpID
	for client, own := range p.byClient {
		for _, e := range own {
			if e.Number < next(client) {
				stale = append(stale, e.id)
			}
		}
	}
	slices.SortFunc(stale, func(a, b ledgers.OpID) int { return slices.Compare(a[:], b[:]) })
	p.Remove(stale...)
	return stale
}

// Fill chooses the transactions of a block, so many at most: first, for a tenth of it, the clients that have waited longest,
// then the highest fee of a client's next one, then arrival. next says which number a client's next has to
// have, after all blocks that are under way.
func (p *Pool) Fill(ops int, next func(network.PublicKey) uint64) []*Transaction {
	heads := p.heads(next)
	var txs []*Transaction
	size := 0
	fill := func(most int, before func(a, b *pooled) int) {
		for len(txs) < most && len(heads) > 0 {
			at := 0
			for i := range heads {
				if before(heads[i][0], heads[at][0]) < 0 {
					at = i
				}
			}
			e := heads[at][0]
			if size+e.size > ledgers.MaxBlock-headerRoom {
				return
			}
			size += e.size
			txs = append(txs, e.Transaction)
			if rest := heads[at][1:]; len(rest) > 0 && rest[0].Number == e.Number+1 {
				heads[at] = rest
			} else {
				heads = slices.Delete(heads, at, at+1)
			}
		}
	}
	fill(ops/10, byArrival)
	fill(ops, func(a, b *pooled) int { return cmp.Or(-cmp.Compare(a.Fee, b.Fee), byArrival(a, b)) })
	return txs
}

// headerRoom is what a block has besides its transactions, with room to spare.
const headerRoom = 1 << 10

func byArrival(a, b *pooled) int { return cmp.Compare(a.arrived, b.arrived) }

// Ready says whether transactions of so many clients wait that could come next.
func (p *Pool) Ready(clients int, next func(network.PublicKey) uint64) bool {
	for client, own := range p.byClient {
		if _, ok := slices.BinarySearchFunc(own, next(client), byNumber); ok {
			clients--
		}
		if clients <= 0 {
			return true
		}
	}
	return false
}

// heads are, for each client, its transactions from its next number on.
func (p *Pool) heads(next func(network.PublicKey) uint64) [][]*pooled {
	var heads [][]*pooled
	for client, own := range p.byClient {
		if at, ok := slices.BinarySearchFunc(own, next(client), byNumber); ok {
			heads = append(heads, own[at:])
		}
	}
	return heads
}
