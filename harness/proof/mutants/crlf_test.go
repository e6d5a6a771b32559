package mutants

import (
	"bytes"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

// windows is a tree whose lines end as on Windows.
type windows struct{ fs.FS }

func (w windows) ReadFile(name string) ([]byte, error) {
	text, err := fs.ReadFile(w.FS, name)
	return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), err
}

// A checkout with such lines has the same bank, and it fits.
func TestBank_BearsCRLF(t *testing.T) {
	want, err := Load(root)
	require.NoError(t, err)
	got, err := Load(windows{root})
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.NoError(t, fits(windows{root}, got))
	ours, err := Operators(root)
	require.NoError(t, err)
	theirs, err := Operators(windows{root})
	require.NoError(t, err)
	require.Equal(t, ours, theirs)
}
