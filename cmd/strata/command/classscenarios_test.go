package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The example's scenarios are proved, a class is graded by them as well, a changed one is proved again, and they go
// along with the results. (What is graded without them has none of theirs: TestClass_FromGradeToShow.)
func TestClass_OwnScenarios(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	example := filepath.Join(root, "harness", "class", "example")
	status, out, errs := s.run(t, "class", "check-scenarios", example, "--root", root, "--seeds", "2")
	require.Zero(t, status, errs)
	require.Regexp(t, `course/ring +gossip\.2 +no-seen-set by GSP-3, seed 1 *\n`, out)
	require.Regexp(t, `course/line +gossip\.2 +never-passes-on by GSP-4, seed 1 *\n`, out)

	require.NoError(t, os.CopyFS("mine", os.DirFS(example)))
	require.NoError(t, os.MkdirAll("students/amy/gossip", 0o700))
	write(t, "students/amy/gossip/a.go", "package gossip\n\nimport \"os\"\n") // is refused, and costs nothing
	require.NoError(t, os.CopyFS("students/bob/gossip", os.DirFS(filepath.Join(root, "solutions", "gossip"))))
	replaceIn(t, "students/bob/gossip/gossip.go", "if !h(from, payload) {",
		"if !h(from, payload) || kind == gossip.KindPrefix+\"course:word\" {") // one scenario fails, which is drawn
	grade := func(out string, more ...string) (int, string, string) {
		return s.run(t, append([]string{"class", "grade", "students", "--root", root, "--layer", "gossip", "--seeds", "1",
			"--out", out}, more...)...)
	}
	status, _, errs = grade("whole", "--scenarios", "mine")
	require.Zero(t, status, errs)
	require.Contains(t, errs, "proving the scenarios in mine\n")
	require.Contains(t, reportsIn(t, "whole"), `"course/line"`)
	status, _, errs = s.run(t, "class", "merge", "whole", "--out", "merged") // of several parts: TestClass_FromGradeToShow
	require.Zero(t, status, errs)
	require.NoError(t, os.Rename("mine", "gone"))
	status, _, errs = s.run(t, "class", "export", "merged", "--as", "html", "--to", "pages", "--root", root)
	require.Zero(t, status, errs)
	page, err := os.ReadFile("pages/bob.html")
	require.NoError(t, err)
	require.Contains(t, string(page), "course/line")

	status, _, errs = grade("whole", "--scenarios", "gone")
	require.Zero(t, status, errs)
	require.NotContains(t, errs, "proving", "they have been proved, and their place does not count")
	require.NotContains(t, errs, "hand-ins ", "and nothing is graded twice")
	status, out, errs = s.run(t, "replay", "course/line/1", "--scenarios", "gone", "--dir", "students/bob", "--root", root)
	require.Equal(t, 1, status, errs)
	require.Contains(t, out, "GSP-4")

	replaceIn(t, "gone/example.go", "!slices.Contains(last", "slices.Contains(last")
	status, _, errs = grade("whole", "--scenarios", "gone")
	require.Equal(t, 2, status)
	require.Contains(t, errs, "proving the scenarios in gone\n")
	require.Contains(t, errs, "course/line: our solution fails with seed 1")
	replaceIn(t, "gone/example.go", "slices.Contains(last", "slices.Contain(last")
	status, _, errs = grade("whole", "--scenarios", "gone")
	require.Equal(t, 2, status)
	require.Contains(t, errs, "strata: the scenarios cannot be used: they do not compile:\nstrata: gone/example.go:119:13: undefined: slices.Contain\n")
}

// reportsIn are the reports of a class, one after the other.
func reportsIn(t *testing.T, dir string) string {
	t.Helper()
	reports, err := filepath.Glob(filepath.Join(dir, "reports", "*.json"))
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range reports {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}

// replaceIn replaces a text that a file has once.
func replaceIn(t *testing.T, file, old, text string) {
	t.Helper()
	was, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(was), old), file)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(was), old, text, 1)), 0o600))
}
