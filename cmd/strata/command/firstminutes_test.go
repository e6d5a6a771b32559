package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The first ten minutes: nothing that takes long is silent, a table that is as it should be explains the error that
// make shows beneath it, and the README says first what to write, what to run, and what is seen then.
func TestFirstMinutes_D11(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	s.env["MAKELEVEL"] = "1"
	status, out, errs := s.run(t, "grade", filepath.Join(root, "exercises"), "--root", root, "--step", "network.1")
	require.Equal(t, exitNo, status, errs)
	require.Contains(t, out, "not written yet")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Equal(t, "Points are missing, so the exit status is 1, and make reports an error: that is all it means",
		lines[len(lines)-1])

	status, _, errs = s.run(t, "grade", filepath.Join(root, "solutions"), "--root", root, "--step", "network.1", "--seeds", "1")
	require.Equal(t, exitOK, status, errs)
	require.True(t, strings.HasPrefix(errs, "building the grader with these layers; the first time takes up to a minute\n"), errs)

	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	_, build, found := strings.Cut(string(makefile), "\nbuild: go ")
	require.True(t, found)
	inOrder(t, build, `echo "building $(STRATA); the first time takes`, "$(BUILD) -o $(STRATA)")

	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	inOrder(t, string(readme), "make build", "strata grade --layer echo", "It says `passed`", "delete the line `delete(l.said, id)`",
		"look for `network.1`", "strata grade --step network.1", "Once it is right it says `passed`", "| chapter |", "make demo FOR=20s")
}

// inOrder wants the parts in a text, one after the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		_, after, found := strings.Cut(text, part)
		require.True(t, found, "%q does not come after what should be before it", part)
		text = after
	}
}
