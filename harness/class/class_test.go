package class_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/farm"
	"strata/harness/grade/report"
	"strata/harness/lab"
)

// fake grades by the text of one file: a digit for each of two steps of gossip and one of mempool.
func fake(did *atomic.Int64) class.Grader {
	return func(_ context.Context, dir string, _ int) (report.Report, error) {
		did.Add(1)
		text, err := os.ReadFile(filepath.Join(dir, "gossip", "a.go"))
		if err != nil {
			return report.Report{}, err
		}
		points := strings.TrimPrefix(string(text), "package gossip // ")
		r := report.Report{Dir: dir, Elapsed: time.Duration(did.Load()) * time.Second,
			Sealed: &report.Seal{Submission: points}}
		for i, id := range []string{"gossip.1", "gossip.2", "mempool.1"} {
			layer, _, _ := strings.Cut(id, ".")
			s := report.Step{ID: id, Layer: layer, Status: report.Passed, Points: 4, Of: 4}
			if points[i] == '0' {
				s.Status, s.Points = report.Failed, 0
				r.Failures = append(r.Failures, report.Failure{Step: id, Scenario: layer + "/x", Seed: 7,
					Rule: "GSP-1", Ending: lab.Unmet, File: filepath.Join(dir, "gossip", "a.go") + ":1", Replay: "strata replay x --dir " + dir})
			}
			r.Steps = append(r.Steps, s)
			r.Points += s.Points
		}
		return r, nil
	}
}

// handins makes a class of directories: the name, and what each step comes to.
func handins(t *testing.T, of map[string]string) string {
	dir := t.TempDir()
	for name, points := range of {
		path := filepath.Join(dir, name, "gossip", "a.go")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("package gossip // "+points), 0o600))
	}
	return dir
}

func begun(t *testing.T, from, out string) *class.Folder {
	t.Helper()
	taken, err := intake.Take(t.Context(), []string{from}, intake.Options{Into: class.Handins(out)})
	require.NoError(t, err)
	f, err := class.Begin(out, class.List{Settings: class.Settings{Suite: "s", Seeds: 2}, Handins: taken.Handins})
	require.NoError(t, err)
	return f
}

var students = map[string]string{"amy": "111", "bob": "101", "cat": "101", "dan": "000", "eve": "110"}

// Equal hand-ins are graded once, a second time nothing is, and a hand-in that changed is.
func TestGrade_NothingTwice(t *testing.T) {
	from, out := handins(t, students), t.TempDir()
	var did atomic.Int64
	done, err := begun(t, from, out).Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	require.Equal(t, farm.Report{Done: 4}, done)
	f := begun(t, from, out)
	done, err = f.Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	require.Equal(t, farm.Report{Known: 4}, done)
	require.EqualValues(t, 4, did.Load())

	require.NoError(t, os.WriteFile(filepath.Join(from, "dan", "gossip", "a.go"), []byte("package gossip // 100"), 0o600))
	done, err = begun(t, from, out).Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	require.Equal(t, farm.Report{Done: 1, Known: 3}, done)

	other := f.List
	other.Settings.First = 30_000
	f, err = class.Begin(out, other)
	require.NoError(t, err)
	missing, err := f.Missing()
	require.NoError(t, err)
	require.Equal(t, 4, missing, "other seeds are other results")
}

// What one machine does in one go, shards do together, also when one is interrupted and goes on.
func TestShards_TogetherAreOneMachine(t *testing.T) {
	of := make(map[string]string)
	for i := range 24 {
		of[fmt.Sprintf("s%02d", i)] = fmt.Sprintf("%03b", i%8)
	}
	from := handins(t, of)
	var did atomic.Int64
	whole := begun(t, from, t.TempDir())
	_, err := whole.Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	require.EqualValues(t, 8, did.Load())

	merged, err := class.Begin(t.TempDir(), whole.List) // as strata class merge does
	require.NoError(t, err)
	for i := range 3 {
		part := begun(t, from, t.TempDir())
		require.NoError(t, merged.List.Same(part.List))
		opt := class.Options{Grader: fake(&did), Workers: 1, Shard: farm.Shard{Index: i + 1, Count: 3}}
		ctx, cancel := context.WithCancel(t.Context())
		opt.Progress = func(p farm.Progress) { cancel() }
		first, err := part.Grade(ctx, opt)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 1, first.Done)
		opt.Progress = nil
		second, err := part.Grade(t.Context(), opt)
		require.NoError(t, err)
		require.Equal(t, 1, second.Known)
		m, err := merged.Merge(part)
		require.NoError(t, err)
		require.Empty(t, m.Differ)
	}
	require.EqualValues(t, 16, did.Load())
	a, err := whole.Standings(class.Rules{})
	require.NoError(t, err)
	b, err := merged.Standings(class.Rules{})
	require.NoError(t, err)
	for i := range a {
		a[i].Dir, b[i].Dir = "", ""
	}
	require.Equal(t, a, b)
	r, ok, err := merged.Report(merged.List.Handins[0])
	require.NoError(t, err)
	require.True(t, ok, "reports come along")
	require.Len(t, r.Failures, 3)
	for _, h := range merged.List.Handins {
		require.FileExists(t, filepath.Join(h.Dir, "gossip", "a.go"), "copies come along")
	}
	moved := filepath.Join(t.TempDir(), "moved")
	require.NoError(t, os.Rename(merged.Dir, moved))
	again, err := class.Open(moved)
	require.NoError(t, err)
	require.DirExists(t, again.List.Handins[0].Dir)

	other := whole.List
	other.Settings.Seeds = 9
	require.ErrorContains(t, whole.List.Same(other), "other settings")
	other = whole.List
	other.Handins = other.Handins[1:]
	require.ErrorContains(t, whole.List.Same(other), "other hand-ins")
}

