package blocktree_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/node/blocktree"
)

func TestTipIsTheHighestTheFirstOfEquals_FRK1(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	r.tipIs(chain.Genesis())
	a := branch(chain.Genesis(), "a", 2)
	b := branch(chain.Genesis(), "b", 3)
	require.Equal(t, blocktree.Tip, r.add(a...))
	require.Equal(t, blocktree.Side, r.add(b[0]))
	require.Equal(t, blocktree.Side, r.add(b[1]), "as high as the tip, but later")
	r.tipIs(a[1])
	require.Equal(t, blocktree.Tip, r.add(b[2]))
	r.tipIs(b[2])
	require.Equal(t, blocktree.Duplicate, r.add(a[1]))
	require.Equal(t, blocktree.Duplicate, r.add(chain.Genesis()))
	require.Len(t, r.changes, 3)
	require.Equal(t, blocktree.Change{Undone: chaintest.Seal(a...), Applied: chaintest.Seal(b...)}, r.changes[2])
	for i, x := range b {
		hash, ok := r.HashAt(uint64(i + 1))
		require.True(t, ok)
		require.Equal(t, x.Hash(), hash)
	}
	_, ok := r.HashAt(4)
	require.False(t, ok)
}

func TestProofOfWorkAloneNeverMovesTheTip_FRK1(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	good := branch(chain.Genesis(), "a", 2)
	r.add(good...)

	t.Run("the tip stays", func(t *testing.T) {
		bad := mine(chain.Genesis(), "b", broken)
		on := branch(bad, "b", 4)
		require.Equal(t, blocktree.Side, r.add(bad), "not executed: it is not higher")
		require.Equal(t, blocktree.Side, r.add(on[0]))
		require.Equal(t, blocktree.Invalid, r.add(on[1]))
		require.Equal(t, blocktree.Invalid, r.add(on[2]))
		r.tipIs(good[1])
	})
	t.Run("the tip goes as far as blocks are valid", func(t *testing.T) {
		side := branch(chain.Genesis(), "c", 4)
		bad := mine(side[3], "c", broken)
		on := branch(bad, "c", 2)
		r.add(on[1], on[0], bad, side[3], side[2], side[1])
		r.tipIs(good[1])
		require.Equal(t, 6, r.Orphans())
		require.Equal(t, blocktree.Tip, r.add(side[0]))
		r.tipIs(side[3])
		require.Equal(t, blocktree.Invalid, r.add(on[1]))
		require.Zero(t, r.Orphans())
	})
}

func TestLackOfProofOfWork_FRK1(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	b := mine(chain.Genesis(), "a")
	for params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	added, err := r.Add(b)
	require.NoError(t, err)
	require.ErrorIs(t, added.Reason, chain.ErrProofOfWork)
	require.False(t, r.Knows(b.Hash()))
	require.Zero(t, r.ledger.asked[b.Hash()])
}

func TestInvalidIsNeverTriedAgain_FRK2(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	bad := mine(chain.Genesis(), "a", broken)
	on := branch(bad, "a", 3)
	other := branch(bad, "b", 3)
	require.Equal(t, blocktree.Orphan, r.add(on[2], on[0]))
	added, err := r.Add(bad)
	require.NoError(t, err)
	require.ErrorIs(t, added.Reason, chain.ErrBadNonce)

	again := func() {
		added, err = r.Add(bad)
		require.NoError(t, err)
		require.ErrorIs(t, added.Reason, blocktree.ErrKnownInvalid)
		added, err = r.Add(other[0])
		require.NoError(t, err)
		require.Equal(t, blocktree.Invalid, added.Status)
		require.Equal(t, blocktree.Invalid, r.add(on[0]))
		require.Equal(t, blocktree.Invalid, r.add(on[1]))
		require.Equal(t, blocktree.Invalid, r.add(on[2]))
		require.False(t, r.Has(bad.Hash()))
		require.Empty(t, r.Wanted())
	}
	again()
	require.Equal(t, 1, r.ledger.asked[bad.Hash()])
	r = openRig(t, blocktree.Config{}, r.store)
	again()
	require.Zero(t, r.ledger.asked[bad.Hash()], "remembered over a restart")
	for _, b := range append(on, other...) {
		require.Zero(t, r.ledger.asked[b.Hash()])
	}
	good := mine(chain.Genesis(), "c")
	require.Equal(t, blocktree.Tip, r.add(good))
	r.tipIs(good)
}

func TestMemoryOfInvalidIsBounded_FRK2(t *testing.T) {
	r := newRig(t, blocktree.Config{MaxInvalid: 2})
	var bad []chain.Block
	for _, name := range []string{"a", "b", "c", "d"} {
		bad = append(bad, mine(chain.Genesis(), name, broken))
		require.Equal(t, blocktree.Invalid, r.add(bad[len(bad)-1]))
	}
	for range 2 {
		require.False(t, r.Knows(bad[0].Hash()))
		require.False(t, r.Knows(bad[1].Hash()))
		require.True(t, r.Knows(bad[2].Hash()))
		require.True(t, r.Knows(bad[3].Hash()))
		r = openRig(t, blocktree.Config{MaxInvalid: 2}, r.store)
	}
	require.Equal(t, blocktree.Invalid, r.add(bad[0]), "tried once more")
	require.False(t, r.Knows(bad[2].Hash()))
}

