package blocktree_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/node/blocktree"
	"strata/node/store"
	"strata/node/store/storetest"
)

// undoKept is how many blocks' undo data the store has, that of genesis not counted.
func undoKept(t *testing.T, s store.Store) int { return len(storetest.Contents(t, s, "undo")) - 1 }

func TestUndoIsPruned_FRK5(t *testing.T) {
	cfg := blocktree.Config{KeepUndo: 4}
	r := newRig(t, cfg)
	root := branch(chain.Genesis(), "root", 10)
	r.add(root...)
	require.Equal(t, 4, undoKept(t, r.store))

	t.Run("as deep as there is undo data", func(t *testing.T) {
		side := branch(root[5], "side", 5)
		require.Equal(t, blocktree.Tip, r.add(side...))
		r.tipIs(side[4])
		require.Equal(t, root[6:], chaintest.Unseal(r.changes[len(r.changes)-1].Undone))
		require.Equal(t, 4, undoKept(t, r.store))
		root = append(root[:6:6], side...)
	})
	t.Run("one block deeper is refused, and breaks no rule", func(t *testing.T) {
		deep := branch(root[5], "deep", 6)
		r.add(deep[:5]...)
		for range 2 { // over a restart too
			added, err := r.Add(deep[5])
			require.NoError(t, err)
			if added.Status != blocktree.Duplicate {
				require.Equal(t, blocktree.Side, added.Status)
				require.ErrorIs(t, added.Reason, blocktree.ErrTooDeep)
			}
			require.True(t, r.Has(deep[5].Hash()), "kept as a side branch")
			require.False(t, r.Refused(deep[5].Hash()), "not invalid for ever")
			r.tipIs(root[10])
			r = openRig(t, cfg, r.store)
		}
		added, err := r.Add(mine(deep[5], "deep"))
		require.NoError(t, err)
		require.ErrorIs(t, added.Reason, blocktree.ErrTooDeep)
		require.Equal(t, blocktree.Tip, r.add(mine(root[10], "on")), "its own chain goes on")
		require.Empty(t, r.Wanted())
	})
	t.Run("with a block that can be followed, in one batch", func(t *testing.T) {
		tip, ok := r.Block(r.State().Hash())
		require.True(t, ok)
		good := mine(tip.Block, "good")
		deep := branch(root[3], "deeper", 12)
		added, err := r.AddAll(append(deep, good))
		require.NoError(t, err)
		require.Equal(t, blocktree.Tip, added[12].Status)
		require.ErrorIs(t, added[11].Reason, blocktree.ErrTooDeep)
		r.tipIs(good)
	})
}

// A store that kept everything is pruned little by little once the config says so.
func TestPruningALongPast(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	root := branch(chain.Genesis(), "root", 2500)
	r.add(root...)
	require.Equal(t, 2500, undoKept(t, r.store))
	r = openRig(t, blocktree.Config{KeepUndo: 10}, r.store)
	tip := root[2499]
	for _, want := range []int{1500, 500, 10, 10} {
		tip = mine(tip, "next")
		r.add(tip)
		require.Equal(t, want, undoKept(t, r.store))
	}
	r = openRig(t, blocktree.Config{}, r.store)
	added, err := r.AddAll(branch(root[2489], "deep", 20))
	require.NoError(t, err)
	require.ErrorIs(t, added[19].Reason, blocktree.ErrTooDeep, "what is gone stays gone")
	r.tipIs(tip)
}
