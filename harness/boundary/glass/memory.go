package glass

import "github.com/tetratelabs/wazero/experimental"

// memory is that of one room.
type memory interface {
	experimental.LinearMemory
	// keep has the memory be what that of the first room is when it is called for that one, and be put back to it. What the module says that nothing writes to (Engine.fixed) may be
	// protected instead: writing there ends the process.
	keep(e *Engine) error
	// restore puts it back: to what was kept, and zero above.
	restore(e *Engine) error
}

// newMemory is one for up to mostMemory bytes.
func (e *Engine) newMemory() (memory, error) {
	if e.copies {
		return &copied{}, nil
	}
	return newMapped(mostMemory)
}

// copied is memory of Go's heap, which is put back by copying and clearing.
type copied struct{ all []byte }

func (m *copied) Reallocate(size uint64) []byte {
	if size > uint64(cap(m.all)) {
		had := uint64(cap(m.all))
		grown := make([]byte, size, max(size, min(mostKept, 2*had), had+had/4)) // a step at a time would copy it all each time
		copy(grown, m.all)
		m.all = grown
	}
	m.all = m.all[:size]
	return m.all
}

func (m *copied) Free() { m.all = nil }

func (m *copied) keep(e *Engine) error {
	if e.fresh == nil {
		e.fresh = append([]byte(nil), m.all...)
	}
	return m.restore(e)
}

func (m *copied) restore(e *Engine) error {
	clear(m.all[copy(m.all, e.fresh):])
	return nil
}
