package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
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
		{`"gossip" is no scenario; its scenarios: strata scenarios gossip`, []string{"replay", "gossip"}},
		{`--picks are those of one run: name its seed`, []string{"replay", "gossip/once", "--picks", "1:1"}},
		{`gossip names a part of the exercises, and grade takes directories of layers: strata grade --layer gossip`,
			[]string{"grade", "gossip"}},
		{`strata grade --step gossip.2`, []string{"grade", "gossip.2"}},
		{`unknown layer, step or rule "gosip"; did you mean "gossip"?`, []string{"scenarios", "gosip"}},
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

// What is listed can be replayed, and filtered by layer, step and rule.
func TestScenarios(t *testing.T) {
	s := newSession(t)
	list := func(args ...string) []string {
		t.Helper()
		status, out, errs := s.run(t, append([]string{"scenarios"}, args...)...)
		require.Zero(t, status, errs)
		return strings.Split(strings.TrimSpace(out), "\n")
	}
	require.Len(t, list(), len(grade.Scenarios()))
	for topic, want := range map[string]string{"gossip": `^\S+ +gossip\.\d  `, "gossip.2": `^\S+ +gossip\.2  `, "GSP-3": `^(gossip|stack)/`} {
		for _, line := range list(topic) {
			require.Regexp(t, want, line)
		}
	}
}

// A test is written once, and never over a file that is there.
func TestReplay_TestLeavesFilesAlone(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	write(t, "there_test.go", "mine")
	require.Contains(t, s.refused(t, "replay", "chain/pay-yourself", "--test", "there_test.go", "--root", root), "there_test.go exists, and is left alone")
	require.Contains(t, s.refused(t, "replay", "chain/pay-yourself", "--test", "found.go", "--root", root), "it has to end in _test.go")
	status, out, errs := s.run(t, "replay", "chain/pay-yourself", "--test", "found_test.go", "--dir", root+"/solutions", "--root", root)
	require.Equal(t, exitIn, status)
	require.Contains(t, out, "It passes with the seeds 1 to 200. This is seed 1.\n")
	require.Contains(t, errs, "no test is written: the run passes")
	require.NoFileExists(t, "found_test.go")
	text, err := os.ReadFile("there_test.go")
	require.NoError(t, err)
	require.Equal(t, "mine", string(text))
}

// Progress on no terminal is a line each, and none twice.
func TestInPlace(t *testing.T) {
	var plain, live strings.Builder
	for _, o := range []*oneLineWriter{{to: &plain}, {to: &live, live: true}} {
		for _, line := range []string{"graded 5 %\n", "graded 5 %\n", "ready\n", "\n"} {
			_, err := o.Write([]byte(line))
			require.NoError(t, err)
		}
	}
	require.Equal(t, "graded 5 %\nready\n", plain.String())
	require.Equal(t, "\rgraded 5 %\rready     \r     \r", live.String())
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
