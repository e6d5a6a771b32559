package steps_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/skeleton"
	"strata/harness/course/steps"
)

func TestValidate(t *testing.T) {
	require.NoError(t, steps.Validate())
}

func TestStep_Chapter(t *testing.T) {
	for id, want := range map[string]string{
		"network.1": "docs/1-network.md", "chain.3": "docs/6-chain.md", "stack.1": "docs/6-chain.md",
		"leader.1": "docs/7-leader.md", "validators.1": "docs/8-validators.md", "causal.1": "docs/10-causal.md", "echo.1": "docs/0-echo.md",
	} {
		s, ok := steps.Find(id)
		require.True(t, ok, id)
		require.Equal(t, want, s.Chapter())
	}
}

// TestList_SaysHowLongOurSolutionIs compares the lengths with what stands between the markers.
func TestList_SaysHowLongOurSolutionIs(t *testing.T) {
	lines, err := skeleton.Lines("../../..")
	require.NoError(t, err)
	for _, s := range steps.List {
		require.Equal(t, lines[s.ID], s.Lines, s.ID)
		delete(lines, s.ID)
	}
	require.Empty(t, lines, "steps in the solutions that the list does not have")
}
