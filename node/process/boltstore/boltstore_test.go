package boltstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/boltstore"
	"strata/node/store"
	"strata/node/store/storetest"
)

func TestStore_FRK6(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := boltstore.Open(t.TempDir())
		require.NoError(t, err)
		return s
	})
}

func TestStoreIsKept_FRK6(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	s, err := boltstore.Open(dir)
	require.NoError(t, err)
	require.NoError(t, s.Update(func(w store.Writer) error {
		w.Put("fruit", []byte("apple"), []byte("red"))
		return nil
	}))
	_, err = boltstore.Open(dir)
	require.ErrorIs(t, err, boltstore.ErrLocked)
	require.EqualError(t, err, "data directory "+dir+" is used by another node")
	require.NoError(t, s.Close())

	s, err = boltstore.Open(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"fruit/apple=red"}, storetest.Contents(t, s, "fruit"))
	require.NoError(t, s.Close())

	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

// An Update writes no list of the free pages: Close does, and after a kill Open finds them, so that the file does not
// grow from kill to kill (FRK-6, C5).
func TestFreePages_AreFoundAfterAKill_C5(t *testing.T) {
	dir, content := killed(t)
	path := func() string { return filepath.Join(dir, "strata.db") }
	listed, err := boltstore.Listed(path())
	require.NoError(t, err)
	require.False(t, listed)
	before, err := os.Stat(path())
	require.NoError(t, err)
	for range 30 {
		s, err := boltstore.Open(dir)
		require.NoError(t, err)
		require.Equal(t, content, storetest.Contents(t, s, buckets...))
		require.NoError(t, s.Update(func(w store.Writer) error {
			w.Put("large", []byte("most of it"), make([]byte, before.Size()/4))
			return nil
		}))
		require.NoError(t, s.Update(func(w store.Writer) error {
			w.Delete("large", []byte("most of it"))
			return nil
		}))
		left := t.TempDir()
		copyStore(t, dir, left)
		require.NoError(t, s.Close())
		listed, err := boltstore.Listed(path())
		require.NoError(t, err)
		require.True(t, listed)
		dir = left
	}
	after, err := os.Stat(path())
	require.NoError(t, err)
	require.LessOrEqual(t, after.Size(), 4*before.Size())
}

func TestBadDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := boltstore.Open(file)
	require.ErrorContains(t, err, "data directory "+file)
}
