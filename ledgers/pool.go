package ledgers

import (
	"cmp"
	"container/heap"
	"iter"
	"maps"
	"slices"

	"strata/network"
)

// Pooled is an operation of which each client numbers its own, from 1 on. Operations are pointers: nil is none.
type Pooled interface {
	comparable
	From() network.PublicKey // the client
	Place() uint64           // its number
	Bid() uint64             // its fee
	Encode() []byte
}

// Pool is what waits for a block (LDR-8). An id is taken once, and one operation for a client and number; a
// client's come out in the order of their numbers.
type Pool[T Pooled] struct {
	max, perClient int
	byID           map[OpID]*pooled[T]
	byClient       map[network.PublicKey][]*pooled[T] // by number
	arrivals       uint64
}

type pooled[T Pooled] struct {
	op          T
	from        network.PublicKey
	number, fee uint64
	id          OpID
	arrived     uint64
	size        int
}

// NewPool makes an empty pool that holds max transactions, and of one client perClient.
func NewPool[T Pooled](max, perClient int) *Pool[T] {
	return &Pool[T]{max: max, perClient: perClient, byID: map[OpID]*pooled[T]{}, byClient: map[network.PublicKey][]*pooled[T]{}}
}

// Len is how many wait.
func (p *Pool[T]) Len() int { return len(p.byID) }

// Get is an operation that waits; nil if it does not.
func (p *Pool[T]) Get(id OpID) (op T) {
	if e := p.byID[id]; e != nil {
		return e.op
	}
	return op
}

// All lists what waits, in the order of arrival.
func (p *Pool[T]) All() []T {
	entries := make([]*pooled[T], 0, len(p.byID))
	for _, e := range p.byID {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b *pooled[T]) int { return cmp.Compare(a.arrived, b.arrived) })
	ops := make([]T, len(entries))
	for i, e := range entries {
		ops[i] = e.op
	}
	return ops
}

// Add takes an operation whose signature is right. When the pool is full, the last of the client with
// the lowest fee goes, which may be this one. fresh says that it was not there. Errors: ErrFull, ErrStale
// if another one of the client has its number.
func (p *Pool[T]) Add(id OpID, op T) (fresh bool, err error) {
	if p.byID[id] != nil {
		return false, nil
	}
	e := &pooled[T]{op: op, from: op.From(), number: op.Place(), fee: op.Bid(), id: id, size: len(op.Encode())}
	own := p.byClient[e.from]
	at, taken := slices.BinarySearchFunc(own, e.number, byNumber[T])
	if taken {
		return false, ErrStale
	}
	if len(own) >= p.perClient {
		return false, ErrFull
	}
	p.arrivals++
	e.arrived = p.arrivals
	p.byClient[e.from] = slices.Insert(own, at, e)
	p.byID[id] = e
	if len(p.byID) <= p.max {
		return true, nil
	}
	if last := p.cheapest(); last != e {
		p.Remove(last.id)
		return true, nil
	}
	p.Remove(id)
	return false, ErrFull
}

func byNumber[T Pooled](e *pooled[T], number uint64) int { return cmp.Compare(e.number, number) }

// cheapest is the last of the client whose last has the lowest fee; of equals the latest.
func (p *Pool[T]) cheapest() *pooled[T] {
	var worst *pooled[T]
	for _, own := range p.byClient {
		last := own[len(own)-1]
		if worst == nil || last.fee < worst.fee || last.fee == worst.fee && last.arrived > worst.arrived {
			worst = last
		}
	}
	return worst
}

// Remove takes operations out; those that are not there are passed over.
func (p *Pool[T]) Remove(ids ...OpID) {
	for _, id := range ids {
		e := p.byID[id]
		if e == nil {
			continue
		}
		delete(p.byID, id)
		own := slices.DeleteFunc(p.byClient[e.from], func(other *pooled[T]) bool { return other == e })
		if len(own) == 0 {
			delete(p.byClient, e.from)
		} else {
			p.byClient[e.from] = own
		}
	}
}

