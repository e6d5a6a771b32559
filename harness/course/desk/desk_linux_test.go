package desk

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/skeleton"
)

// A directory that is there is enough: nothing is written beside it. Nobody can write beside a name in /proc.
func TestNew_InADirectoryBesideWhichNothingCanBeWritten(t *testing.T) {
	dir, err := os.Open(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	made, err := New(root, fmt.Sprintf("/proc/self/fd/%d", dir.Fd()), skeleton.Steps, origin)
	require.NoError(t, err)
	require.NotEmpty(t, made)
	found, err := Find(dir.Name())
	require.NoError(t, err)
	require.Equal(t, Desk{Dir: dir.Name(), From: origin}, found)
	entries, err := os.ReadDir(dir.Name())
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, e.Name(), "strata-new")
	}
}