// A side branch may hang on a block whose invalidity was found, and forgotten.
func TestForgottenInvalidAncestor_FRK2(t *testing.T) {
	r := newRig(t, blocktree.Config{MaxInvalid: 1})
	good := branch(chain.Genesis(), "g", 3)
	r.add(good...)
	bad := mine(chain.Genesis(), "a", broken)
	left := branch(bad, "l", 3)
	right := branch(bad, "r", 3)
	r.add(bad, left[0], left[1], right[0], right[1])
	require.Equal(t, blocktree.Invalid, r.add(left[2]))
	require.Equal(t, blocktree.Invalid, r.add(right[2]))
	r.tipIs(good[2])
}

func TestOnlyOneGenesis_FRK3(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	fake := chaintest.Mine(params, chain.Block{Coinbase: who("thief")})
	on := mine(fake, "thief")
	require.Equal(t, blocktree.Orphan, r.add(on))
	added, err := r.Add(fake)
	require.NoError(t, err)
	require.ErrorIs(t, added.Reason, chain.ErrNumber)
	require.Equal(t, blocktree.Invalid, r.add(on))
	require.Empty(t, r.Wanted())
}

func TestNumberFollowsTheParents_FRK3(t *testing.T) {
	for _, jump := range []uint64{0, 2, 1000, ^uint64(0)} {
		r := newRig(t, blocktree.Config{})
		first := mine(chain.Genesis(), "a")
		b := chaintest.Mine(params, chain.Block{Number: first.Number + jump, Parent: first.Hash()})
		on := mine(b, "a")

		require.Equal(t, blocktree.Tip, r.add(first))
		require.Equal(t, blocktree.Invalid, r.add(b), "number %d", b.Number)
		require.Equal(t, blocktree.Invalid, r.add(on))

		r = newRig(t, blocktree.Config{})
		require.NotEqual(t, blocktree.Tip, r.add(on, b))
		require.Equal(t, blocktree.Tip, r.add(first))
		r.tipIs(first)
		require.Equal(t, blocktree.Invalid, r.add(on), "found when the parent came")
		require.Zero(t, r.Orphans())
	}
}

func TestOrphansWaitForAncestors_FRK4(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	a := branch(chain.Genesis(), "a", 4)
	require.Equal(t, blocktree.Orphan, r.add(a[3]))
	require.Equal(t, wants(a[2]), r.Wanted())
	require.Equal(t, blocktree.Orphan, r.add(a[1]))
	require.Len(t, r.Wanted(), 2)
	require.Equal(t, blocktree.Orphan, r.add(a[2]))
	require.Equal(t, wants(a[0]), r.Wanted())
	require.Equal(t, blocktree.Duplicate, r.add(a[2]))
	require.Equal(t, blocktree.Tip, r.add(a[0]))
	r.tipIs(a[3])
	require.Empty(t, r.Wanted())
	require.Len(t, r.changes, 1, "the tip moves once, to the highest")
}

func TestFirstOfEqualOrphansIsTheTip_FRK1(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	root := mine(chain.Genesis(), "root")
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		r.add(mine(root, name))
	}
	r.add(root)
	r.tipIs(mine(root, "a"))
}

func TestForget_FRK4(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	a := branch(chain.Genesis(), "a", 4)
	r.add(a[3], a[2])
	r.Forget(a[1].Hash())
	require.Zero(t, r.Orphans())
	require.Empty(t, r.Wanted())
	require.Equal(t, blocktree.Tip, r.add(a...), "forgotten, not invalid")
}

func TestRefuse_FRK4(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	a := branch(chain.Genesis(), "a", 4)
	r.add(a[0], a[3])
	require.NoError(t, r.Refuse(a[2].Hash()))
	require.NoError(t, r.Refuse(a[0].Hash()), "a known block is not refused")
	require.Equal(t, blocktree.Invalid, r.add(a[3]))
	r.tipIs(a[0])
}

// A chain that is longer than there is room for orphans is got in stages, each asked for from its
// top downwards.
func TestOrphansAreBounded_FRK4(t *testing.T) {
	const room, length = 10, 100
	r := newRig(t, blocktree.Config{MaxOrphans: room})
	a := branch(chain.Genesis(), "a", length)
	network := map[chain.BlockHash]chain.Block{}
	for _, b := range a {
		network[b.Hash()] = b
	}
	r.add(a[length-1])
	for asked := 0; len(r.Wanted()) > 0; asked++ {
		require.LessOrEqual(t, r.Orphans(), room)
		require.Less(t, asked, length*length)
		r.add(network[r.Wanted()[0]])
	}
	r.tipIs(a[length-1])

	for range 3 * room {
		r.add(mine(mine(chain.Block{Nonce: uint64(len(a))}, "x"), "y"))
		r.add(chaintest.Mine(params, chain.Block{Number: 5, Parent: chain.BlockHash{byte(len(a)), 1}}))
		a = append(a, chain.Block{})
		require.LessOrEqual(t, r.Orphans(), room)
		require.LessOrEqual(t, len(r.Wanted()), room+1)
	}
}