// A report says nothing of where it was made: it is shown to everybody who has handed in the same.
func TestReport_NamesNoPlace(t *testing.T) {
	f := begun(t, handins(t, map[string]string{"amy": "000", "bob": "000"}), t.TempDir())
	var did atomic.Int64
	_, err := f.Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	for _, h := range f.List.Handins {
		r, ok, err := f.Report(h)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, filepath.Join("gossip", "a.go")+":1", r.Failures[0].File)
		require.Equal(t, "strata replay x --dir .", r.Failures[0].Replay)
		require.Equal(t, ".", r.Dir)
	}
}

// Nor does it say where in the hand-in the layers lie: equal ones in other layouts share it.
func TestGrade_EqualInAnyLayout(t *testing.T) {
	from := handins(t, map[string]string{"amy": "011"})
	deep := filepath.Join(from, "bob", "strata-main", "exercises")
	require.NoError(t, os.CopyFS(deep, os.DirFS(filepath.Join(from, "amy"))))
	f := begun(t, from, t.TempDir())
	var did atomic.Int64
	done, err := f.Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	require.Equal(t, farm.Report{Done: 1}, done)
	for _, h := range f.List.Handins {
		_, text, err := class.One(t.Context(), fake(&did), h.Dir, 1)
		require.NoError(t, err)
		require.Contains(t, string(text), fmt.Sprintf("%q", filepath.Join("gossip", "a.go")+":1"))
		require.NotContains(t, string(text), "exercises")
	}
}

// A hand-in that cannot be graded is told; one that takes too long as well; the others have their results.
func TestGrade_OneFailureIsNoOthers(t *testing.T) {
	f := begun(t, handins(t, students), t.TempDir())
	var did atomic.Int64
	grader := fake(&did)
	slow := func(ctx context.Context, dir string, jobs int) (report.Report, error) {
		switch filepath.Base(dir) {
		case "amy":
			return report.Report{}, errors.New("no room")
		case "dan":
			<-ctx.Done()
			return report.Report{}, ctx.Err()
		}
		return grader(ctx, dir, jobs)
	}
	var done farm.Report
	synctest.Test(t, func(t *testing.T) { // time passes when everybody waits, and not before
		var err error
		done, err = f.Grade(t.Context(), class.Options{Grader: slow, Patience: time.Second, Workers: 4})
		require.NoError(t, err)
	})
	require.Equal(t, 2, done.Done)
	require.Len(t, done.Failed, 2)
	require.ErrorContains(t, done.Failed[0].Err, "no room")
	require.ErrorContains(t, done.Failed[1].Err, "took longer")
	all, err := f.Standings(class.Rules{})
	require.NoError(t, err)
	require.Equal(t, "not graded yet", all[0].Remarks())
	require.True(t, all[1].Graded)
}

// A disk that takes no more ends the class at once, with one error, and not each hand-in by itself.
func TestGrade_EndsWhenNothingCanBeKept(t *testing.T) {
	f := begun(t, handins(t, students), t.TempDir())
	reports := filepath.Join(f.Dir, "reports")
	require.NoError(t, os.Remove(reports))
	require.NoError(t, os.WriteFile(reports, nil, 0o600))
	var did atomic.Int64
	done, err := f.Grade(t.Context(), class.Options{Grader: fake(&did), Workers: 1})
	require.ErrorContains(t, err, "class: ")
	require.Zero(t, done.Done)
	require.EqualValues(t, 1, did.Load())
	require.NoError(t, os.Remove(reports))
	require.NoError(t, os.Mkdir(reports, 0o700))
	done, err = f.Grade(t.Context(), class.Options{Grader: fake(&did), Workers: 1})
	require.NoError(t, err)
	require.Equal(t, 4, done.Done)
}

