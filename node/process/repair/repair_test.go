package repair_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/repair"
	"strata/node/store"
	solution "strata/solutions/chain"
)

var params = chain.Params{Difficulty: 3, BlockReward: 100, MaxTransactions: 10}

type noPool struct{}

func (noPool) Add(mempool.Transaction) error { return nil }
func (noPool) Evict(...mempool.TxID)         {}

func open(t *testing.T, dir string) (*blocktree.Tree, *boltstore.Store, error) {
	s, err := boltstore.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := blocktree.Config{}.Complete()
	require.NoError(t, err)
	tree, err := blocktree.Open(s, solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), noPool{}, params, cfg)
	if err != nil {
		require.NoError(t, s.Close())
	}
	return tree, s, err
}

func mine(parent chain.Block, name string) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash()}
	copy(b.Coinbase[:], name)
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

func branch(parent chain.Block, name string, length int) (blocks []chain.Block) {
	for i := range length {
		parent = mine(parent, fmt.Sprint(name, i))
		blocks = append(blocks, parent)
	}
	return blocks
}

// stored makes a store with a chain of 40 blocks and a side branch of 5.
func stored(t *testing.T) (dir string, main, side []chain.Block) {
	dir = t.TempDir()
	tree, s, err := open(t, dir)
	require.NoError(t, err)
	main = branch(chain.Genesis(), "main", 40)
	side = branch(main[29], "side", 5)
	for _, b := range append(append([]chain.Block{}, main...), side...) {
		_, err := tree.Add(chain.Seal(b))
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())
	return dir, main, side
}

func run(t *testing.T, dir string) repair.Report {
	calls := 0
	r, err := repair.Run(t.Context(), dir, solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), params, func(p repair.Progress) {
		require.LessOrEqual(t, p.Done, p.Total)
		calls++
	})
	require.NoError(t, err)
	require.Positive(t, calls)
	return r
}

func path(dir string) string { return filepath.Join(dir, "strata.db") }

// damage replaces bytes of the file.
func damage(t *testing.T, dir string, old, by []byte) {
	text, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	require.True(t, bytes.Contains(text, old))
	require.NoError(t, os.WriteFile(path(dir), bytes.ReplaceAll(text, old, by), 0o600))
}

func TestWholeStore(t *testing.T) {
	dir, main, _ := stored(t)
	r := run(t, dir)
	require.Equal(t, repair.Report{Tip: 40, Hash: main[39].Hash(), Side: 5, Aside: path(dir) + ".damaged"}, r)
	tree, s, err := open(t, dir)
	require.NoError(t, err)
	require.Equal(t, main[39].Hash(), tree.State().Hash())
	require.NoError(t, s.Close())
}

// The pages above the blocks are of no use, and still every block is found.
func TestBrokenTrees_FRK6(t *testing.T) {
	dir, main, side := stored(t)
	text, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	for at := 0; at < len(text); at += os.Getpagesize() {
		copy(text[at:], make([]byte, 16)) // the header of every page
	}
	require.NoError(t, os.WriteFile(path(dir), text, 0o600))
	_, _, err = open(t, dir)
	require.ErrorIs(t, err, store.ErrCorrupt)
	r := run(t, dir)
	require.Equal(t, uint64(40), r.Tip)
	require.Equal(t, 5, r.Side)
	tree, s, err := open(t, dir)
	require.NoError(t, err)
	require.Equal(t, main[39].Hash(), tree.State().Hash())
	require.True(t, tree.Has(side[4].Hash()))
	require.NoError(t, s.Close())
}

// With the difficulty of another chain there is not a block in the file: nothing is changed, so that
// the right one can still be said.
func TestOtherChain(t *testing.T) {
	dir, _, _ := stored(t)
	before, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	other := params
	other.Difficulty = 12
	_, err = repair.Run(t.Context(), dir, solution.New(chain.Config{Params: other, Verifier: mempool.ZIP215{}}), other, func(repair.Progress) {})
	require.ErrorIs(t, err, repair.ErrNoBlocks)
	after, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	require.True(t, bytes.Equal(before, after))
	require.NoFileExists(t, path(dir)+".damaged")
	require.Equal(t, uint64(40), run(t, dir).Tip)
}

