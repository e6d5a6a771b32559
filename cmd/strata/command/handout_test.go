package command

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What students get has the chosen layers, dates and no solutions; there, strata grades these and gives no hints.
func TestHandout_OfACourse(t *testing.T) {
	s := deskSession(t)
	out := s.ok(t, "handout", "exam", "--layer", "gossip", "--layer", "leader", "--no-hints",
		"--due", "gossip=2026-11-20", "--title", "Exam")
	require.Regexp(t, `^exam: \d+ files$`, out)
	layers, err := os.ReadDir(filepath.Join("exam", "exercises"))
	require.NoError(t, err)
	require.Len(t, layers, 2)
	text, err := os.ReadFile(filepath.Join("exam", "README.md"))
	require.NoError(t, err)
	require.Contains(t, string(text), "# Exam\n")
	require.Contains(t, string(text), "| gossip | `exercises/gossip` | 15 | 2026-11-20 |\n")
	require.NotContains(t, string(text), "strata hint")

	t.Chdir("exam")
	require.Contains(t, s.refused(t, "hint", "gossip.1"), "your course gives no hints: read docs/4-gossip.md, or ask")
	status, out, errs := s.run(t, "grade", "--quiet", "--seeds", "1")
	require.Equal(t, exitNo, status, errs)
	require.Contains(t, out, "leader.1")
	require.NotContains(t, out, "mempool")
}

// An archive has the same in a directory of its name, and what makes no sense leaves none.
func TestHandout_AnArchive(t *testing.T) {
	s := deskSession(t)
	s.ok(t, "handout", "course.zip")
	z, err := zip.OpenReader("course.zip")
	require.NoError(t, err)
	defer z.Close()
	names := make(map[string]bool)
	for _, f := range z.File {
		names[f.Name] = true
		require.True(t, strings.HasPrefix(f.Name, "course/"), f.Name)
		in, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(in)
		require.NoError(t, err)
		require.NotContains(t, string(text), "package mutants", f.Name)
	}
	for _, name := range []string{"course/exercises/chain/chain.go", "course/desk.toml", "course/.ci/grade.sh"} {
		require.True(t, names[name], name)
	}
	for want, args := range map[string][]string{
		`unknown layer "gosip"`:     {"--layer", "gosip"},
		"want LAYER=WHEN":           {"--due", "gossip"},
		"mempool is not handed out": {"--layer", "gossip", "--due", "mempool=soon"},
		"--title has more than one": {"--title", "a\nb"},
	} {
		require.Contains(t, s.refused(t, append([]string{"handout", "other.zip"}, args...)...), want)
		require.NoFileExists(t, "other.zip")
	}
	require.Contains(t, s.refused(t, "handout", "no/such/course.zip"), "cannot be written")
}
