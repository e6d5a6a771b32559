package blocks

import (
	"errors"
	"fmt"
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

// draw are the heads for the next cut: those that the replica knows, if they fit. Else the old ones stay, and as many
// of the others come as there is room for; the rest waits.
func (l *Ledger) draw(old []causal.ID) []causal.ID {
	heads := l.replica.Heads()
	if len(heads) <= MaxCut {
		return heads
	}
	cut := slices.Clone(old)
	for _, id := range heads {
		if len(cut) == MaxCut {
			break
		}
		if !slices.Contains(old, id) {
			cut = append(cut, id)
		}
	}
	slices.SortFunc(cut, causal.ID.Compare)
	return cut
}
