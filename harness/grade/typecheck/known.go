package typecheck

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"

	"strata/harness/grade/sourcecheck"
)

// memory has the findings of layers that were checked: whoever grades at each save asks about the same ones again.
type memory struct {
	sync.Mutex
	found map[[sha256.Size]byte][]sourcecheck.Finding // by all that they depend on
}

var known memory

// mostKnown is how many layers' findings are kept: those of a few submissions.
const mostKnown = 64

// keyOf stands for all that a layer's findings depend on: its files, and what they are checked against.
func keyOf(exports map[string]string, one Source) [sha256.Size]byte {
	text, err := json.Marshal(question{exports, []Source{one}})
	if err != nil {
		panic(err) // strings and bytes alone
	}
	return sha256.Sum256(text)
}

// find has the findings of a layer, and whether it was checked before. They are the caller's.
func (m *memory) find(exports map[string]string, one Source) ([]sourcecheck.Finding, bool) {
	m.Lock()
	defer m.Unlock()
	found, ok := m.found[keyOf(exports, one)]
	return slices.Clone(found), ok
}

// keep remembers the findings of a layer.
func (m *memory) keep(exports map[string]string, one Source, found []sourcecheck.Finding) {
	m.Lock()
	defer m.Unlock()
	if m.found == nil || len(m.found) >= mostKnown {
		m.found = make(map[[sha256.Size]byte][]sourcecheck.Finding)
	}
	m.found[keyOf(exports, one)] = slices.Clone(found)
}
