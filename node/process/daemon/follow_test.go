package daemon

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/store"
	"strata/solutions"
)

type nobody struct{}

func (nobody) Add(mempool.Transaction) error { return nil }
func (nobody) Evict(...mempool.TxID)         {}

// An index that is broken on the disk is thrown away and made again, and the node goes on meanwhile.
func TestFollower_MakesABrokenIndexAgain(t *testing.T) {
	defer goleak.VerifyNone(t)
	params, err := chain.Params{Difficulty: 1}.Complete()
	require.NoError(t, err)
	cfg, err := blocktree.Config{}.Complete()
	require.NoError(t, err)
	db := store.NewMemory()
	_, err = blocktree.Open(db, solutions.Stack().NewExecutor(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), nobody{}, params, cfg)
	require.NoError(t, err)

	data := t.TempDir()
	dir := filepath.Join(data, indexDir)
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "strata.db"), []byte("no store at all"), 0o600))
	f := newFollower(data, db, func(error) {}, slog.New(slog.DiscardHandler))
	f.pause = time.Millisecond
	require.Nil(t, f.index())
	f.start()
	defer f.stop()
	require.Eventually(t, func() bool { return f.index() != nil }, 2*time.Minute, time.Millisecond)
	number, hash, err := f.index().Tip()
	require.NoError(t, err)
	require.Zero(t, number)
	require.Equal(t, chain.Genesis().Hash(), hash)
}
