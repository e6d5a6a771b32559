package blocktree

import (
	"errors"

	"strata/node/store"
)

// OnDamage calls f once, with an ErrCorrupt, when something in the store turns out to be broken. From
// then on Add takes nothing, and what is asked for may be said to be unknown although it is
// there: the node has to stop.
func (t *Tree) OnDamage(f func(error)) {
	t.damaged = f
	if t.damage != nil {
		f(t.damage)
	}
}

// view reads the store.
func (t *Tree) view(f func(store.Reader) error) error {
	err := t.store.View(f)
	t.look(err)
	return err
}

// update writes to the store.
func (t *Tree) update(f func(store.Writer) error) error {
	err := t.store.Update(f)
	t.look(err)
	return err
}

// look keeps the first damage.
func (t *Tree) look(err error) {
	if t.damage != nil || !errors.Is(err, ErrCorrupt) {
		return
	}
	t.damage = err
	if t.damaged != nil {
		t.damaged(err)
	}
}
