package skeleton

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
)

// root is that of the module.
const root = "../../.."

// Students edit the exercises, and their tests are to pass all the same: this one is for us.
func TestExercisesAreFresh(t *testing.T) {
	if os.Getenv("STRATA_CHECK") == "" {
		t.Skip("`make check` looks for drift")
	}
	drift, err := Diff(root, Steps)
	require.NoError(t, err)
	require.Empty(t, drift, "`make skeletons` makes them again")
}

// Every step is something that the student finds unwritten, and nothing of ours is left.
func TestSkeletonsAreUnwritten(t *testing.T) {
	files, err := Generate(root, Steps)
	require.NoError(t, err)
	var all []byte
	for _, text := range files {
		all = append(all, text...)
	}
	for _, s := range steps.List {
		if s.Layer == steps.Whole || slices.Contains(steps.Practice, s.Layer) {
			continue
		}
		require.True(t, bytes.Contains(all, fmt.Appendf(nil, "panic(network.NotWritten(%q))", s.ID)), "no panic for %s", s.ID)
	}
	require.NotContains(t, string(all), "strata:")
	require.NotContains(t, string(all), "reference implementation")
}

// The list of steps tells the true length of our solution.
func TestStepsTellTheLength(t *testing.T) {
	lines, err := Lines(root)
	require.NoError(t, err)
	for _, s := range steps.List {
		require.Equal(t, lines[s.ID], s.Lines, "lines of our solution of %s", s.ID)
	}
}
