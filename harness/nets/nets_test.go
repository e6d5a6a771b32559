package nets_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/farm"
	"strata/harness/nets"
	"strata/ledgers/electives"
	"strata/solutions"
)

const sweep = `title = "Links of random graphs"
question = "How long is the way?"
[run]
protocol = "graph"
seeds = 6
[network]
nodes = 60
topology = { kind = "regular", degree = 6 }
[[sweep.axis]]
key = "network.nodes"
values = [60, 120, 240]
log = true
[[sweep.axis]]
key = "network.topology.degree"
values = [6, 8]
[[expect]]
name = "links"
measure = "links"
theory = "nodes*degree/2"
[[expect]]
name = "mean distance"
measure = "distance_mean"
theory = "regular_distance(degree, nodes)"
tolerance = 0.5
[[expect]]
name = "growth"
measure = "distance_mean"
along = "ln(nodes)/ln(degree-1)"
theory = "1"
when = "max(0, degree - 7)"
allow = "15 %"
[[expect]]
name = "a canary"
measure = "distance_mean"
theory = "nodes"
must_fail = true
[[expect]]
name = "far enough"
measure = "distance_mean"
least = "2"
most = "5"
[[plot]]
name = "distance"
title = "Mean distance"
x = "nodes"
y = ["distance_mean"]
by = "degree"
log_x = true
[[plot]]
name = "thick"
x = "nodes"
y = ["distance_mean"]
when = "max(0, degree - 6)"
`

func open(t testing.TB, text string, set ...string) *nets.Experiment {
	path := filepath.Join(t.TempDir(), "x.toml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	e, err := nets.Open(path, set, false)
	require.NoError(t, err)
	e.Stacks = map[string]electives.Stack{"solutions": solutions.Electives()}
	return e
}

// collect runs an experiment into a folder.
func collect(t testing.TB, e *nets.Experiment, dir string, opt nets.Options) *nets.Summary {
	require.NoError(t, e.Begin(dir))
	store, err := nets.Store(dir)
	require.NoError(t, err)
	report, err := e.Collect(t.Context(), store, opt)
	require.NoError(t, err)
	require.Empty(t, report.Failed)
	points, missing, err := e.Load(store)
	require.NoError(t, err)
	s := e.Summarize(points, missing)
	require.NoError(t, e.Write(dir, s))
	return s
}

func TestExperiment_FromFileToFolder(t *testing.T) {
	dir := t.TempDir()
	s := collect(t, open(t, sweep), dir, nets.Options{})
	require.False(t, s.Failed(), "%v", s.Rows())
	require.Len(t, s.Points, 6)
	require.Len(t, s.Checks, 4*6+1)
	text, good := s.Verdict()
	require.True(t, good)
	require.Equal(t, "all 25 expectations hold", text)

	for name, rows := range map[string]int{"runs.csv": 1 + 36, "expectations.csv": 1 + 25, "points.csv": 1, "curves.csv": 1, "plots/distance.csv": 1 + 6, "plots/thick.csv": 1 + 3} {
		f, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		lines, err := csv.NewReader(f).ReadAll()
		require.NoError(t, err, name)
		require.GreaterOrEqual(t, len(lines), rows, name)
		require.NoError(t, f.Close())
		if name == "plots/thick.csv" {
			require.Len(t, lines, rows, "only where the picture's formula is not 0")
		}
	}
	require.FileExists(t, filepath.Join(dir, "plots", "distance.svg"))
	require.FileExists(t, filepath.Join(dir, "plots", "expectation-2.svg"))
	loadsNothing(t, filepath.Join(dir, "report.html"))
}

// loadsNothing holds a page to what it says: nothing in it asks for anything outside of it.
func loadsNothing(t *testing.T, name string) {
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	page := html.UnescapeString(string(text))
	page = strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, "")
	require.Empty(t, regexp.MustCompile(`(?i)https?://|<script|<link|<img|@import|url\(`).FindString(page))
	for _, want := range []string{"default-src 'none'", "all 25 expectations hold", "36 runs, seeds 1 to 6"} {
		require.True(t, strings.Contains(page, want), want)
	}
}

func TestExperiment_ShardsMergedAreOneProcess(t *testing.T) {
	whole, merged := t.TempDir(), t.TempDir()
	e := open(t, sweep)
	want := collect(t, e, whole, nets.Options{Workers: 1})
	store, err := nets.Store(merged)
	require.NoError(t, err)
	for i := 1; i <= 3; i++ {
		part := t.TempDir()
		collect(t, e, part, nets.Options{Shard: farm.Shard{Index: i, Count: 3}})
		from, err := nets.Store(part)
		require.NoError(t, err)
		if i == 3 { // offered again: it was lost, and comes from somewhere else
			missing, err := e.Missing(store)
			require.NoError(t, err)
			require.Len(t, missing, 12)
		}
		m, err := store.Merge(from)
		require.NoError(t, err)
		require.Equal(t, farm.Merged{New: 12}, m)
	}
	points, missing, err := e.Load(store)
	require.NoError(t, err)
	require.Zero(t, missing)
	got := e.Summarize(points, missing)
	require.Equal(t, want.Rows(), got.Rows())
	require.NoError(t, e.Begin(merged))
	require.NoError(t, e.Write(merged, got))
	for _, name := range []string{"runs.csv", "points.csv", "expectations.csv", "report.html", "manifest.json"} {
		a, err := os.ReadFile(filepath.Join(whole, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(merged, name))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b), name)
	}
}