// Clean takes out what these clients can never have executed: next says which number a client's next operation has.
// It returns their ids, in ascending order.
func (p *Pool[T]) Clean(clients iter.Seq[network.PublicKey], next func(network.PublicKey) uint64) []OpID {
	var stale []OpID
	for client := range clients {
		for _, e := range p.byClient[client] {
			if e.number >= next(client) {
				break
			}
			stale = append(stale, e.id)
		}
	}
	slices.SortFunc(stale, func(a, b OpID) int { return slices.Compare(a[:], b[:]) })
	stale = slices.Compact(stale)
	p.Remove(stale...)
	return stale
}

// Clients are those of whom something waits.
func (p *Pool[T]) Clients() iter.Seq[network.PublicKey] { return maps.Keys(p.byClient) }

// Fill chooses the operations of a block, so many and so many bytes of them at most: first, for a tenth of it, the clients
// that have waited longest, then the highest fee of a client's next one, then arrival. next says which number a
// client's next has to have, after all blocks that are under way. What take says no to, and what the client has
// behind it, stays where it is; nil takes all.
func (p *Pool[T]) Fill(most, room int, next func(network.PublicKey) uint64, take func(T) bool) []T {
	heads := p.heads(next)
	var ops []T
	size := 0
	fill := func(until int, before func(a, b *pooled[T]) int) {
		queue := &queues[T]{heads, before}
		heap.Init(queue)
		for len(ops) < until && len(queue.heads) > 0 {
			e := queue.heads[0][0]
			if size+e.size > room {
				break
			}
			taken := take == nil || take(e.op)
			if taken {
				size += e.size
				ops = append(ops, e.op)
			}
			if rest := queue.heads[0][1:]; taken && len(rest) > 0 && rest[0].number == e.number+1 {
				queue.heads[0] = rest
				heap.Fix(queue, 0)
			} else {
				heap.Pop(queue)
			}
		}
		heads = queue.heads
	}
	fill(most/10, byArrival[T])
	fill(most, func(a, b *pooled[T]) int { return cmp.Or(-cmp.Compare(a.fee, b.fee), byArrival(a, b)) })
	return ops
}

func byArrival[T Pooled](a, b *pooled[T]) int { return cmp.Compare(a.arrived, b.arrived) }

// queues is a heap of what the clients have, by the first of each.
type queues[T Pooled] struct {
	heads  [][]*pooled[T]
	before func(a, b *pooled[T]) int
}

func (q *queues[T]) Len() int           { return len(q.heads) }
func (q *queues[T]) Less(i, j int) bool { return q.before(q.heads[i][0], q.heads[j][0]) < 0 }
func (q *queues[T]) Swap(i, j int)      { q.heads[i], q.heads[j] = q.heads[j], q.heads[i] }
func (q *queues[T]) Push(any)           {} // nothing is added: see heap.Interface
func (q *queues[T]) Pop() any {
	last := len(q.heads) - 1
	q.heads = q.heads[:last]
	return nil
}

// Some says whether ok says yes to the next operation of any client.
func (p *Pool[T]) Some(next func(network.PublicKey) uint64, ok func(T) bool) bool {
	for client, own := range p.byClient {
		if at, has := slices.BinarySearchFunc(own, next(client), byNumber[T]); has && ok(own[at].op) {
			return true
		}
	}
	return false
}

// Ready says whether operations of so many clients wait that could come next.
func (p *Pool[T]) Ready(clients int, next func(network.PublicKey) uint64) bool {
	for client, own := range p.byClient {
		if _, ok := slices.BinarySearchFunc(own, next(client), byNumber[T]); ok {
			clients--
		}
		if clients <= 0 {
			return true
		}
	}
	return false
}

// heads are, for each client, its operations from its next number on.
func (p *Pool[T]) heads(next func(network.PublicKey) uint64) [][]*pooled[T] {
	var heads [][]*pooled[T]
	for client, own := range p.byClient {
		if at, ok := slices.BinarySearchFunc(own, next(client), byNumber[T]); ok {
			heads = append(heads, own[at:])
		}
	}
	return heads
}
