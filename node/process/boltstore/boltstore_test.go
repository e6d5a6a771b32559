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

func TestBadDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := boltstore.Open(file)
	require.ErrorContains(t, err, "data directory "+file)
}