func TestExperiment_GoesOnAfterAnInterrupt(t *testing.T) {
	dir := t.TempDir()
	e := open(t, sweep)
	require.NoError(t, e.Begin(dir))
	store, err := nets.Store(dir)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = e.Collect(ctx, store, nets.Options{Workers: 1, Progress: func(p farm.Progress) {
		if p.Done == 7 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	points, missing, err := e.Load(store)
	require.NoError(t, err)
	require.Equal(t, 29, missing)
	s := e.Summarize(points, missing)
	require.NoError(t, e.Write(dir, s), "what there is makes a folder")
	text, good := s.Verdict()
	require.False(t, good)
	require.Equal(t, "29 runs are missing", text)

	report, err := e.Collect(t.Context(), store, nets.Options{})
	require.NoError(t, err)
	require.Equal(t, 7, report.Known)
	require.Equal(t, 29, report.Done)
}

func TestExperiment_StopsWhenItKnowsEnough(t *testing.T) {
	e := open(t, strings.Replace(sweep, "seeds = 6", "seeds = 3\nstop_at = \"0.5 %\"\nstop_measure = \"distance_mean\"\nmax_seeds = 40", 1))
	s := collect(t, e, t.TempDir(), nets.Options{})
	counts := map[int]bool{}
	for _, p := range s.Points {
		counts[len(p.Runs)] = true
		require.LessOrEqual(t, len(p.Runs), 40)
	}
	require.Greater(t, len(counts), 1, "small graphs vary more and take more seeds: %v", counts)
}

func TestExperiment_AWrongFormulaFails(t *testing.T) {
	e := open(t, strings.Replace(sweep, "nodes*degree/2", "nodes*degree/2 + 1", 1))
	s := collect(t, e, t.TempDir(), nets.Options{})
	require.True(t, s.Failed())
	e = open(t, strings.Replace(sweep, `theory = "nodes"`, `theory = "distance_mean"`, 1))
	s = collect(t, e, t.TempDir(), nets.Options{})
	require.True(t, s.Failed(), "a canary that sings")
	e = open(t, strings.Replace(sweep, `theory = "nodes"`, `theory = "nods"`, 1))
	s = collect(t, e, t.TempDir(), nets.Options{})
	require.True(t, s.Failed(), "a canary that is dead")
	e = open(t, strings.Replace(sweep, `along = "ln(nodes)/ln(degree-1)"`, `along = "ln(nodes)"`, 1))
	s = collect(t, e, t.TempDir(), nets.Options{})
	require.True(t, s.Failed(), "the slope is another")
	e = open(t, sweep+"[[expect]]\nname = \"nowhere\"\nmeasure = \"distance_mean\"\nleast = \"0\"\nwhen = \"0\"\n", "run.seeds=2")
	s = collect(t, e, t.TempDir(), nets.Options{})
	require.True(t, s.Failed(), "what is checked nowhere does not hold")
	e = open(t, strings.Replace(sweep, `measure = "links"`, `measure = "no_such_measure"`, 1), "run.seeds=2")
	s = collect(t, e, t.TempDir(), nets.Options{})
	require.True(t, s.Failed())
	require.Contains(t, s.Checks[0].Why, `"no_such_measure" has no value: want one of`)
}

func TestVerify_FindsWhatIsNotTheSame(t *testing.T) {
	dir := t.TempDir()
	e := open(t, sweep)
	collect(t, e, dir, nets.Options{})
	v, err := nets.Verify(t.Context(), dir, e.Stacks, 5, nil)
	require.NoError(t, err)
	require.Equal(t, 5, v.Again)
	require.Empty(t, v.Differing)
	require.False(t, v.OtherCode)

	// Somebody improves a result.
	files, err := filepath.Glob(filepath.Join(dir, "results", "*", "*.result"))
	require.NoError(t, err)
	require.Len(t, files, 36)
	require.NoError(t, os.WriteFile(files[0], []byte("better"), 0o600))
	manifest := filepath.Join(dir, "manifest.json")
	text, err := os.ReadFile(manifest)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(text, &m))
	other := slices.IndexFunc(m["runs"].([]any), func(run any) bool { // that is not damaged as well
		key, _ := run.(map[string]any)["key"].(string)
		return !strings.Contains(files[0], key)
	})
	m["runs"].([]any)[other].(map[string]any)["trace_hash"] = "0000000000000000"
	text, err = json.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(manifest, text, 0o600))
	v, err = nets.Verify(t.Context(), dir, e.Stacks, 0, nil)
	require.NoError(t, err)
	require.Len(t, v.Damaged, 1)
	require.NotEmpty(t, v.Differing)
	_, err = nets.Verify(t.Context(), t.TempDir(), e.Stacks, 0, nil)
	require.ErrorContains(t, err, "want a folder that `strata net run` has made")
}

func TestDiff_ShowsWhatChanceHardlyExplains(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	collect(t, open(t, sweep), a, nets.Options{})
	collect(t, open(t, sweep), b, nets.Options{})
	c, err := nets.Diff(a, b)
	require.NoError(t, err)
	require.Empty(t, c.Rows)
	require.Equal(t, 36, c.SameTraces)

	other := t.TempDir()
	collect(t, open(t, sweep, "run.first_seed=100"), other, nets.Options{})
	c, err = nets.Diff(a, other)
	require.NoError(t, err)
	require.NotEmpty(t, c.Rows)
	require.Less(t, c.Rows[0].Z, 5.)
	require.False(t, c.Rows[0].Paired)
}

func TestOpen_SaysWhatIsWrongBeforeAnythingRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.toml")
	for text, want := range map[string]string{
		strings.Replace(sweep, "degree = 6", "degree = 6, deg = 5", 1):                                                     `unknown key "deg" in [network.topology]`,
		strings.Replace(sweep, "values = [6, 8]", "values = [6, 7, 101]", 1):                                               "x.toml:8:1: network.topology: no such graph: regular: degree is 101: want 1 to 59 (at the sweep's point nodes = 60, degree = 101)",
		strings.Replace(sweep, `"graph"`, `"flood"`, 1) + "[traffic]\nmessages = 1\n[places]\nregions = \"nowhere.csv\"\n": "nowhere.csv",
		strings.Replace(sweep, `"graph"`, `"chain"`, 1) + "[miners]\ncount = 1000\n":                                       "1000 miners, and 60 nodes",
		"": "run.protocol: missing",
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := nets.Open(path, nil, false)
		require.ErrorContains(t, err, want)
	}
	_, err := nets.Open(filepath.Join(t.TempDir(), "none.toml"), nil, false)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestBegin_RefusesTheFolderOfAnotherExperiment(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, open(t, sweep).Begin(dir))
	require.ErrorContains(t, open(t, sweep+"# changed\n").Begin(dir), "results of another experiment file")
}

