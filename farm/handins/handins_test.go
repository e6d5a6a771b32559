package handins

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/farm/queue"
	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/grade/extras"
	"strata/harness/grade/report"
)

// reads grades by the length of a file.
func reads(_ context.Context, dir string, _ int) (report.Report, error) {
	text, err := os.ReadFile(filepath.Join(dir, "gossip", "a.go"))
	step := report.Step{ID: "gossip.1", Layer: "gossip", Status: report.Passed, Of: len(text)}
	return report.Report{Steps: []report.Step{step}}, err
}

// Twelve hand-ins by a farm come to what they come to by one process, byte for byte.
func TestFarm_IsOneProcess(t *testing.T) {
	from := t.TempDir()
	for i := range 12 {
		path := filepath.Join(from, fmt.Sprint("s", i), "gossip", "a.go")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("package gossip"+strings.Repeat(" ", i)), 0o600))
	}
	begun := func() *class.Folder {
		out := t.TempDir()
		taken, err := intake.Take(t.Context(), []string{from}, intake.Options{Into: class.Handins(out)})
		require.NoError(t, err)
		f, err := class.Begin(out, class.List{Settings: class.Settings{Suite: "s"}, Handins: taken.Handins})
		require.NoError(t, err)
		return f
	}
	whole, farmed := begun(), begun()
	_, err := whole.Grade(t.Context(), class.Options{Grader: reads})
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	at, over := make(chan string, 1), make(chan error, 1)
	go func() { over <- queue.Serve(ctx, t.TempDir(), "127.0.0.1:0", func(url string) { at <- url }) }()
	link, err := queue.Dial(<-at, "test", queue.Options{})
	require.NoError(t, err)
	for range 2 {
		go func() { _ = link.Work(ctx, Do("s", func(class.Settings, *extras.Suite) class.Grader { return reads })) }()
	}
	jobs, err := Jobs(farmed)
	require.NoError(t, err)
	require.Len(t, jobs, 12)
	done, err := link.Collect(t.Context(), queue.To{Store: farmed.Store, Beside: farmed.Keep}, jobs)
	require.NoError(t, err)
	require.Equal(t, 12, done.Done)
	link.Close()
	cancel()
	require.NoError(t, <-over)

	keys, err := whole.Store.Keys()
	require.NoError(t, err)
	others, err := farmed.Store.Keys()
	require.NoError(t, err)
	require.Equal(t, keys, others)
	for _, k := range keys {
		a, _, err := whole.Store.Get(k)
		require.NoError(t, err)
		b, _, err := farmed.Store.Get(k)
		require.NoError(t, err)
		require.Equal(t, a, b)
	}
	for _, h := range farmed.List.Handins {
		_, ok, err := farmed.Report(h)
		require.NoError(t, err)
		require.True(t, ok)
	}
	jobs, err = Jobs(farmed)
	require.NoError(t, err)
	require.Empty(t, jobs)
}

// The instructor's scenarios go along with each job, and have to be those that its settings name.
func TestJobs_TakeScenariosAlong(t *testing.T) {
	own := &extras.Suite{Dir: "mine", Package: "mine", Files: map[string][]byte{"a.go": []byte("package mine\n")}}
	from, out := t.TempDir(), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(from, "amy", "gossip"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(from, "amy", "gossip", "a.go"), []byte("package gossip"), 0o600))
	taken, err := intake.Take(t.Context(), []string{from}, intake.Options{Into: class.Handins(out)})
	require.NoError(t, err)
	settings := class.Settings{Suite: "s", Scenarios: own.Digest()}
	f, err := class.Begin(out, class.List{Settings: settings, Handins: taken.Handins})
	require.NoError(t, err)
	_, err = Jobs(f)
	require.ErrorIs(t, err, class.ErrUnproved)
	require.NoError(t, class.KeepScenarios(out, settings, own))
	jobs, err := Jobs(f)
	require.NoError(t, err)
	require.Len(t, jobs, 1)

	var got *extras.Suite
	do := Do("s", func(_ class.Settings, s *extras.Suite) class.Grader { got = s; return reads })
	_, err = do(t.Context(), jobs[0].Data)
	require.NoError(t, err)
	require.Equal(t, own.Files, got.Files)
	_, err = do(t.Context(), bytes.Replace(jobs[0].Data, []byte(own.Digest()), []byte("another"), 1))
	require.ErrorContains(t, err, "other scenarios than it says")
}

// A worker refuses what is for another workshop, and what is no job.
func TestDo_Refusals(t *testing.T) {
	do := Do("s", func(class.Settings, *extras.Suite) class.Grader { return reads })
	_, err := do(t.Context(), []byte(`{"Suite":"other"}`+"\n"))
	require.True(t, errors.Is(err, queue.ErrOther))
	_, err = do(t.Context(), []byte("x"))
	require.ErrorContains(t, err, "makes no sense")
	_, err = do(t.Context(), []byte(`{"Suite":"s"}`+"\nno archive"))
	require.ErrorContains(t, err, "may be half-written")
}
