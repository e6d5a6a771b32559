package blocktree_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

func TestReorganisation_FRK5(t *testing.T) {
	r := newRig(t, blocktree.Config{})
	root := mine(chain.Genesis(), "alice")
	both := pay("alice", "bob", 0, 10)
	lost := pay("alice", "carol", 1, 20)
	won := pay("alice", "dave", 1, 30)
	a1 := mine(root, "miner a", both)
	a2 := mine(a1, "miner a", lost)
	b1 := mine(root, "miner b", both, won)
	b2 := mine(b1, "miner b")
	b3 := mine(b2, "miner b")

	r.pool.txs = []mempool.Transaction{both, lost, won}
	r.add(root, a1, a2)
	require.Equal(t, []mempool.Transaction{won}, r.pool.txs)
	r.add(b1, b2, b3)
	r.tipIs(b3)
	require.Equal(t, []mempool.Transaction{lost}, r.pool.txs, "the undone comes back, the included goes")
	require.Equal(t, chain.Account{Balance: 60, Nonce: 2}, r.State().Account(who("alice")))
	require.Equal(t, chain.Account{}, r.State().Account(who("carol")))
	require.Equal(t, chain.Account{}, r.State().Account(who("miner a")))

	a4 := branch(a2, "miner a", 3)
	r.add(a4...)
	r.tipIs(a4[2])
	require.Equal(t, []mempool.Transaction{won}, r.pool.txs)
	require.Equal(t, uint64(20), r.State().Account(who("carol")).Balance)
}

// counting counts what a reorganisation does to the store.
type counting struct {
	store.Store
	writes int
}

func (c *counting) Update(f func(store.Writer) error) error {
	failing := &storetest.Failing{Store: c.Store, Left: math.MaxInt}
	err := failing.Update(f)
	c.writes += math.MaxInt - failing.Left
	return err
}

func TestReorganisationCostsWhatItReplaces_FRK5(t *testing.T) {
	cost := func(before, depth int) int {
		store := &counting{Store: store.NewMemory()}
		r := openRig(t, blocktree.Config{}, store)
		root := branch(chain.Genesis(), "account ", before)
		r.add(root...)
		base := root[before-1]
		r.add(branch(base, "a", depth)...)
		b := branch(base, "b", depth+1)
		r.add(b[:depth]...)
		store.writes = 0
		require.Equal(t, blocktree.Tip, r.add(b[depth]))
		return store.writes
	}
	require.Equal(t, cost(1, 1), cost(100, 1), "independent of chain and accounts")
	require.Less(t, cost(1, 20), 21*cost(1, 1))
}

// Every write of a workload is once the last before the machine crashes.
func TestCrashAnywhere_FRK6(t *testing.T) {
	var blocks []chain.Block
	root := mine(chain.Genesis(), "alice")
	a := append([]chain.Block{mine(root, "a", pay("alice", "bob", 0, 10))}, branch(root, "x", 1)...)
	b := branch(root, "b", 3)
	bad := mine(b[2], "b", broken)
	blocks = append(blocks, root, a[0], a[1], b[1], b[0], b[2], bad)
	blocks = append(blocks, branch(a[0], "c", 5)...)

	crashes := 0
	for left := 0; ; left++ {
		disk := store.NewMemory()
		failing := &storetest.Failing{Store: disk, Left: left}
		var reported chain.BlockHash
		var height uint64
		func() {
			cfg, err := blocktree.Config{}.Complete()
			require.NoError(t, err)
			tree, err := blocktree.Open(failing, ledger{map[chain.BlockHash]int{}}, &pool{}, params, cfg)
			if err != nil {
				require.ErrorIs(t, err, storetest.ErrCrash)
				return
			}
			reported = tree.State().Hash()
			tree.Watch(func(blocktree.Change) { reported, height = tree.State().Hash(), tree.State().Number() })
			for _, b := range blocks {
				if _, err := tree.Add(chain.Seal(b)); err != nil {
					require.ErrorIs(t, err, storetest.ErrCrash)
					return
				}
			}
		}()
		r := openRig(t, blocktree.Config{}, disk)
		require.GreaterOrEqual(t, r.State().Number(), height)
		if r.State().Number() == height && height > 0 {
			require.Equal(t, reported, r.State().Hash())
		}
		require.True(t, replay(t, r.Tree).Equal(r.State()))
		r.add(blocks...)
		r.tipIs(blocks[len(blocks)-1])
		if failing.Left >= 0 {
			break
		}
		crashes++
	}
	require.Greater(t, crashes, 60, "writes of the workload")
}

