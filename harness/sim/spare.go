package sim

import "sync"

// spare is memory that a network has left to the next: of a run of a millisecond, to make it new is a good part.
type spare struct {
	total   radixHeap // empty
	slab    slab      // empty
	ledgers [][]entry // empty, one for each node
}

var spares sync.Pool // of *spare

// What is left is bounded, so that what one run has grown is no burden to the memory of all that follow.
const (
	mostSpared  = 1 << 14 // events or payloads in one slice
	mostLedgers = 128
)

// emptied is the slice with room for as much as before, if that is not too much.
func emptied[E any](all []E) []E {
	if cap(all) > mostSpared {
		return nil
	}
	return all[:0]
}

// spared is what another network has left, or nothing.
func spared() *spare {
	if left, ok := spares.Get().(*spare); ok {
		return left
	}
	return &spare{}
}

// ledger is room for a node's entries; nil: there is none.
func (s *spare) ledger() []entry {
	last := len(s.ledgers) - 1
	if last < 0 {
		return nil
	}
	entries := s.ledgers[last]
	s.ledgers = s.ledgers[:last]
	return entries
}

// Leave leaves the network's memory to the next one. The network cannot be run afterwards; what it counted stays, but
// for its Violations. Under Windows it does nothing.
func (n *Net) Leave() {
	if n.windows != nil || n.spare == nil {
		return
	}
	left := n.spare
	left.total, left.slab = n.total.emptied(), n.slab.emptied()
	for _, nd := range n.nodes {
		if nd.ledger != nil && len(left.ledgers) < mostLedgers {
			clear(nd.ledger.entries) // nothing of the run is to be kept alive
			left.ledgers = append(left.ledgers, nd.ledger.entries[:0])
		}
		nd.ledger = nil
	}
	n.total, n.slab, n.spare = radixHeap{}, slab{}, nil
	n.halted.Store(true)
	spares.Put(left)
}

// emptied is the heap without its events.
func (h *radixHeap) emptied() radixHeap {
	empty := radixHeap{run: emptied(h.run)}
	for i, bucket := range h.buckets {
		empty.buckets[i] = emptied(bucket)
	}
	return empty
}

// emptied is the slab without its payloads.
func (s *slab) emptied() slab {
	clear(s.places)
	return slab{places: emptied(s.places), free: emptied(s.free)}
}
