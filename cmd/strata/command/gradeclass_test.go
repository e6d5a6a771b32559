package command

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// submissions is a directory of submissions that need no compiler to be graded, and of what is none.
func submissions(t *testing.T) (dirs []string) {
	t.Helper()
	for path, text := range map[string]string{
		"students/amy/gossip/a.go":       "package gossip\n\nimport \"os\"\n",
		"students/dan o'neil/notes.txt":  "later",
		"students/eve/work/gossip/a.go":  "package gossip\n\nimport \"os\"\n",
		"students/__MACOSX/eve/._work":   "what macOS leaves",
		"students/README":                "these are the submissions",
		"students/bob/mempool/mempool.s": "TEXT",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		write(t, path, text)
	}
	dirs, err := filepath.Glob("students/*")
	require.NoError(t, err)
	return dirs
}

// A class is graded to its end, whatever one submission is, and shown in one table.
func TestGrade_AClass(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	dirs := submissions(t)
	args := append([]string{"grade", "--root", root, "--layer", "gossip", "--layer", "mempool", "--reports", "reports", "--junit", "class.xml"}, dirs...)
	status, out, errs := s.run(t, args...)
	require.Equal(t, 2, status)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 6, out)
	require.Regexp(t, `^submission +of 30 +gossip/15 +mempool/15 +remarks$`, lines[0])
	require.Regexp(t, `^students/README +- +- +- +is not a directory$`, lines[1])
	require.Regexp(t, `^students/amy +0 +0 +0 +gossip refused, mempool not handed in$`, lines[2])
	require.Regexp(t, `^students/bob +0 +0 +0 +mempool refused, gossip not handed in$`, lines[3])
	require.Regexp(t, `^students/dan o'neil +0 .* gossip mempool not handed in$`, lines[4])
	require.Contains(t, errs, "1 of 5  students/README: is not a directory\n2 of 5  students/amy: 0 of 30 points, gossip refused")
	require.Contains(t, errs, "strata: 1 of 5 could not be graded: see the table\n")

	require.Regexp(t, `^students/eve +0 .* in work, gossip refused, mempool not handed in$`, lines[5])

	text, err := os.ReadFile("reports/eve.txt")
	require.NoError(t, err)
	require.Contains(t, string(text), "taken: students/eve/work")
	text, err = os.ReadFile("reports/dan o'neil.json")
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	text, err = os.ReadFile("class.xml")
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal(text, new(struct{})))
	require.Equal(t, 4, strings.Count(string(text), "<testsuite "))

	status, out, errs = s.run(t, append([]string{"grade", "--root", root, "--layer", "gossip", "--json", "--quiet"}, dirs[1:]...)...)
	require.Equal(t, 1, status, errs)
	require.Empty(t, errs)
	var class []member
	require.NoError(t, json.Unmarshal([]byte(out), &class))
	require.Len(t, class, 4)
	require.Equal(t, "students/amy", class[0].Dir)
	require.Equal(t, 15, class[0].Report.Of)
}

// What would lose results is refused before anything is graded.
func TestGrade_ResultsHaveAPlace(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	dirs := submissions(t)
	for want, args := range map[string][]string{
		"--gradescope is for one submission":  {"--gradescope", "results.json", dirs[1], dirs[2]},
		"no/such/class.xml cannot be written": {"--junit", "no/such/class.xml", dirs[1]},
		"students/README cannot be made":      {"--reports", "students/README", dirs[1]},
		`unknown layer "gosip"`:               {"--layer", "gosip", dirs[1], dirs[2]},
	} {
		require.Contains(t, s.refused(t, append([]string{"grade", "--quiet", "--root", root}, args...)...), want)
	}
	left, err := filepath.Glob(".class.xml*")
	require.NoError(t, err)
	require.Empty(t, left, "nothing half-written is left")

	status, _, errs := s.run(t, "grade", "--quiet", "--root", root, "--layer", "gossip", "--gradescope", "results.json", "students/amy")
	require.Equal(t, 1, status, errs)
	text, err := os.ReadFile("results.json")
	require.NoError(t, err)
	require.Contains(t, string(text), `"max_score": 4`)
}

