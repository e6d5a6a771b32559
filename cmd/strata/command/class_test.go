package command

import (
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
)

// A class is taken in, graded, shown and brought together from parts, and one that cannot be taken is a line.
func TestClass_FromGradeToShow(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	submissions(t)
	require.NoError(t, os.RemoveAll(filepath.Join("students", "bob")))
	write(t, "students/fay.zip", "no archive")
	args := []string{"--root", root, "--layer", "gossip", "--seeds", "1"}
	status, out, errs := s.run(t, append([]string{"class", "grade", "students", "--out", "whole"}, args...)...)
	require.Equal(t, 1, status, errs)
	require.Contains(t, errs, "strata: fay: is no .zip archive inside, and may be half-written: copy or download it again\n")
	require.Regexp(t, `(?m)^ *amy +0 +0 +gossip refused`, out)
	require.Regexp(t, `(?m)^ *dan o'neil +0 +0 +gossip not handed in`, out)
	require.Regexp(t, `(?m)^ *fay +- +- +is no .zip archive`, out)
	require.Contains(t, out, "\n3 of 5 hand-ins are graded; see the remarks for the others. Results: whole\n")

	require.NotContains(t, reportsIn(t, "whole"), `"course/`)
	status, unsealed, errs := s.run(t, "class", "grade", "students", "--out", "unsealed", "--root", root, "--layer", "echo",
		"--sealed=false")
	require.Equal(t, 1, status, errs)
	require.Regexp(t, `(?m)^ *amy +0 +0 +echo not handed in`, unsealed)

	for _, part := range []string{"1/2", "2/2"} {
		status, _, errs := s.run(t, append([]string{"class", "grade", "students", "--quiet", "--out", "part" + part[:1], "--shard", part}, args...)...)
		require.Zero(t, status, errs)
	}
	status, merged, errs := s.run(t, "class", "merge", "part1", "part2", "--out", "merged")
	require.Equal(t, 1, status, errs)
	status, again, _ := s.run(t, "class", "show", "whole")
	require.Equal(t, 1, status)
	require.Equal(t, out, again)
	require.Equal(t, shownStandings(out), shownStandings(merged))

	status, verified, errs := s.run(t, "class", "verify", "whole", "--sample", "0", "--root", root)
	require.Zero(t, status, errs)
	require.Equal(t, "2 hand-ins graded again: 2 the same\n", verified)

	status, verified, errs = s.run(t, "verify", "whole", "--sample", "1", "--root", root)
	require.Zero(t, status, errs)
	require.Equal(t, "1 hand-in graded again: 1 the same\n", verified)

	status, out, errs = s.run(t, "class", "export", "whole", "--as", "moodle")
	require.Zero(t, status, errs)
	require.Regexp(t, `(?m)^,amy,,0,15,[-\d]+ [:\d]+ UTC,gossip refused$`, out)
	for _, format := range []string{"gradescope", "classroom50", "text", "html"} {
		status, _, errs = s.run(t, "class", "export", "whole", "--as", format, "--to", "each", "--root", root)
		require.Zero(t, status, errs)
		require.Equal(t, "3 files written to each; 2 students have none, for they are not graded\n", errs)
	}
	files, err := os.ReadDir("each")
	require.NoError(t, err)
	require.Len(t, files, 12)
	status, out, errs = s.run(t, "class", "similar", "whole", "--root", root, "--html", "similar.html")
	require.Zero(t, status, errs)
	require.Equal(t, "0 pairs of 3 hand-ins\n", out)
	require.FileExists(t, "similar.html")
}

// What makes no sense is refused before anything is taken in.
func TestClass_Refusals(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	submissions(t)
	write(t, "bad.toml", "[late]\nper-day = 200\n")
	write(t, "bad.csv", "name\nAmy\n")
	for want, args := range map[string][]string{
		"wants the class": {"class", "grade"},
		"echo cannot be sealed: only the six layers, leader, validators, causal can; say --sealed=false": {"class", "grade", "students", "--layer", "echo"},
		"lattice cannot be sealed":   {"class", "grade", "students", "--step", "lattice.2"},
		"want i/n":                   {"class", "grade", "students", "--shard", "3/2"},
		"bad.toml:2:1: late.per-day": {"class", "grade", "students", "--rules", "bad.toml"},
		`no column "handin"`:         {"class", "grade", "students", "--names", "bad.csv"},
		`unknown layer "gosip"`:      {"class", "grade", "students", "--layer", "gosip"},
		"no such file":               {"class", "grade", "nobody"},
		"is no folder":               {"class", "show", "students"},
		"wants --as":                 {"class", "export", "students"},
		`unknown format "excel"`:     {"class", "export", "students", "--as", "excel"},
		"want one of [visible":       {"class", "export", "students", "--as", "gradescope", "--visibility", "all"},
		"want a share":               {"class", "similar", "students", "--least", "3"},
		"students is no folder":      {"class", "merge", "students"},
		"students is no folder that": {"class", "verify", "students"},
	} {
		if args[1] == "grade" {
			args = append(args, "--root", root)
		}
		require.Contains(t, s.refused(t, args...), want)
	}
	require.NoDirExists(t, "results")
}

// What the machine lacks is told before what is wrong with the class, which is being taken in meanwhile.
func TestClass_TheMachineIsToldFirst(t *testing.T) {
	root := workshopRoot(t)
	s := newSession(t)
	submissions(t)
	t.Setenv("PATH", t.TempDir())
	for _, path := range []string{"students", "nobody"} {
		status, out, errs := s.run(t, "class", "grade", path, "--root", root)
		require.NotZero(t, status)
		require.Empty(t, out)
		require.Contains(t, errs, "there is none on the PATH: install Go")
		require.NotContains(t, errs, "nobody")
	}
}

// The page is served until the user ends it.
func TestClass_PageServes(t *testing.T) {
	newSession(t)
	_, err := class.Begin("results", class.List{})
	require.NoError(t, err)
	p := start(t, "class", "page", "results", "--port", "0")
	line := p.next(p.out, "its address", pageLine.MatchString)
	url := pageLine.FindStringSubmatch(line)[1]
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}
	open, _, _ := strings.Cut(url, "?")
	for _, visit := range []struct {
		by   *http.Client
		at   string
		want int
	}{{http.DefaultClient, open, http.StatusForbidden}, {client, url, http.StatusOK}} {
		answer, err := visit.by.Get(visit.at)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, visit.want, answer.StatusCode, visit.at)
	}
	p.end(os.Interrupt.(syscall.Signal), exitOK)
}

// shownStandings is the table of who stands where, without what follows.
func shownStandings(out string) string {
	table, _, _ := strings.Cut(out, "\n\n")
	return table
}

// A class is graded wherever it lies, by the workshop that this strata carries; without one it says what to name.
func TestClass_OutsideOfTheWorkshop(t *testing.T) {
	s := deskSession(t)
	submissions(t)
	args := []string{"class", "grade", "students", "--layer", "gossip", "--seeds", "1", "--quiet"}
	status, out, errs := s.run(t, args...)
	require.Equal(t, 1, status, errs)
	require.Regexp(t, `(?m)^ *amy +0 +0 +gossip refused`, out)
	s.workshop = nil
	require.Contains(t, s.refused(t, args...), "say where it is with --root")
}
