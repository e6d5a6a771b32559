package blocktree_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/node/blocktree"
	"strata/node/simdisk"
)

// crashWorkload has all that a tree writes: a chain, payments, reorganisations, side branches, an orphan
// that connects, invalid blocks, pruning.
func crashWorkload() [][]chain.Block {
	root := mine(chain.Genesis(), "alice")
	a := append([]chain.Block{mine(root, "a", pay("alice", "bob", 0, 10))}, branch(root, "x", 1)...)
	b := branch(root, "b", 3)
	bad := mine(b[2], "b", broken)
	c := branch(a[0], "c", 5)
	batch := append(branch(c[2], "d", 4), branch(c[4], "e", 3)...)
	return [][]chain.Block{{root}, {a[0]}, {a[1]}, {b[1]}, {b[0]}, {b[2]}, {bad}, c[:2], c[2:], batch}
}

// The machine stops in every update of a workload, and each byte of what was being written is
// once the last that reached the disk; or any stretch of it did not.
func TestTornAndLostAtEveryWrite_FRK6(t *testing.T) {
	cfg, err := blocktree.Config{KeepUndo: 4}.Complete()
	require.NoError(t, err)
	workload := crashWorkload()
	crashes, kept, last := 0, 0, workload[len(workload)-1]
	for stop := 1; ; stop++ {
		disk := simdisk.New(1)
		disk.StopAt = stop
		reported, height := chain.Genesis().Hash(), uint64(0)
		stopped := func() bool {
			tree, err := blocktree.Open(disk, ledger{map[chain.BlockHash]int{}}, &pool{}, params, cfg)
			if err == nil {
				tree.Watch(func(blocktree.Change) { reported, height = tree.State().Hash(), tree.State().Number() })
				for _, blocks := range workload {
					if _, err = tree.AddAll(chaintest.Seal(blocks...)); err != nil {
						break
					}
				}
			}
			require.True(t, err == nil || errors.Is(err, simdisk.ErrStopped), "%v", err)
			return err != nil
		}()
		if !stopped {
			break
		}
		check := func(after *simdisk.Disk, final bool, what string) {
			crashes++
			r := openRig(t, cfg, after)
			require.GreaterOrEqual(t, r.State().Number(), height, what)
			if r.State().Number() == height {
				require.Equal(t, reported, r.State().Hash(), what)
			} else {
				kept++
			}
			require.True(t, replay(t, r.Tree).Equal(r.State()), what)
			if final {
				for _, blocks := range workload {
					_, err := r.AddAll(blocks)
					require.NoError(t, err)
				}
				r.tipIs(last[len(last)-1])
			}
		}
		unsynced := disk.Unsynced()
		require.Positive(t, unsynced)
		for keep := range unsynced + 1 {
			check(disk.After(keep, 0, 0), keep%100 == 0 || keep == unsynced, fmt.Sprintf("update %d, %d bytes", stop, keep))
		}
		const sector = 64 // small, so that records have some
		for lost := 0; lost < unsynced; lost += sector {
			check(disk.After(unsynced, lost, sector), false, fmt.Sprintf("update %d, lost at %d", stop, lost))
			check(disk.After(unsynced, lost, unsynced), false, fmt.Sprintf("update %d, lost from %d", stop, lost))
		}
	}
	require.Greater(t, crashes, 3000)
	require.Positive(t, kept, "some updates reached the disk and were not reported")
}
