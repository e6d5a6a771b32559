package blocktree_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/node/blocktree"
	"strata/node/store"
	"strata/node/store/storetest"
)

// updates counts the transactions of a store.
type updates struct {
	store.Store
	count int
}

func (u *updates) Update(f func(store.Writer) error) error {
	u.count++
	return u.Store.Update(f)
}

// addAll adds the blocks together and returns their statuses.
func (r *rig) addAll(blocks ...chain.Block) []blocktree.Status {
	r.t.Helper()
	added, err := r.AddAll(blocks)
	require.NoError(r.t, err)
	require.Len(r.t, added, len(blocks))
	statuses := make([]blocktree.Status, len(added))
	for i, a := range added {
		require.Equal(r.t, a.Status == blocktree.Invalid, a.Reason != nil, "a reason if invalid")
		statuses[i] = a.Status
	}
	return statuses
}

func all(status blocktree.Status, count int) []blocktree.Status {
	return slices.Repeat([]blocktree.Status{status}, count)
}

func TestAddAll_OneCommit_FRK6(t *testing.T) {
	store := &updates{Store: store.NewMemory()}
	r := openRig(t, blocktree.Config{}, store)
	a := branch(chain.Genesis(), "a", 100)
	store.count = 0
	require.Equal(t, all(blocktree.Tip, 100), r.addAll(a...))
	require.Equal(t, 1, store.count)
	require.Len(t, r.changes, 1, "the watcher is told once")
	require.Len(t, r.changes[0].Applied, 100)
	r.tipIs(a[99])
	require.Equal(t, all(blocktree.Duplicate, 100), r.addAll(a...))
	require.Equal(t, all(blocktree.Duplicate, 2), r.addAll(a[3], a[3]))
	require.Empty(t, r.addAll())
	require.Equal(t, 1, store.count)
	for _, b := range a {
		require.Equal(t, 1, r.ledger.asked[b.Hash()])
	}
	r = openRig(t, blocktree.Config{}, store)
	r.tipIs(a[99])
}

func TestAddAll_InvalidKeepsWhatIsBefore_FRK1_FRK2(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	good := branch(chain.Genesis(), "g", 5)
	bad := mine(good[4], "b", broken)
	on := branch(bad, "o", 4)
	side := branch(good[1], "s", 2)
	batch := slices.Concat(good, []chain.Block{bad}, on, side, on[:1])
	want := slices.Concat(all(blocktree.Tip, 5), all(blocktree.Invalid, 5), all(blocktree.Side, 2), all(blocktree.Duplicate, 1))
	require.Equal(t, want, r.addAll(batch...))
	r.tipIs(good[4])
	require.Equal(t, 1, r.ledger.asked[bad.Hash()])
	for _, b := range on {
		require.Zero(t, r.ledger.asked[b.Hash()])
		require.True(t, r.Refused(b.Hash()))
	}
	require.False(t, r.Refused(good[4].Hash()))
	added, err := r.AddAll(append([]chain.Block{bad}, mine(on[3], "x")))
	require.NoError(t, err)
	require.ErrorIs(t, added[0].Reason, blocktree.ErrKnownInvalid)
	require.ErrorIs(t, added[1].Reason, blocktree.ErrInvalidAncestor)
	require.Equal(t, 1, r.ledger.asked[bad.Hash()], "not tried again")

	further := branch(good[4], "f", 3)
	require.Equal(t, all(blocktree.Tip, 3), r.addAll(further...))
	r.tipIs(further[2])
}

func TestAddAll_AnyOrder_FRK4(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	a := branch(chain.Genesis(), "a", 6)
	late := mine(mine(a[5], "gap"), "late")
	misfit := chaintest.Mine(params, chain.Block{Number: 9, Parent: a[2].Hash()})
	backwards := slices.Clone(a)
	slices.Reverse(backwards)
	got := r.addAll(append([]chain.Block{late, misfit}, backwards...)...)
	require.Equal(t, slices.Concat([]blocktree.Status{blocktree.Orphan, blocktree.Invalid}, all(blocktree.Tip, 6)), got)
	r.tipIs(a[5])
	require.Equal(t, 1, r.Orphans())
}

// A fork is followed within one commit as well, and of equal heights the first in the batch counts.
func TestAddAll_Fork_FRK1_FRK5(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	a, b, c := branch(chain.Genesis(), "a", 4), branch(chain.Genesis(), "b", 6), branch(chain.Genesis(), "c", 6)
	r.addAll(a...)
	got := r.addAll(slices.Concat(b, c)...)
	require.Equal(t, slices.Concat(all(blocktree.Tip, 6), all(blocktree.Side, 6)), got)
	r.tipIs(b[5])
	require.Equal(t, a, chaintest.Unseal(r.changes[1].Undone))
	require.Equal(t, all(blocktree.Tip, 1), r.addAll(mine(c[5], "c")))
}

func TestAddAll_StoreFails_FRK6(t *testing.T) {
	a := branch(chain.Genesis(), "a", 10)
	for left := 0; ; left++ {
		failing := &storetest.Failing{Store: store.NewMemory(), Left: 1 << 30}
		r := openRig(t, blocktree.Config{}, failing)
		r.add(a[0])
		failing.Left = left
		_, err := r.AddAll(a[1:])
		failing.Left = 1 << 30
		if err == nil {
			require.Greater(t, left, 30, "writes of nine blocks")
			return
		}
		require.ErrorIs(t, err, storetest.ErrCrash)
		r.tipIs(a[0])
		require.Equal(t, all(blocktree.Tip, 9), r.addAll(a[1:]...))
		r.tipIs(a[9])
	}
}