// A block that is not whole in any copy is lost, and what descends from it has to come from peers.
func TestLostBlock_FRK6(t *testing.T) {
	dir, main, _ := stored(t)
	text := main[34].Text()
	spoilt := bytes.Clone(text)
	spoilt[len(spoilt)-1] ^= 1
	damage(t, dir, text, spoilt)
	r := run(t, dir)
	require.Equal(t, uint64(35), r.Tip, "that of the side branch")
	require.Equal(t, 4, r.Side, "of the former chain")
	require.Equal(t, 5, r.Cut)
	require.Equal(t, uint64(36), r.Gap)

	tree, s, err := open(t, dir)
	require.NoError(t, err)
	for _, b := range main[34:] {
		_, err := tree.Add(chain.Seal(b))
		require.NoError(t, err)
	}
	require.Equal(t, main[39].Hash(), tree.State().Hash(), "with what peers have")
	require.NoError(t, s.Close())
}

// A store of version 1 is repaired into one of today.
func TestDamagedVersion1(t *testing.T) {
	dir, main, _ := stored(t)
	require.NoError(t, os.Rename(path(dir), filepath.Join(dir, "chain.db")))
	require.Equal(t, uint64(40), run(t, dir).Tip)
	tree, s, err := open(t, dir)
	require.NoError(t, err)
	require.Equal(t, main[39].Hash(), tree.State().Hash())
	require.NoError(t, s.Close())
	require.NoFileExists(t, filepath.Join(dir, "chain.db"))
	require.FileExists(t, filepath.Join(dir, "chain.db.damaged"))
}

func TestAbandoned(t *testing.T) {
	dir, _, _ := stored(t)
	before, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = repair.Run(ctx, dir, solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), params, func(p repair.Progress) {
		if !p.Reading {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	after, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.NoFileExists(t, path(dir)+".new")
	require.NoFileExists(t, path(dir)+".damaged")
}

// After any damage, either all content reads right, or the damage is reported and repair brings back
// a valid chain.
func TestAnyDamage_FRK6(t *testing.T) {
	dir, main, side := stored(t)
	whole, err := os.ReadFile(path(dir))
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(5, 6))
	rounds, reported := 40, 0
	for range rounds {
		text := bytes.Clone(whole)
		switch random.IntN(3) {
		case 0: // a bit
			text[random.IntN(len(text))] ^= 1 << random.IntN(8)
		case 1: // a sector
			at := random.IntN(len(text)/512) * 512
			for i := range 512 {
				text[at+i] = byte(random.Uint32())
			}
		case 2: // the end
			text = text[:random.IntN(len(text))]
		}
		require.NoError(t, os.WriteFile(path(dir), text, 0o600))
		if err := readAll(t, dir, main, side); err != nil {
			require.ErrorIs(t, err, store.ErrCorrupt)
			reported++
			if len(text) < len(whole)/2 { // then there may be no block at all
				_, err := repair.Run(t.Context(), dir, solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), params, func(repair.Progress) {})
				if errors.Is(err, repair.ErrNoBlocks) {
					left, err := os.ReadFile(path(dir))
					require.NoError(t, err)
					require.Equal(t, text, left, "it is as it was")
					continue
				}
				require.NoError(t, err)
				require.NoError(t, os.Rename(path(dir)+".damaged", path(dir)))
			}
			r := run(t, dir)
			tree, s, err := open(t, dir)
			require.NoError(t, err)
			require.Equal(t, r.Tip, tree.State().Number())
			for _, b := range append(append([]chain.Block{}, main...), side...) { // from peers
				_, err := tree.Add(chain.Seal(b))
				require.NoError(t, err)
			}
			require.Equal(t, main[39].Hash(), tree.State().Hash())
			require.NoError(t, s.Close())
			require.NoError(t, readAll(t, dir, main, side))
			require.NoError(t, os.Remove(r.Aside))
		}
	}
	require.Greater(t, reported, rounds/20)
}

// readAll reads all that the tree has to give, and reorganises to the side branch.
func readAll(t *testing.T, dir string, main, side []chain.Block) error {
	tree, s, err := open(t, dir)
	if err != nil {
		return err
	}
	defer func() { require.NoError(t, s.Close()) }()
	var damage error
	tree.OnDamage(func(err error) { damage = err })
	for _, b := range append(append([]chain.Block{}, main...), side...) {
		got, ok := tree.Block(b.Hash())
		hash, onChain := tree.HashAt(b.Number)
		if damage != nil {
			return damage
		}
		require.True(t, ok && onChain)
		require.Equal(t, b, got.Block)
		require.Equal(t, main[b.Number-1].Hash(), hash)
	}
	require.Equal(t, main[39].Hash(), tree.State().Hash())
	return nil
}
