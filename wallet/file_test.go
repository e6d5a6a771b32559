package wallet_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/atomicfile"
	"strata/wallet"
)

func TestCreate_ForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	k := sealed(t)
	require.NoError(t, wallet.Create(path, k))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := wallet.Read(path)
	require.NoError(t, err)
	require.Equal(t, k, again)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside it")
}

func TestCreate_NeverReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alice.wallet")
	require.NoError(t, wallet.Create(path, sealed(t)))
	require.ErrorIs(t, wallet.Create(path, sealed(t)), atomicfile.ErrExists)
}

func TestRead_BadFiles(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big")
	require.NoError(t, os.WriteFile(big, bytes.Repeat([]byte(" "), 1<<20), 0o600))
	_, err := wallet.Read(big)
	require.EqualError(t, err, big+": not a keystore: over 65536 bytes")
	_, err = wallet.Read(dir)
	require.ErrorContains(t, err, "is a directory")
	_, err = wallet.Read(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