// C9: what is graded is each one's own. A link out of the class's directory is refused, be it that of the
// submission or one on the way to it, and so is one to what another has handed in, whoever comes first.
func TestGrade_ClassOfLinks(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	for path, text := range map[string]string{
		"lms/cat/exercises/gossip/a.go": "package gossip\n\nimport \"os\"\n",
		"lms/dan/exercises/gossip/a.go": "package gossip\n\nimport \"os\"\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		write(t, path, text)
	}
	require.NoError(t, os.Symlink("lms", "students")) // the teacher's own
	for _, link := range [][2]string{{"cat", "lms/ann"}, {filepath.Join(root, "solutions"), "lms/bob/exercises"}, {"../cat/exercises", "lms/eve/exercises"}, {"nowhere", "lms/fay"}} {
		require.NoError(t, os.MkdirAll(filepath.Dir(link[1]), 0o700))
		require.NoError(t, os.Symlink(link[0], link[1]))
	}
	var dirs []string
	for _, name := range []string{"ann", "bob", "cat", "dan", "eve", "fay"} {
		dirs = append(dirs, filepath.Join("students", name, "exercises"))
	}
	status, out, _ := s.run(t, append([]string{"grade", "--root", root, "--layer", "gossip"}, dirs...)...)
	require.Equal(t, 2, status)
	require.Regexp(t, `students/ann/exercises +- +- +is a link to students/cat/exercises\n`, out)
	require.Regexp(t, `students/bob/exercises +- +- +is a link that leads out of \S+/students, to \S+/solutions; `, out)
	require.Regexp(t, `students/cat/exercises +0 +0 +gossip refused\n`, out)
	require.Regexp(t, `students/dan/exercises +0 +0 +gossip refused\n`, out)
	require.Regexp(t, `students/eve/exercises +- +- +is a link to students/cat/exercises\n`, out)
	require.Regexp(t, `students/fay/exercises +- +- +is not there\n`, out)

	require.Contains(t, s.refused(t, "grade", "--root", root, "students/bob/exercises"), "is a link that leads out of ")
	status, out, _ = s.run(t, "grade", "--root", root, "--layer", "gossip", "students/cat/exercises")
	require.Equal(t, 1, status)
	require.Contains(t, out, "gossip refused")
}

// G10, C10: neither names of any bytes nor one place of many names end a class or break its table.
func TestGrade_AClassOfAnyNames(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	odd := "students/a\nb\x1b[2J\xff" + strings.Repeat("x", 200)
	for _, dir := range []string{"students/amy/exercises", "students/bob/exercises", odd + "/exercises"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "gossip"), 0o700))
		write(t, filepath.Join(dir, "gossip", "a.go"), "package gossip\n\nimport \"os\"\n")
	}
	require.NoError(t, os.MkdirAll("students/two/v1/gossip", 0o700))
	write(t, "students/two/v1/gossip/a.go", "package gossip\n")
	require.NoError(t, os.CopyFS("students/two/v2", os.DirFS("students/two/v1")))
	dirs, err := filepath.Glob("students/*/exercises")
	require.NoError(t, err)
	args := append([]string{"grade", "--root", root, "--layer", "gossip", "--reports", "reports"}, append(dirs, "students/two")...)
	status, out, errs := s.run(t, args...)
	require.Equal(t, 2, status, errs)
	require.Len(t, strings.Split(strings.TrimSpace(out), "\n"), 5, out)
	require.Contains(t, out, `students/a\x0ab\x1b[2J\xffxxx`)
	require.Contains(t, out, "holds layers in several places: students/two/v1, students/two/v2")
	require.NotContains(t, out+errs, "\x1b")
	kept, err := os.ReadDir("reports")
	require.NoError(t, err)
	require.Len(t, kept, 6)
	require.FileExists(t, "reports/amy-exercises.txt")
}
