package atomicfile_test

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/atomicfile"
)

// holds says that the file has the content and is its owner's alone, and that nothing is beside it.
func holds(t *testing.T, path, content string) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, content, string(got))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// Of many that write at once one wins, and its file is whole.
func TestCreate_NeverReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = atomicfile.Create(path, []byte("whole "+strconv.Itoa(i))) })
	}
	all.Wait()
	won := -1
	for i, err := range errs {
		if err == nil {
			require.Equal(t, -1, won, "one alone")
			won = i
			continue
		}
		require.ErrorIs(t, err, atomicfile.ErrExists)
		require.EqualError(t, err, path+" is there already; it is left as it is")
	}
	holds(t, path, "whole "+strconv.Itoa(won))
}

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, atomicfile.Replace(path, []byte("old")))
	require.NoError(t, atomicfile.Replace(path, []byte("new")))
	holds(t, path, "new")
}

func TestNoSuchDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "file")
	want := path + " cannot be written: no such file or directory"
	require.EqualError(t, atomicfile.Create(path, nil), want)
	require.EqualError(t, atomicfile.Replace(path, nil), want)
}

// What cannot get its name leaves nothing behind.
func TestReplace_ADirectoryInItsPlace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o700))
	require.Error(t, atomicfile.Replace(path, nil))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}
