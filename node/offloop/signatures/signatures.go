// Package signatures remembers which signatures were found to be right. A node verifies a transaction
// when it comes into the pool, and meets it again within a block; a simulation meets it at every node.
package signatures

import (
	"sync"

	"strata/mempool"
)

// generation is how many transactions one generation of the memory holds: at 32 bytes an id, about
// a megabyte.
const generation = 16_384

// Memory is a mempool.Verifier of bounded memory before another one. When the young generation is
// full it becomes the old one, and the old one is forgotten: 16,384 to 32,768 are remembered, the
// latest. What is wrong is not remembered: a forger could fill the memory with it for nothing.
//
// A verdict depends on nothing but the transaction, so that nothing but speed depends on what the
// memory holds: nodes that share it learn nothing from each other.
type Memory struct {
	asked mempool.Verifier

	mu         sync.RWMutex // a node asks on its loop, and in batches away from it
	young, old map[mempool.TxID]struct{}
}

var _ mempool.Verifier = (*Memory)(nil)

// Remember makes an empty memory before v.
func Remember(v mempool.Verifier) *Memory { return &Memory{asked: v} }

// Verify checks one signature; one that was found right lately costs a hash. Errors:
// mempool.ErrBadSignature.
func (m *Memory) Verify(tx mempool.Transaction) error {
	id := tx.ID()
	if m.has(id) {
		return nil
	}
	if err := m.asked.Verify(tx); err != nil {
		return err
	}
	m.add(id)
	return nil
}

// VerifyBatch has those verified as one batch that are not known to be right.
func (m *Memory) VerifyBatch(txs []mempool.Transaction) []bool {
	right := make([]bool, len(txs))
	var unknown []mempool.Transaction
	var ids []mempool.TxID
	var places []int
	for i, tx := range txs {
		id := tx.ID()
		if right[i] = m.has(id); !right[i] {
			unknown, ids, places = append(unknown, tx), append(ids, id), append(places, i)
		}
	}
	if len(unknown) == 0 {
		return right
	}
	found := ids[:0]
	for n, ok := range m.asked.VerifyBatch(unknown) {
		if right[places[n]] = ok; ok {
			found = append(found, ids[n])
		}
	}
	m.add(found...)
	return right
}

// Len is the number of transactions remembered.
func (m *Memory) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.young) + len(m.old)
}

// has says whether the transaction was found right. Its id covers the signature, so that another
// signature is another entry.
func (m *Memory) has(id mempool.TxID) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, ok := m.young[id]; ok {
		return true
	}
	_, ok := m.old[id]
	return ok
}

func (m *Memory) add(ids ...mempool.TxID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if m.young == nil || len(m.young) >= generation {
			m.young, m.old = make(map[mempool.TxID]struct{}), m.young
		}
		m.young[id] = struct{}{}
	}
}
