package checkout_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/checkout"
)

func TestFind(t *testing.T) {
	for _, text := range []string{"module strata\n", "module strata\r\n\r\ngo 1.26\r\n", "// ours\nmodule strata // yes", "module  strata"} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600))
		below := filepath.Join(dir, "exercises", "gossip")
		require.NoError(t, os.MkdirAll(below, 0o700))
		found, err := checkout.Find(below)
		require.NoError(t, err, "%q", text)
		require.Equal(t, dir, found)
		require.True(t, checkout.Is(dir))
		require.False(t, checkout.Is(below))
	}
}

func TestFind_None(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module strata/bench\n"), 0o600))
	_, err := checkout.Find(dir)
	require.ErrorIs(t, err, checkout.ErrNone)
	require.ErrorContains(t, err, dir)
}

func TestRead_BearsCRLF(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "page"), []byte("a\r\nb\rc\n"), 0o600))
	text, err := checkout.Read(os.DirFS(dir), "page")
	require.NoError(t, err)
	require.Equal(t, "a\nb\rc\n", text)
}
