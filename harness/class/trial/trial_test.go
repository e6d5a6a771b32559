package trial

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/course/skeleton"
	"strata/harness/farm"
	"strata/harness/grade/report"
	"strata/harness/proof/needs"
)

const root = "../../.."

// The process that is to be killed is told by these what to do.
const (
	sizeIs  = "STRATA_TRIAL"
	classIs = "STRATA_TRIAL_CLASS"
	outIs   = "STRATA_TRIAL_OUT"
)

// sized is how many hand-ins there are, and whether the real grader grades them.
func sized(t *testing.T) (size int, real bool) {
	text := os.Getenv(sizeIs)
	if text == "" {
		return 24, false
	}
	size, err := strconv.Atoi(text)
	require.NoError(t, err)
	return size, true
}

// settings are those of the trial, and what grades by them.
func settings(t *testing.T, real bool) (class.Settings, class.Grader) {
	s := class.Settings{Seeds: 10, First: 1, Layers: []string{"gossip"}, Timeout: 20 * time.Second, Budget: time.Hour}
	if !real {
		return s, reads
	}
	s.Sealed = true
	var err error
	s.Suite, err = class.SuiteOf(root)
	require.NoError(t, err)
	graders := class.NewGraders(root)
	t.Cleanup(graders.Close)
	return s, graders.Of(s, nil)
}

// reads grades by what a file says.
func reads(_ context.Context, dir string, _ int) (r report.Report, err error) {
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if points, ok := strings.CutPrefix(string(text), "package gossip // "); ok {
			r.Points, err = strconv.Atoi(points)
			s := report.Step{ID: "gossip.1", Layer: "gossip", Status: report.Failed, Of: 15}
			if r.Points > 0 {
				s.Status, s.Of = report.Passed, r.Points
			}
			r.Steps = []report.Step{s}
		}
		return err
	})
	return r, err
}

// contents are what the hand-ins hold.
func contents(t *testing.T, real bool) (all []Content) {
	if !real {
		for points := range 12 {
			all = append(all, Content{Files{"gossip/a.go": fmt.Sprintf("package gossip // %d", points)}, points})
		}
		return all
	}
	right := Files{}
	names, err := filepath.Glob(filepath.Join(root, "solutions", "gossip", "*.go"))
	require.NoError(t, err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		if !strings.HasSuffix(name, "_test.go") {
			right["gossip/"+filepath.Base(name)] = string(text)
		}
	}
	blank := Files{}
	files, err := skeleton.Generate(root, skeleton.Steps)
	require.NoError(t, err)
	for name, text := range files {
		if strings.HasPrefix(name, "exercises/gossip/") {
			blank[strings.TrimPrefix(name, "exercises/")] = string(text)
		}
	}
	for i := range 4 { // as if four had written each
		for _, c := range []Content{
			{right, 15}, {blank, 0}, {Files{"gossip/a.go": "package gossip\n\nimport \"os\"\n\nvar _ = os.Exit\n"}, 0},
			{Files{"gossip/a.go": "package gossip\n\nfunc x( {\n"}, 0},
		} {
			c.Files = maps.Clone(c.Files)
			c.Files["gossip/who.go"] = fmt.Sprintf("// Number %d.\n\npackage gossip\n", i)
			all = append(all, c)
		}
	}
	return all
}

func begun(t *testing.T, from, out string, s class.Settings) *class.Folder {
	t.Helper()
	taken, err := intake.Take(t.Context(), []string{from}, intake.Options{Into: class.Handins(out)})
	require.NoError(t, err)
	f, err := class.Begin(out, class.List{Settings: s, Handins: taken.Handins})
	require.NoError(t, err)
	return f
}

// A class by one process and by shards, one of them killed and gone on, come to the same, and to what is known.
func TestTrial_NeedsGit(t *testing.T) {
	if os.Getenv(outIs) != "" {
		untilKilled(t)
		return
	}
	git := needs.Program(t, "install git", "git")
	size, real := sized(t)
	from := filepath.Join(t.TempDir(), "class")
	known, err := Write(from, size, contents(t, real), func(dir, to string) error { return repository(git, dir, to) })
	require.NoError(t, err)
	s, grader := settings(t, real)

	began := time.Now()
	whole := begun(t, from, t.TempDir(), s)
	done, err := whole.Grade(t.Context(), class.Options{Grader: grader})
	require.NoError(t, err)
	require.Empty(t, done.Failed)
	require.LessOrEqual(t, done.Done, len(contents(t, real)), "equal ones are graded once, however they come")
	t.Logf("%d hand-ins, %d of them different, in %.1f s", size, done.Done, time.Since(began).Seconds())

	merged := begun(t, from, t.TempDir(), s)
	for i := range 3 {
		out := t.TempDir()
		if i == 1 {
			killed(t, from, out)
		}
		part := begun(t, from, out, s)
		done, err := part.Grade(t.Context(), class.Options{Grader: grader, Shard: farm.Shard{Index: i + 1, Count: 3}})
		require.NoError(t, err)
		require.Equal(t, i == 1, done.Known > 0, "what was finished before the kill is kept")
		m, err := merged.Merge(part)
		require.NoError(t, err)
		require.Empty(t, m.Differ)
	}
	require.Equal(t, table(t, whole), table(t, merged))
	for _, row := range table(t, whole) {
		want := known[row.Name]
		if want.Problem != "" {
			require.Contains(t, row.Problem, want.Problem, row.Name)
			continue
		}
		require.Empty(t, row.Problem, row.Name)
		require.True(t, row.Graded, row.Name)
		require.EqualValues(t, want.Points, row.Points, row.Name)
	}
	require.Len(t, whole.List.Handins, size)
}

// table is where everybody stands, without the places of copies.
func table(t *testing.T, f *class.Folder) []class.Standing {
	all, err := f.Standings(class.Rules{})
	require.NoError(t, err)
	for i := range all {
		all[i].Dir = ""
	}
	return all
}

// killed has another process grade a part, and kills it when it has a result and is in the middle of the next.
func killed(t *testing.T, from, out string) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-test.run", "^TestTrial_NeedsGit$", "-test.v")
	cmd.Env = append(os.Environ(), classIs+"="+from, outIs+"="+out)
	said, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "in the middle") {
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
}

// untilKilled grades one hand-in of its part and never ends the second.
func untilKilled(t *testing.T) {
	_, real := sized(t)
	s, grader := settings(t, real)
	f := begun(t, os.Getenv(classIs), os.Getenv(outIs), s)
	var begun atomic.Int64
	_, err := f.Grade(t.Context(), class.Options{Workers: 1, Shard: farm.Shard{Index: 2, Count: 3},
		Grader: func(ctx context.Context, dir string, jobs int) (report.Report, error) {
			if begun.Add(1) == 2 {
				fmt.Println("in the middle")
				select {}
			}
			return grader(ctx, dir, jobs)
		}})
	require.NoError(t, err)
}

// repository makes a bare repository of what is in a directory.
func repository(git, dir, to string) error {
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch=main", dir}, {"-C", dir, "add", "."},
		{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=all"},
		{"clone", "--quiet", "--bare", dir, to},
	} {
		cmd := exec.Command(git, args...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w: %s", args[0], err, out)
		}
	}
	return nil
}
