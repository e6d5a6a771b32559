package run

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"strata/chain"
	"strata/harness/nets/stats"
	"strata/network"
)

// book knows every block and transaction that was made, by whom and when. Workers write and read it at once; what one
// enters the others look up in a later window at the earliest, so that no answer depends on who was first.
type book struct {
	workers int
	lock    sync.RWMutex
	blocks  map[chain.BlockHash]*entry
	txs     map[string]time.Duration // by their texts
	byAddr  map[network.Addr]int     // for hops; made before the run
	nodes   int                      // likewise
	curves  [][]float64              // of each block that was looked at closely, by share: seconds
	list    []*entry                 // all blocks by time, made when the network stands still
}

// entry is one block.
type entry struct {
	chain.Sealed
	miner *miner
	found time.Duration
	shown bool // the public could see it: at once, or when an attacker let it go

	spread []stats.Hist // by worker: microseconds until nodes had it; nil: it is not looked at
	blind  []uint64     // by worker: hash power in billionths times microseconds until miners had it
	heard  []uint64     // by worker: that hash power
	hops   []uint8      // by node, 0: not known

	stale bool // at the end
}

// lookedAt is how many blocks have their propagation measured node by node.
const lookedAt = 1000

func newBook(workers int) *book {
	return &book{workers: workers, blocks: map[chain.BlockHash]*entry{}, txs: map[string]time.Duration{}}
}

// enter notes a block that was found.
func (b *book) enter(s chain.Sealed, m *miner, now time.Duration) {
	e := &entry{Sealed: s, miner: m, found: now, blind: make([]uint64, b.workers), heard: make([]uint64, b.workers)}
	if s.Number <= lookedAt {
		e.spread = make([]stats.Hist, b.workers)
	}
	if b.nodes > 0 && s.Number <= lookedAt {
		e.hops = make([]uint8, b.nodes)
	}
	b.lock.Lock()
	defer b.lock.Unlock()
	b.blocks[s.Hash()] = e
}

// show notes that an attacker has let go of a block.
func (b *book) show(e *entry) {
	b.lock.Lock()
	defer b.lock.Unlock()
	e.shown = true
}

// find is the entry of a block, or nil.
func (b *book) find(hash chain.BlockHash) *entry {
	b.lock.RLock()
	defer b.lock.RUnlock()
	return b.blocks[hash]
}

// enterTx notes a transaction that was made.
func (b *book) enterTx(text []byte, at time.Duration) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.txs[string(text)] = at
}

// findTx is when a transaction was made.
func (b *book) findTx(text []byte) (time.Duration, bool) {
	b.lock.RLock()
	defer b.lock.RUnlock()
	at, ok := b.txs[string(text)]
	return at, ok
}

// hop notes over how many nodes a block came. Its sender wrote its own number in an earlier window.
func (b *book) hop(m *member, from network.Addr, hash chain.BlockHash) {
	e := b.find(hash)
	if e == nil || e.hops == nil || e.hops[m.index] != 0 {
		return
	}
	i, ok := b.byAddr[from]
	if !ok {
		return
	}
	hops := e.hops[i] + 1
	e.hops[m.index] = min(hops, 255)
	m.tally().hops[min(int(hops), len(m.tally().hops)-1)]++
}

// sorted lists all blocks by the time when they were found, and of one instant by miner. The network stands still.
func (b *book) sorted() []*entry {
	b.list = b.list[:0]
	for _, e := range b.blocks {
		b.list = append(b.list, e)
	}
	slices.SortFunc(b.list, func(x, y *entry) int {
		return cmp.Or(cmp.Compare(x.found, y.found), cmp.Compare(x.miner.number, y.miner.number), cmp.Compare(x.Nonce, y.Nonce))
	})
	return b.list
}

// reduce makes quantiles of the histograms of blocks that were found before a time, and forgets these. The network stands
// still.
func (b *book) reduce(before time.Duration, nodes int) {
	for _, e := range b.sorted() {
		if e.found >= before || e.spread == nil {
			continue
		}
		var all stats.Hist
		for _, h := range e.spread {
			all.Merge(h)
		}
		e.spread = nil
		if e.miner.honest() {
			b.curves = append(b.curves, curveOf(&all, uint64(nodes)))
		}
	}
}

// curveOf is when each share of so many nodes was reached, in seconds; +Inf where it was not.
func curveOf(h *stats.Hist, nodes uint64) []float64 {
	times := make([]float64, len(quantiles))
	for i, q := range quantiles {
		times[i] = h.Quantile(q, nodes) / 1e6
	}
	return times
}

// micros is a length of time in microseconds, rounded up.
func micros(d time.Duration) uint64 {
	return uint64((max(0, d) + time.Microsecond - 1) / time.Microsecond)
}
