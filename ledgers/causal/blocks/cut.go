package blocks

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"strata/ledgers"
	"strata/ledgers/causal"
)

// MaxCut is how many heads a cut names at most.
const MaxCut = 1000

// EncodeCut is the content of a block: count u16 | heads 32 each, rising.
func EncodeCut(heads []causal.ID) []byte {
	b := []byte{byte(len(heads) >> 8), byte(len(heads))}
	for _, id := range heads {
		b = append(b, id[:]...)
	}
	return b
}

// DecodeCut reads what EncodeCut makes: 1 head to MaxCut, rising, none twice.
func DecodeCut(b []byte) ([]causal.ID, error) {
	d := ledgers.NewDecoder(b)
	heads := make([]causal.ID, d.Count(MaxCut))
	for i := range heads {
		d.Into(heads[i][:])
		if i > 0 && heads[i-1].Compare(heads[i]) >= 0 {
			d.Fail(errors.New("its heads do not rise"))
		}
	}
	if d.OK() && len(heads) == 0 {
		d.Fail(errors.New("it has no head"))
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("a cut: %w (CAU-8)", err)
	}
	return heads, nil
}

// cutOf are the heads of a block's cut; before the first block the root alone.
func (l *Ledger) cutOf(content []byte) []causal.ID {
	if content == nil {
		return []causal.ID{l.root}
	}
	heads, err := DecodeCut(content)
	if err != nil {
		panic("blocks: a checked cut cannot be read: " + err.Error())
	}
	return heads
}

// draw are the heads for the next cut: those that the replica knows, if they fit. Else each of the old ones gives its
// place to a head that stands on it, and others come as far as there is room, the deepest first; the rest waits. So a
// flood of heads keeps nobody out who writes on: an update is deeper than the heads that it names.
func (l *Ledger) draw(old []causal.ID) []causal.ID {
	heads := l.replica.Heads()
	if len(heads) <= MaxCut {
		return heads
	}
	fresh, _ := l.replica.Cut(heads, old)
	slices.SortFunc(fresh, func(a, b causal.Delivered) int {
		return cmp.Or(-cmp.Compare(a.Depth, b.Depth), a.ID.Compare(b.ID))
	})
	above := l.above(fresh)
	cut := map[causal.ID]bool{}
	for _, id := range old {
		if _, is := slices.BinarySearchFunc(heads, id, causal.ID.Compare); is {
			cut[id] = true
		} else if head, on := above[id]; on {
			cut[head] = true
		} // else it stands behind another one of the cut
	}
	for _, u := range fresh {
		if len(cut) == MaxCut {
			break
		}
		cut[above[u.ID]] = true
	}
	return slices.SortedFunc(maps.Keys(cut), causal.ID.Compare)
}

// above is a head that stands on it, or itself, for each of these updates and of their predecessors. The deepest come first.
func (l *Ledger) above(fresh []causal.Delivered) map[causal.ID]causal.ID {
	above := map[causal.ID]causal.ID{}
	for _, u := range fresh {
		if _, on := above[u.ID]; !on {
			above[u.ID] = u.ID
		}
		for _, id := range l.replica.Update(u.ID).Predecessors {
			if _, on := above[id]; !on {
				above[id] = above[u.ID]
			}
		}
	}
	return above
}