func TestOnDisk_FRK6(t *testing.T) {
	dir := t.TempDir()
	open := func() (*rig, *boltstore.Store) {
		disk, err := boltstore.Open(dir)
		require.NoError(t, err)
		return openRig(t, blocktree.Config{}, disk), disk
	}
	r, disk := open()
	a, b := branch(chain.Genesis(), "a", 3), branch(chain.Genesis(), "b", 5)
	bad := mine(a[2], "a", broken)
	r.add(a...)
	r.add(b[:3]...)
	r.add(bad)
	require.NoError(t, disk.Close())

	r, disk = open()
	r.tipIs(a[2])
	require.True(t, r.Knows(bad.Hash()))
	require.Equal(t, blocktree.Tip, r.add(b[3], b[4]), "undone with what the first life stored")
	require.NoError(t, disk.Close())

	r, disk = open()
	r.tipIs(b[4])
	require.NoError(t, disk.Close())
}

func TestCorruptStore_FRK6(t *testing.T) {
	good := func() *rig {
		r := newRig(t, blocktree.Config{})
		r.add(branch(chain.Genesis(), "a", 3)...)
		return r
	}
	tip := good().State().Hash()
	damages := map[string]func(w store.Writer){
		"tip cut short":   func(w store.Writer) { w.Put("meta", []byte("tip"), []byte("x")) },
		"no tip block":    func(w store.Writer) { w.Delete("blocks", tip[:]) },
		"other tip block": func(w store.Writer) { w.Put("blocks", tip[:], mine(chain.Genesis(), "z").Text()) },
		"garbage block":   func(w store.Writer) { w.Put("blocks", tip[:], []byte("z")) },
		"no number":       func(w store.Writer) { w.Delete("numbers", []byte{0, 0, 0, 0, 0, 0, 0, 3}) },
		"no undo":         func(w store.Writer) { w.Delete("undo", []byte{0, 0, 0, 0, 0, 0, 0, 3}) },
		"account missing": func(w store.Writer) { k := who("a1"); w.Delete("accounts", k[:]) },
		"account garbage": func(w store.Writer) { k := who("a1"); w.Put("accounts", k[:], []byte("1")) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			r := good()
			require.NoError(t, r.store.Update(func(w store.Writer) error {
				damage(w)
				return nil
			}))
			cfg, _ := blocktree.Config{}.Complete()
			_, err := blocktree.Open(r.store, r.ledger, r.pool, params, cfg)
			require.ErrorIs(t, err, blocktree.ErrCorrupt)
		})
	}
	cfg, _ := blocktree.Config{}.Complete()
	_, err := blocktree.Open(good().store, ledger{}, &pool{}, chain.Params{Difficulty: 2, BlockReward: 100, MaxTransactions: 10}, cfg)
	require.ErrorIs(t, err, blocktree.ErrOtherChain)
}

func TestStoreFails_FRK6(t *testing.T) {
	failing := &storetest.Failing{Store: store.NewMemory(), Left: 1 << 30}
	r := openRig(t, blocktree.Config{}, failing)
	a := branch(chain.Genesis(), "a", 2)
	r.add(a[0])
	failing.Left = 2
	_, err := r.Add(a[1])
	require.ErrorIs(t, err, storetest.ErrCrash)
	require.Equal(t, a[0].Hash(), r.State().Hash(), "nothing has changed")
	failing.Left = 1 << 30
	require.Equal(t, blocktree.Tip, r.add(a[1]))
	r.tipIs(a[1])
}
