package blocktree

import (
	"encoding/binary"
	"fmt"

	"strata/node/store"
)

// pruneAtOnce is how many blocks' undo data one commit deletes beyond as many as it adds: a store that kept all
// is pruned little by little.
const pruneAtOnce = 1000

// prune deletes the undo data that is deeper than the config says, and returns the least
// number that is kept.
func (t *Tree) prune(w store.Writer, tip uint64, added int) (from uint64) {
	from = t.undoFrom
	keep := uint64(t.cfg.KeepUndo)
	if keep == 0 || tip < keep {
		return from
	}
	for range added + pruneAtOnce {
		if from > tip-keep {
			break
		}
		w.Delete(bucketUndo, numberKey(from))
		from++
	}
	if from != t.undoFrom {
		w.Put(bucketMeta, keyUndo, numberKey(from))
	}
	return from
}

func (t *Tree) loadUndoFrom(r store.Reader, tip uint64) error {
	value, ok := r.Get(bucketMeta, keyUndo)
	if !ok {
		return nil
	}
	if len(value) == 8 {
		t.undoFrom = binary.BigEndian.Uint64(value)
	}
	if t.undoFrom == 0 || t.undoFrom > tip {
		return fmt.Errorf("%w: undo data from block %d on, the tip is %d", ErrCorrupt, t.undoFrom, tip)
	}
	return nil
}
