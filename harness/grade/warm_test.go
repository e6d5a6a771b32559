package grade_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
)

// warmed grades a copy of the solutions again and again, as a watch does.
type warmed struct {
	dir  string
	warm *process.Warm

	relinkedBefore, aheadBefore int // what has been built with warm before
}

// newWarmed has graded once, with what all tests keep.
func newWarmed(t *testing.T) *warmed {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere go build builds all children")
	}
	return warmedBy(t, warm)
}

// warmedBy has graded once with what is kept.
func warmedBy(t *testing.T, warm *process.Warm) *warmed {
	t.Helper()
	w := &warmed{dir: copied(t), warm: warm}
	require.True(t, w.grade(t, root, warm).Complete())
	warm.Wait()
	w.relinkedBefore, w.aheadBefore = warm.Relinked()
	return w
}

// grade grades a step of layer 4.
func (w *warmed) grade(t *testing.T, root string, warm *process.Warm) report.Report {
	t.Helper()
	r, err := grade.Grade(context.Background(), grade.Options{Root: root, Dir: w.dir, Steps: []string{"gossip.3"}, Seeds: 5,
		Unhurried: true, Warm: warm})
	require.NoError(t, err)
	return r
}

// relinked is how many builds since did without go build.
func (w *warmed) relinked() int {
	all, _ := w.warm.Relinked()
	return all - w.relinkedBefore
}

// save puts a text in the place of another in layer 4.
func (w *warmed) save(t *testing.T, old, text string) {
	t.Helper()
	file := filepath.Join(w.dir, "gossip", "gossip.go")
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(source), old)
	require.NoError(t, os.WriteFile(file, bytes.Replace(source, []byte(old), []byte(text), 1), 0o600))
}

// alike holds the grade to the one of a child of go build's, and says how many builds did without.
func (w *warmed) alike(t *testing.T) (r report.Report, relinked int) {
	t.Helper()
	before := w.relinked()
	r = w.grade(t, root, w.warm)
	w.warm.Wait()
	cold := w.grade(t, root, nil)
	require.Equal(t, cold.Steps, r.Steps)
	require.Equal(t, cold.Problems, r.Problems)
	require.Len(t, r.Failures, len(cold.Failures))
	for i, f := range r.Failures {
		other := cold.Failures[i]
		require.Equal(t, []any{other.Scenario, other.Seed, other.Text, other.File},
			[]any{f.Scenario, f.Seed, f.Text, f.File})
	}
	return r, w.relinked() - before
}

const stop = "func (l *layer) Stop() {"

// G2: a save is compiled and linked without go build, and what comes of it is the same: verdicts, lines, and what
// the compiler says. An import that the layer may have does not change that.
func TestWarm_SaysTheSame_G2(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere go build builds all children")
	}
	fresh, err := process.NewWarm()
	require.NoError(t, err)
	t.Cleanup(fresh.Close)
	w := warmedBy(t, fresh)
	require.Zero(t, w.relinkedBefore, "the first is go build's")
	w.save(t, stop, "// Stop is another one.\n"+stop+"\n\t_ = maps.Clone(map[int]int{})\n")
	w.save(t, "import (", "import (\n\t\"maps\"")
	r, relinked := w.alike(t)
	require.True(t, r.Complete())
	require.Equal(t, 1, relinked)
	w.save(t, stop, stop+"\n\treturn\n")
	r, relinked = w.alike(t)
	require.Equal(t, report.Failed, r.Steps[0].Status)
	require.Equal(t, 1, relinked)
	w.save(t, stop, stop+"\n\tnothing()\n")
	r, relinked = w.alike(t)
	require.Equal(t, report.DoesNotCompile, r.Steps[0].Status)
	require.Regexp(t, `/gossip/gossip\.go:\d+:2: undefined: nothing`, r.Problems[0].Lines)
	require.Zero(t, relinked, "what there is to say go build says")
}

// G2, C7: what is compiled while its types are being checked runs if these are right, and not before, nor in another's place.
func TestWarm_AheadOfTheTypes_G2_C7(t *testing.T) {
	w := newWarmed(t)
	w.save(t, stop, "var shared = new(int)\n\n"+stop+"\n\t*shared++\n\tif *shared > 0 {\n\t\tpanic(\"ran\")\n\t}\n")
	r, relinked := w.alike(t)
	require.Equal(t, report.Refused, r.Steps[0].Status)
	require.Zero(t, relinked, "there is nothing to build")
	w.save(t, "\t*shared++\n\tif *shared > 0 {\n\t\tpanic(\"ran\")\n\t}\n", "")
	w.save(t, "var shared = new(int)\n\n", "")
	r, relinked = w.alike(t)
	require.True(t, r.Complete())
	require.Equal(t, 1, relinked)
	_, ahead := w.warm.Relinked()
	require.Equal(t, w.aheadBefore+1, ahead)
}

// G2: whoever waits is told when the first seeds of each scenario pass, once, and before the end; not if one fails.
func TestGrade_PassesSoon_G2(t *testing.T) {
	dir := copied(t)
	var told []report.Report
	opt := grade.Options{Dir: dir, Steps: []string{"gossip.3"}, Seeds: 30, Soon: 6, Jobs: 1, AsFound: true,
		Passes: func(r report.Report) { told = append(told, r) }}
	r := graded(t, opt)
	require.Len(t, told, 1)
	require.Equal(t, 6, told[0].Seeds)
	require.Equal(t, r.Steps, told[0].Steps)
	require.True(t, told[0].Complete())
	require.Zero(t, told[0].Layers[0].Spent, "what it cost is not known yet")
	told = nil
	w := &warmed{dir: dir}
	w.save(t, stop, stop+"\n\treturn\n")
	r = graded(t, opt)
	require.False(t, r.Complete())
	require.Empty(t, told)
}

// C5: what is compiled is what was checked, whatever becomes of the files in between. A file that is new, or gone, makes
// another layer of it.
func TestWarm_BuildsWhatWasChecked_C5(t *testing.T) {
	w := newWarmed(t)
	whole, err := filepath.Abs(root)
	require.NoError(t, err)
	build := func() (*process.Build, *handin.Submission) {
		sub, err := handin.Inspect(t.Context(), root, w.dir)
		require.NoError(t, err)
		return &process.Build{Root: whole, Sub: sub, Temp: t.TempDir(), Warm: w.warm,
			Limits: process.Limits{Timeout: 4e9, Memory: 1 << 29}}, sub
	}
	extra := filepath.Join(w.dir, "gossip", "extra.go")
	require.NoError(t, os.WriteFile(extra, []byte("package gossip\n\nvar _ = extra\n\nfunc extra() {}\n"), 0o600))
	b, _ := build()
	require.NoError(t, os.WriteFile(extra, []byte("package gossip\n\nimport \"os\"\n\nfunc init() { os.Exit(7) }\n"), 0o600))
	_, err = b.Child(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, w.relinked())
	require.NoError(t, os.WriteFile(extra, []byte("package gossip\n\nvar _ = nothing\n"), 0o600))
	b, sub := build()
	_, err = b.Child(t.Context())
	require.NoError(t, err)
	require.Equal(t, report.DoesNotCompile, sub.Layer("gossip").Status, "a file that was changed")
	require.NoError(t, os.Remove(extra))
	b, sub = build()
	_, err = b.Child(t.Context())
	require.NoError(t, err)
	require.True(t, sub.Layer("gossip").Usable(), "a file that is gone")
	require.Equal(t, 2, w.relinked())
}
