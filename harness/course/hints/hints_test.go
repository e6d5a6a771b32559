package hints_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/hints"
	"strata/harness/course/steps"
)

func TestBook_HandsOutOneByOne(t *testing.T) {
	root := t.TempDir()
	step, other := steps.List[0], steps.List[1]
	tier, err := hints.Open(root).Again(step)
	require.NoError(t, err)
	require.Zero(t, tier)
	for _, want := range []int{1, 2, 3, 3} {
		tier, err := hints.Open(root).Next(step) // a new book each time: it is the file that remembers
		require.NoError(t, err)
		require.Equal(t, want, tier)
	}
	tier, err = hints.Open(root).Next(other)
	require.NoError(t, err)
	require.Equal(t, 1, tier)
	require.NoError(t, hints.Open(root).Reset(step))
	tier, err = hints.Open(root).Next(step)
	require.NoError(t, err)
	require.Equal(t, 1, tier)
	tier, err = hints.Open(root).Again(other)
	require.NoError(t, err)
	require.Equal(t, 1, tier)
	left, err := os.ReadDir(filepath.Join(root, ".strata"))
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file is left behind")
}

func TestBook_NoBook(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, ".strata"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, ".strata", "hints.json"), []byte("what?"), 0o600))
	_, err := hints.Open(root).Next(steps.List[0])
	require.ErrorIs(t, err, hints.ErrUnreadable)
}

func TestText(t *testing.T) {
	step := steps.List[0]
	text := hints.Text(step, 3)
	require.Contains(t, text, step.ID+"  "+step.Title+": hint 3 of 3, pseudo-code\n\n    append piece to rest\n    while")
}
