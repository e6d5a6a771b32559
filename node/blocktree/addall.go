package blocktree

import (
	"errors"
	"fmt"
	"slices"

	"strata/chain"
)

// AddAll takes many blocks as Add takes one, one after the other, but moves the tip once, with one
// transaction of the store for all of them: while a node catches up, that is what makes the disk
// keep up. The result has an entry for each block. An invalid block keeps out its descendants alone;
// the valid ones before it become the tip (FRK-1, FRK-2). Error: as Add.
func (t *Tree) AddAll(blocks []chain.Sealed) ([]Added, error) {
	defer clear(t.fresh)
	if t.damage != nil {
		return nil, t.damage
	}
	in := addition{tree: t, reasons: map[chain.BlockHash]error{}}
	added := make([]Added, len(blocks))
	for i := range blocks {
		var err error
		if added[i], err = in.take(&blocks[i]); err != nil {
			return nil, err
		}
	}
	moved, err := in.moveTip()
	if err != nil {
		return nil, err
	}
	t.tellConnected(in.connected)
	for i := range added {
		added[i] = in.became(added[i], blocks[i].Hash(), moved)
	}
	return added, nil
}

// addition is one AddAll under way.
type addition struct {
	tree      *Tree
	connected []*chain.Sealed           // fresh blocks, parents first, of equal height the first first
	reasons   map[chain.BlockHash]error // why those that turned out invalid are
}

// take looks at what surrounds the block and takes it in. A block whose parent is known becomes
// Side here, together with the orphans that waited for it: the tip has not moved yet.
func (in *addition) take(k *chain.Sealed) (Added, error) {
	t := in.tree
	switch {
	case t.invalid.has(k.Hash()):
		return Added{Invalid, fmt.Errorf("block %v: %w", k.Hash(), ErrKnownInvalid)}, nil
	case t.fresh[k.Hash()] != nil || t.Has(k.Hash()) || t.orphans.has(k.Hash()):
		return Added{Status: Duplicate}, nil
	case !t.params.MeetsDifficulty(k.Hash()):
		// Not remembered: garbage costs nothing to make, and would push out what did cost.
		return Added{Invalid, fmt.Errorf("block %d: %w", k.Number, chain.ErrProofOfWork)}, nil
	case k.Number == 0:
		return t.refuse(k.Hash(), fmt.Errorf("block 0 is not the genesis block: %w", chain.ErrNumber))
	case t.invalid.has(k.Parent):
		return t.refuse(k.Hash(), fmt.Errorf("block %d: %w", k.Number, ErrInvalidAncestor))
	}
	parent, ok := t.block(k.Parent)
	if t.damage != nil {
		return Added{}, t.damage // it need not be unknown
	}
	if !ok {
		t.wait(k)
		return Added{Status: Orphan}, nil
	}
	if k.Number != parent.Number+1 {
		return t.refuse(k.Hash(), fmt.Errorf("block %d on block %d: %w", k.Number, parent.Number, chain.ErrNumber))
	}
	connected, misfits := t.claim(k)
	in.connected = append(in.connected, connected...)
	return Added{Status: Side}, t.forbid(misfits)
}

// moveTip moves the tip to the highest valid block of those taken in, if that is higher than the
// tip, and lists which blocks are on the chain by that. Otherwise it stores what is valid as far as
// can be known.
func (in *addition) moveTip() (moved map[chain.BlockHash]bool, err error) {
	t := in.tree
	for best := t.highest(in.connected); best != nil; best = t.highest(in.connected) {
		path, change, err := t.adopt(best)
		if err == nil {
			t.settle(change)
			t.watch(change)
			moved = make(map[chain.BlockHash]bool, len(path))
			for _, k := range path {
				moved[k.Hash()] = true
			}
			return moved, nil
		}
		var deep *deepError
		if errors.As(err, &deep) {
			in.passOver(deep)
			continue
		}
		var broken *brokenError
		if !errors.As(err, &broken) {
			return nil, err
		}
		out := t.cutOff(broken.hashes, in.connected)
		for _, hash := range out {
			in.reasons[hash] = broken.reason
		}
		if err := t.forbid(out); err != nil {
			return nil, err
		}
	}
	return nil, t.storeFresh()
}

// passOver leaves a branch that cannot be followed a side branch: it breaks no rule.
func (in *addition) passOver(deep *deepError) {
	for _, k := range deep.path {
		in.reasons[k.Hash()] = deep.reason
	}
	in.connected = slices.DeleteFunc(in.connected, func(k *chain.Sealed) bool { return in.reasons[k.Hash()] == deep.reason })
}

// became says what has become of a block since it was taken in.
func (in *addition) became(at Added, hash chain.BlockHash, moved map[chain.BlockHash]bool) Added {
	switch {
	case at.Status == Invalid || at.Status == Duplicate:
		return at
	case errors.Is(in.reasons[hash], ErrTooDeep):
		return Added{Side, in.reasons[hash]}
	case in.reasons[hash] != nil:
		return Added{Invalid, in.reasons[hash]}
	case moved[hash]:
		return Added{Status: Tip}
	case in.tree.invalid.has(hash): // its number did not follow that of a parent that came later
		return Added{Invalid, fmt.Errorf("block %v: %w", hash, ErrKnownInvalid)}
	case at.Status == Orphan && in.tree.fresh[hash] != nil:
		return Added{Status: Side}
	}
	return at
}
