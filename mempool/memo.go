package mempool

import "sync"

// memoSize is how many transactions one generation of the memo holds.
const memoSize = 16_384

// verified remembers which signatures were found to be right, for the whole process. What is
// verified when it comes into the pool need not be when it comes again within a block.
//
// A signature is right or wrong whoever asks, so that nothing but speed can depend on what the
// memo holds: nodes that share it, in a simulation, learn nothing from each other.
var verified memo

// memo is a set of transactions of bounded size, for any goroutine. When the young generation is
// full it becomes the old one, and the old one is forgotten: 16,384 to 32,768 are remembered, the
// latest. A transaction's id covers its signature, so that another signature is another entry.
type memo struct {
	mu         sync.RWMutex
	young, old map[TxID]struct{}
}

func (m *memo) has(id TxID) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, ok := m.young[id]; ok {
		return true
	}
	_, ok := m.old[id]
	return ok
}

func (m *memo) add(ids ...TxID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if m.young == nil || len(m.young) >= memoSize {
			m.young, m.old = make(map[TxID]struct{}), m.young
		}
		m.young[id] = struct{}{}
	}
}
