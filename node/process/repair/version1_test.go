package repair_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/store"
	solution "strata/solutions/chain"
)

// A data directory that version 1 left: bare values in chain.db. The node that opens it has its chain,
// and can undo what version 1 stored.
func TestNodeOpensVersion1_FRK6(t *testing.T) {
	old := store.NewMemory()
	cfg, err := blocktree.Config{}.Complete()
	require.NoError(t, err)
	tree, err := blocktree.Open(old, solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), noPool{}, params, cfg)
	require.NoError(t, err)
	main := branch(chain.Genesis(), "main", 10)
	for _, b := range main {
		_, err := tree.Add(chain.Seal(b))
		require.NoError(t, err)
	}
	dir := t.TempDir()
	db, err := bbolt.Open(filepath.Join(dir, "chain.db"), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, old.View(func(r store.Reader) error {
		return db.Update(func(tx *bbolt.Tx) error {
			for _, name := range []store.Bucket{"blocks", "numbers", "undo", "accounts", "invalid", "meta"} {
				b, err := tx.CreateBucket([]byte(name))
				require.NoError(t, err)
				require.NoError(t, r.Scan(name, b.Put))
			}
			return nil
		})
	}))
	require.NoError(t, db.Close())

	tree, s, err := open(t, dir)
	require.NoError(t, err)
	require.Equal(t, main[9].Hash(), tree.State().Hash())
	side := branch(main[4], "side", 6)
	for _, b := range side {
		_, err := tree.Add(chain.Seal(b))
		require.NoError(t, err)
	}
	require.Equal(t, side[5].Hash(), tree.State().Hash())
	require.NoError(t, s.Close())
	require.NoFileExists(t, filepath.Join(dir, "chain.db"))
}
