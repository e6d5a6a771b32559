package blocktree_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/node/blocktree"
)

// forest is a random tree of blocks, some of them invalid.
type forest struct {
	blocks []chain.Block
	parent []int  // index of the parent; -1 is genesis
	sound  []bool // it and all its ancestors are valid
}

func drawForest(t *rapid.T) forest {
	var f forest
	for i := range rapid.IntRange(1, 25).Draw(t, "blocks") {
		p := rapid.IntRange(max(-1, i-6), i-1).Draw(t, "parent")
		parent, sound := chain.Genesis(), true
		if p >= 0 {
			parent, sound = f.blocks[p], f.sound[p]
		}
		coinbase := fmt.Sprint("miner ", i)
		b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: who(coinbase)}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			b.Number += 1 + uint64(rapid.IntRange(0, 2).Draw(t, "jump"))
			sound = false
		case 1:
			b.Transactions = append(b.Transactions, broken)
			sound = false
		case 2:
			if p >= 0 { // valid only here: the parent's coinbase spends its reward
				b.Transactions = append(b.Transactions, pay(fmt.Sprint("miner ", p), "bob", 0, 40))
			}
		}
		f.blocks = append(f.blocks, chaintest.Mine(params, b))
		f.parent = append(f.parent, p)
		f.sound = append(f.sound, sound)
	}
	return f
}

// expected follows FRK-1 in the plainest way: a block counts when it and its ancestors have come, and
// the tip is the highest that counts, the first of equals.
func (f forest) expected(order []int) (height uint64, tips map[chain.BlockHash]bool) {
	for _, i := range order {
		if f.sound[i] {
			height = max(height, f.blocks[i].Number)
		}
	}
	tips = map[chain.BlockHash]bool{}
	for _, i := range order {
		if f.sound[i] && f.blocks[i].Number == height {
			tips[f.blocks[i].Hash()] = true
		}
	}
	if height == 0 {
		tips[chain.Genesis().Hash()] = true
	}
	return height, tips
}

// counted simulates which blocks are there with all their ancestors after some have come.
func (f forest) counted(came []int) []int {
	here := map[int]bool{-1: true}
	for range came { // until nothing changes
		for _, i := range came {
			if here[f.parent[i]] {
				here[i] = true
			}
		}
	}
	var counted []int
	for _, i := range came {
		if here[i] {
			counted = append(counted, i)
		}
	}
	return counted
}

func TestAnyTreeInAnyOrder_FRK1_FRK2_FRK3_FRK5_FRK6(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := drawForest(rt)
		indices := make([]int, len(f.blocks))
		for i := range indices {
			indices[i] = i
		}
		order := rapid.Permutation(indices).Draw(rt, "order")
		r := newRig(t, blocktree.Config{})
		for n, i := range order {
			before := r.State().Number()
			_, err := r.Add(f.blocks[i])
			require.NoError(t, err)
			height, tips := f.expected(f.counted(order[:n+1]))
			require.Equal(t, height, r.State().Number())
			require.True(t, tips[r.State().Hash()])
			require.Equal(t, r.State().Number() > before, len(r.changes) > 0, "the tip moves only upwards")
			r.changes = nil
			if rapid.IntRange(0, 9).Draw(rt, "restart") == 0 {
				tip := r.State().Hash()
				r = openRig(t, blocktree.Config{}, r.store)
				require.Equal(t, tip, r.State().Hash())
				for _, j := range order[:n+1] { // what waited in memory comes again
					_, err := r.Add(f.blocks[j])
					require.NoError(t, err)
				}
				r.changes = nil
			}
		}
		require.True(t, replay(t, r.Tree).Equal(r.State()))
		for i, b := range f.blocks {
			if !f.sound[i] && r.ledger.asked[b.Hash()] > 1 {
				t.Fatalf("invalid block %d was tried %d times", b.Number, r.ledger.asked[b.Hash()])
			}
		}
		require.Zero(t, r.Orphans())
	})
}

func TestAnyTreeInAnyBatches_FRK1_FRK2(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := drawForest(rt)
		indices := make([]int, len(f.blocks))
		for i := range indices {
			indices[i] = i
		}
		order := rapid.Permutation(indices).Draw(rt, "order")
		r := newRig(t, blocktree.Config{})
		for from := 0; from < len(order); {
			to := min(len(order), from+rapid.IntRange(1, 12).Draw(rt, "batch"))
			var batch []chain.Block
			for _, i := range order[from:to] {
				batch = append(batch, f.blocks[i])
			}
			added, err := r.AddAll(batch)
			require.NoError(t, err)
			for n, i := range order[from:to] {
				require.Equal(t, added[n].Status == blocktree.Invalid, added[n].Reason != nil)
				require.False(t, f.sound[i] && added[n].Status == blocktree.Invalid, "valid block %d: %v", f.blocks[i].Number, added[n].Reason)
				require.False(t, !f.sound[i] && added[n].Status == blocktree.Tip)
			}
			from = to
			height, tips := f.expected(f.counted(order[:to]))
			require.Equal(t, height, r.State().Number())
			require.True(t, tips[r.State().Hash()])
		}
		require.True(t, replay(t, r.Tree).Equal(r.State()))
		for i, b := range f.blocks {
			if !f.sound[i] && r.ledger.asked[b.Hash()] > 1 {
				t.Fatalf("invalid block %d was tried %d times", b.Number, r.ledger.asked[b.Hash()])
			}
		}
	})
}
