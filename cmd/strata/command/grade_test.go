package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/report"
)

func TestGrade_NothingHandedIn(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	empty := t.TempDir()
	status, out, errs := s.run(t, "grade", empty, "--root", root, "--quiet")
	require.Equal(t, 1, status, errs)
	require.Empty(t, errs)
	require.Contains(t, out, "not handed in")
	require.Contains(t, out, "0 of 100 points")

	status, out, errs = s.run(t, "grade", empty, "--root", root, "--quiet", "--layer", "gossip", "--json")
	require.Equal(t, 1, status, errs)
	var graded report.Report
	require.NoError(t, json.Unmarshal([]byte(out), &graded))
	require.Equal(t, 15, graded.Of)
	require.Zero(t, graded.Points)
}

func TestGradeAndReplay_Refuse(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"none is not a directory", []string{"grade", "none"}},
		{`unknown layer "gosip"`, []string{"grade", "--layer", "gosip"}},
		{`unknown step "gossip.9"`, []string{"grade", "--step", "gossip.9"}},
		{`--seeds: "many" is not a number: want 0 or more, in digits`, []string{"grade", "--seeds", "many"}},
		{`"gossip" is not <scenario>/<seed>`, []string{"replay", "gossip"}},
		{`unknown scenario "gossip/none"`, []string{"replay", "gossip/none/1"}},
	} {
		line := s.refused(t, append(c.args, "--root", root)...)
		require.Contains(t, line, c.want)
		require.NotContains(t, line, "usage: ")
	}
	require.Contains(t, s.refused(t, "grade"), "not in the workshop")
	require.Contains(t, s.refused(t, "reset", "gossip"), "not in the workshop")
	require.Contains(t, s.refused(t, "skeletons"), "not in the workshop")
	require.Contains(t, s.refused(t, "reset", "gosip", "--root", root), `unknown layer "gosip"; did you mean "gossip"?`)
	require.Contains(t, s.refused(t, "reset"), "want one layer: network, messaging")
}

// A workshop of one's own: solutions copied, exercises made from them.
func TestSkeletonsAndReset(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	here, err := os.Getwd()
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(here, "solutions"), os.DirFS(filepath.Join(root, "solutions"))))
	write(t, "go.mod", "module strata\n")

	status, out, errs := s.run(t, "skeletons", "--check")
	require.Equal(t, 1, status, errs)
	require.Contains(t, out, "exercises/gossip/gossip.go: missing")
	status, _, errs = s.run(t, "skeletons")
	require.Zero(t, status, errs)
	status, out, errs = s.run(t, "skeletons", "--check")
	require.Zero(t, status, "%s%s", out, errs)

	write(t, "exercises/gossip/gossip.go", "my work")
	status, out, errs = s.run(t, "reset", "gossip")
	require.Zero(t, status, errs)
	require.Regexp(t, `^exercises/gossip is fresh; the old files are in exercises/\.backup/gossip-\d{8}T\d{6}Z\n$`, out)
	kept, err := filepath.Glob("exercises/.backup/gossip-*/gossip.go")
	require.NoError(t, err)
	require.Len(t, kept, 1)
	text, err := os.ReadFile(kept[0])
	require.NoError(t, err)
	require.Equal(t, "my work", string(text))
	status, _, _ = s.run(t, "skeletons", "--check")
	require.Zero(t, status)
}
