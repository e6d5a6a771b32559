package grade

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// G17: whoever has changed what grades the exercises is told so, whether it is committed or not.
func TestChanged(t *testing.T) {
	needs.Program(t, "apt-get install git", "git")
	root := filepath.Join(t.TempDir(), "ws")
	run := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-C", root},
			args...)...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	write := func(name, text string) {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	noted := func() []string { return changed(context.Background(), root) }
	write("network/errors.go", "package network\n")
	write("exercises/network/conn.go", "package network\n")
	require.Empty(t, noted(), "no git, no note")
	run("init", "-q", "-b", "main")
	run("add", ".")
	run("commit", "-qm", "the workshop")
	run("branch", "published")
	run("branch", "-q", "--set-upstream-to=published")
	write("exercises/network/conn.go", "package network\n\nvar mine = 1\n")
	write("notes.txt", "not part of it")
	require.Empty(t, noted(), "what students write is theirs")

	write("network/errors.go", "package network\n\nvar Mine = 1\n")
	require.Contains(t, noted()[0], "changed outside of exercises: network/errors.go; ")
	run("commit", "-qam", "all of it")
	require.Contains(t, noted()[0], "network/errors.go")
	run("checkout", "-q", "published", "--", "network/errors.go")
	require.Empty(t, noted())
}
