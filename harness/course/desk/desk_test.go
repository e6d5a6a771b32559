package desk

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"strata/harness/course/checkout"
	"strata/harness/course/kits"
	"strata/harness/course/skeleton"
)

const root = "../../.."

var origin = Origin{Workshop: "0123456789abcdef01234567", Version: "v1"}

func TestNew_HoldsExercisesAndNoSolutions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my layers")
	made, err := New(root, dir, skeleton.Steps, origin)
	require.NoError(t, err)
	for _, name := range made {
		require.FileExists(t, filepath.Join(dir, name))
		require.NotContains(t, name, "solutions")
	}
	require.Contains(t, made, "exercises/gossip/gossip.go")
	require.Contains(t, made, ".gitattributes")
	want, err := skeleton.Generate(root, skeleton.Steps)
	require.NoError(t, err)
	for name, text := range want {
		have, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, string(text), string(have))
	}
	found, err := Find(filepath.Join(dir, "exercises", "gossip"))
	require.NoError(t, err)
	require.Equal(t, Desk{Dir: dir, From: origin}, found)
	require.False(t, checkout.Is(dir), "it is no checkout")
}

// The Go version of a desk's module is that of the workshop's.
func TestNew_GoVersion(t *testing.T) {
	text, err := checkout.Read(os.DirFS(root), "go.mod")
	require.NoError(t, err)
	require.Regexp(t, regexp.MustCompile(`(?m)^go `+regexp.QuoteMeta(goVersion)+`$`), text)
}

func TestNew_RefusesADirectoryThatIsNotEmpty(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o700))
	_, err := New(root, dir, skeleton.Hard, origin)
	require.NoError(t, err, "a fresh clone is empty")
	_, err = New(root, dir, skeleton.Hard, origin)
	require.ErrorIs(t, err, ErrNotEmpty)
	require.ErrorContains(t, err, "it has .ci; name a directory that is not there yet")
	file := filepath.Join(dir, "go.mod")
	_, err = New(root, file, skeleton.Steps, origin)
	require.Error(t, err)
	entries, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside it")
}

func TestNew_WorkflowsAreYAMLAndGradeByTheScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	_, err := New(root, dir, skeleton.Steps, origin)
	require.NoError(t, err)
	workflows(t, dir)
	for _, kit := range kits.All {
		dir := filepath.Join(t.TempDir(), kit.Name)
		_, err := NewKit(root, dir, kit, origin)
		require.NoError(t, err)
		workflows(t, dir)
		found, err := Find(dir)
		require.NoError(t, err)
		require.Equal(t, Origin{Workshop: origin.Workshop, Version: origin.Version, Kit: kit.Name}, found.From)
		require.NoError(t, found.Link("/one place"))
		require.NoFileExists(t, filepath.Join(dir, workspace))
	}
}

func workflows(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{".github/workflows/grade.yml", ".gitlab-ci.yml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		var parsed map[string]any
		require.NoError(t, yaml.Unmarshal(text, &parsed), name)
		require.Contains(t, string(text), "sh .ci/grade.sh")
		require.Contains(t, string(text), "GRADER_URL")
	}
}

func TestFind_None(t *testing.T) {
	_, err := Find(t.TempDir())
	require.ErrorIs(t, err, ErrNone)
}

func TestFind_ATomlThatMakesNoSense(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, marker), []byte("workshop = \n"), 0o600))
	_, err := Find(dir)
	require.ErrorContains(t, err, filepath.Join(dir, marker))
}

func TestDiffers(t *testing.T) {
	d := Desk{Dir: "mine", From: origin}
	require.Empty(t, d.Differs(origin))
	other := Origin{Workshop: "ff", Version: "v2"}
	require.Contains(t, d.Differs(other),
		"from the workshop 0123456789ab (strata v1), and this strata, v2, grades with its own, ff")
	require.Contains(t, d.Differs(other), `write workshop = "ff" into `+filepath.Join("mine", marker))
}

// A go.work of somebody else's stays as it is; ours follows the workshop.
func TestLink(t *testing.T) {
	d := Desk{Dir: t.TempDir()}
	file := filepath.Join(d.Dir, workspace)
	require.NoError(t, d.Link("/one place"))
	require.NoError(t, d.Link("/another place"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "\t\"/another place\"\n")
	require.NoError(t, os.WriteFile(file, []byte("go 1.26\n"), 0o600))
	require.NoError(t, d.Link("/one place"))
	text, err = os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "go 1.26\n", string(text))
}
