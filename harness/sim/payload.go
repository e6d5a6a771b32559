package sim

import (
	"sync"
	"sync/atomic"
)

// payload is what one event carries: the two slices of one Write, or parts of them.
type payload struct{ head, body []byte }

const (
	payloadBits  = 9
	payloadChunk = 1 << payloadBits
)

// slab keeps the payloads under way, out of the events, in chunks that never move. A ref names a
// place. Who takes a payload out owns the place from then on, and may put another in: so places
// need no owner and no lock, only new chunks do.
type slab struct {
	mu    sync.Mutex
	table atomic.Pointer[[]*[payloadChunk]payload]
}

// at is the place of that name.
func (s *slab) at(ref uint32) *payload {
	return &(*s.table.Load())[ref>>payloadBits][ref&(payloadChunk-1)]
}

// grow appends the refs of a new chunk's places to free.
func (s *slab) grow(free []uint32) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var table []*[payloadChunk]payload
	if old := s.table.Load(); old != nil {
		table = *old
	}
	first := uint32(len(table)) << payloadBits
	// Readers keep the old length: appending in place touches nothing that they see.
	table = append(table, new([payloadChunk]payload))
	s.table.Store(&table)
	for i := range uint32(payloadChunk) {
		free = append(free, first+payloadChunk-1-i)
	}
	return free
}

// store puts a payload into a free place.
func (l *lane) store(p payload) uint32 {
	if len(l.free) == 0 {
		l.free = l.net.slab.grow(l.free)
	}
	last := len(l.free) - 1
	ref := l.free[last]
	l.free = l.free[:last]
	*l.net.slab.at(ref) = p
	return ref
}

// load takes a payload out and frees its place.
func (l *lane) load(ref uint32) payload {
	place := l.net.slab.at(ref)
	p := *place
	*place = payload{}
	l.free = append(l.free, ref)
	return p
}
