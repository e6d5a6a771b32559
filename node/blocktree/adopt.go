package blocktree

import (
	"fmt"
	"slices"

	"strata/chain"
	"strata/node/blocktree/reorg"
	"strata/node/store"
)

// adopt makes a connected block the tip: it undoes the blocks that are not its ancestors and
// executes those that are, all in one reorganisation of the state and one transaction of the store.
// Should a block be invalid or the store fail, it is dropped and nothing has happened. The
// cost is that of the blocks replaced (FRK-5). It returns the blocks that were executed as well.
// Errors: *brokenError; or the store's.
func (t *Tree) adopt(best *chain.Sealed) (path []*chain.Sealed, change Change, err error) {
	if path, err = t.path(best); err != nil {
		return nil, Change{}, err
	}
	r := reorg.Begin(t.state)
	var undoFrom uint64
	err = t.update(func(w store.Writer) error {
		undone, err := undoDownTo(w, r, path[0].Number-1)
		if err != nil {
			return err
		}
		if t.state.Hash() != path[0].Parent {
			return fmt.Errorf("%w: undone to block %d, it is not the parent of the next", ErrCorrupt, t.state.Number())
		}
		if err := t.execute(w, r, path); err != nil {
			return err
		}
		for _, c := range r.Touched() {
			putAccount(w, c)
		}
		for _, k := range t.fresh {
			putBlock(w, k)
		}
		putTip(w, best.Number, best.Hash())
		undoFrom = t.prune(w, best.Number, len(path))
		change = Change{Undone: undone}
		return nil
	})
	if err != nil {
		r.Drop()
		return nil, Change{}, err
	}
	t.undoFrom = undoFrom
	for _, k := range path {
		change.Applied = append(change.Applied, *k)
	}
	return path, change, nil
}

// path lists the blocks that lead from the chain to a connected block, itself included, in
// ascending order. Errors: *brokenError if one of them is, or hangs on, an invalid block; *deepError;
// the damage that was found on the way.
func (t *Tree) path(to *chain.Sealed) ([]*chain.Sealed, error) {
	path := []*chain.Sealed{to}
	for k := to; ; {
		onChain := t.onChain(k.Number-1, k.Parent)
		switch {
		case t.damage != nil:
			return nil, t.damage
		case k.Number < t.undoFrom || !onChain && k.Number == t.undoFrom:
			return nil, &deepError{path, fmt.Errorf("block %d: %w: block %d", to.Number, ErrTooDeep, t.undoFrom)}
		case onChain:
			slices.Reverse(path)
			return path, nil
		}
		parent, ok := t.block(k.Parent)
		if t.damage != nil {
			return nil, t.damage // it need not be invalid
		}
		if !ok {
			// A connected block's parent is in the store, unless it was found invalid.
			slices.Reverse(path)
			return nil, &brokenError{hashesOf(path), fmt.Errorf("block %d: %w", to.Number, ErrInvalidAncestor)}
		}
		path = append(path, parent)
		k = parent
	}
}

// undoDownTo takes the state back to the block of that number and returns the blocks undone, in
// ascending order. Their records by number stay: a higher chain overwrites every one.
func undoDownTo(from store.Reader, r *reorg.Reorg, number uint64) ([]chain.Sealed, error) {
	var undone []chain.Sealed
	for s := r.State(); s.Number() > number; {
		b, err := readBlock(from, s.Hash())
		if err != nil {
			return nil, err
		}
		u, err := readUndo(from, s.Number())
		if err != nil {
			return nil, err
		}
		r.Revert(u)
		undone = append(undone, *b)
	}
	slices.Reverse(undone)
	return undone, nil
}

// execute applies the blocks to the state one by one, each on a fork of its own, and stores how to
// take each back. Errors: *brokenError.
func (t *Tree) execute(w store.Writer, r *reorg.Reorg, path []*chain.Sealed) error {
	for i, k := range path {
		fork := r.State().Fork()
		err := t.executor.Apply(fork, *k)
		if err == nil && (fork.Number() != k.Number || fork.Hash() != k.Hash()) {
			err = fmt.Errorf("the executor left the state after block %d %v, want %d %v", fork.Number(), fork.Hash(), k.Number, k.Hash())
		}
		if err != nil {
			return &brokenError{hashesOf(path[i:]), fmt.Errorf("block %d: %w", k.Number, err)}
		}
		putOnChain(w, k, r.Absorb(fork))
	}
	return nil
}

func hashesOf(blocks []*chain.Sealed) []chain.BlockHash {
	hashes := make([]chain.BlockHash, len(blocks))
	for i, k := range blocks {
		hashes[i] = k.Hash()
	}
	return hashes
}