// Weights and late days change points, and nothing is graded again.
func TestRules_ChangePointsAlone(t *testing.T) {
	from := handins(t, students)
	f := begun(t, from, t.TempDir())
	var did atomic.Int64
	_, err := f.Grade(t.Context(), class.Options{Grader: fake(&did)})
	require.NoError(t, err)
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return moment
	}
	f.List.Handins[0].Submitted = at("2026-11-20T23:10:00Z") // ten minutes late, within the grace
	f.List.Handins[1].Submitted = at("2026-11-21T23:30:00Z") // a day and a half hour
	f.List.Handins[4].Late = 30
	path := filepath.Join(t.TempDir(), "course.toml")
	require.NoError(t, os.WriteFile(path, []byte(`
[weights.layers]
gossip = 30
[weights.steps]
"gossip.1" = 1
"gossip.2" = 2
[late]
deadline = "2026-11-20T23:00:00Z"
grace = "15m"
per-day = 10
most = 50
`), 0o600))
	rules, err := class.ReadRules(path)
	require.NoError(t, err)
	all, err := f.Standings(rules)
	require.NoError(t, err)
	got := make(map[string][]float64)
	for _, s := range all {
		got[s.Name] = []float64{s.Points, s.Of, s.Days, s.Cost}
	}
	require.Equal(t, map[string][]float64{
		"amy": {34, 34, 0, 0}, "bob": {11.2, 34, 2, 2.8}, "cat": {14, 34, 0, 0}, "dan": {0, 34, 0, 0},
		"eve": {15, 34, 30, 15},
	}, got)
	require.EqualValues(t, 4, did.Load())
	require.Contains(t, all[4].Remarks(), "30 days late: -15")

	broken := class.MostBroken(all)
	require.Equal(t, class.Broken{Step: "gossip.2", Rule: "GSP-1", Times: 2, Example: "bob", Run: "gossip/x/7"}, broken[0])
	require.Equal(t, [11]int{0: 1, 3: 1, 4: 2, 10: 1}, class.Spread(all))
}

// Every mistake of the file is told with its place.
func TestReadRules_Mistakes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "course.toml")
	for text, want := range map[string]string{
		"[wieghts]\n":                             `course.toml:1:2: unknown key "wieghts" in the file`,
		"[late]\nper-day = 120\n":                 "course.toml:2:1: late.per-day: 120: want 0 to 100 percent",
		"[late]\nper-day = \"x\"\n":               "course.toml:2:11: late.per-day: want a number",
		"[late]\ndeadline = \"tomorrow\"\n":       "course.toml:2:1: late.deadline: \"tomorrow\": want a time",
		"[late]\n\ngrace = \"-1m\"\n":             "course.toml:3:9: late.grace: \"-1m\" is not a time",
		"[weights.layers]\ngosip = 3\n":           "course.toml:2:1: weights.layers.gosip: no such layer",
		"[weights.steps]\n\"gossip.99\" = 3\n":    "course.toml:2:1: weights.steps.gossip.99: no such step",
		"[weights.layers]\nchain = -1\n":          "weights.layers.chain: -1 points",
		"[weights.layers]\nchain = nan\n":         "weights.layers.chain: NaN points",
		"[grade]\nlayers = [\"gossip\", \"x\"]\n": "grade.layers.1: \"x\" is no layer",
		"[grade]\nsteps = [\"x\"]\nseeds = -1\n":  "course.toml:3:1: grade.seeds: -1: want 1 or more",
		"late\n":                                  "course.toml:1:",
		"\xff":                                    "UTF-8",
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := class.ReadRules(path)
		require.ErrorContains(t, err, want, text)
	}
}

// A folder that is none, or whose list is damaged, is told with what to do.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	_, err := class.Open(dir)
	require.ErrorIs(t, err, class.ErrNone)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "class.json"), []byte("{"), 0o600))
	_, err = class.Open(dir)
	require.ErrorContains(t, err, "run strata class grade again")
	f := begun(t, handins(t, students), dir)
	again, err := class.Open(dir)
	require.NoError(t, err)
	a, err := json.Marshal(f.List)
	require.NoError(t, err)
	b, err := json.Marshal(again.List)
	require.NoError(t, err)
	require.JSONEq(t, string(a), string(b))
}