func TestFolder_CanBeMadeAgainFromItself(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(t.TempDir(), "x.toml")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "g.csv"), []byte("from,to\na,b\nb,c\nc,a\n"), 0o600))
	text := "[run]\nprotocol = \"graph\"\nseeds = 2\n[network]\ntopology = { file = \"g.csv\" }\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	e, err := nets.Open(path, nil, false)
	require.NoError(t, err)
	e.Stacks = map[string]electives.Stack{"solutions": solutions.Electives()}
	collect(t, e, dir, nets.Options{})
	require.NoError(t, os.Remove(path))
	v, err := nets.Verify(t.Context(), dir, e.Stacks, 0, nil)
	require.NoError(t, err)
	require.Equal(t, 2, v.Again)
	require.Empty(t, v.Differing)
}

func TestLook_FindsARunByItsNameAndByItsPlace(t *testing.T) {
	dir := t.TempDir()
	text := "[run]\nprotocol = \"chain\"\nblocks = 12\nseeds = 2\n[network]\nnodes = 5\ntopology = { kind = \"complete\" }\n[miners]\ncount = 3\ninterval = \"10s\"\n"
	e := open(t, text)
	collect(t, e, dir, nets.Options{})
	look, err := nets.FindRun(dir, "0/2", e.Stacks)
	require.NoError(t, err)
	again, err := nets.FindRun(dir, look.Key.String()[:8], e.Stacks)
	require.NoError(t, err)
	require.Equal(t, look.Seed, again.Seed)
	run, err := look.Record(t.Context(), look.Around())
	require.NoError(t, err)
	require.NotEmpty(t, run.Events)
	futures, own, err := look.Why(t.Context(), "blocks", 3, 4, nil)
	require.NoError(t, err)
	require.Len(t, futures, 3)
	require.Positive(t, own)
	require.NotEqual(t, futures[0].Values[0], futures[0].Values[3], "futures are not all alike")
	for _, name := range []string{"", "zz", "9/9"} {
		_, err := nets.FindRun(dir, name, e.Stacks)
		require.ErrorContains(t, err, "no run", name)
	}
}

func TestEstimate_IsOfTheRightSize(t *testing.T) {
	c := open(t, sweep).Estimate()
	require.Equal(t, 36, c.Runs)
	require.Positive(t, c.Time)
	c = open(t, sweep, "sweep.axis.0.values=[]", "sweep.axis.0.from=100", "sweep.axis.0.to=90000", "sweep.axis.0.steps=50000").Estimate()
	require.Equal(t, 600_000, c.Runs)
}
