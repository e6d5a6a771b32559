//go:build unix

package grade_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"strata/harness/grade"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
	"strata/harness/lab"
)

// C1, C2: a stack that is printed is no stack. It blames no other layer, and no file that it names is opened:
// not those that never end, not those that are not checked, none outside.
func TestTrust_PrintedStacks(t *testing.T) {
	dir := copied(t)
	attack{file: "fake-frame", layer: "gossip"}.add(t, dir)
	for _, name := range []string{"_pipe.go", "pipe_test.go", ".pipe.go"} {
		require.NoError(t, unix.Mkfifo(filepath.Join(dir, "gossip", name), 0o600))
	}
	r, text := run(t, dir, "gossip.1", "chain.1")
	require.Equal(t, report.Failed, step(t, r, "gossip.1").Status, text)
	require.Equal(t, report.Passed, step(t, r, "chain.1").Status, text)
	require.NotEmpty(t, r.Failures)
	for _, f := range r.Failures {
		require.Regexp(t, `gossip/edit\.go:2\d$`, f.File, "the call that never ends")
		require.Equal(t, lab.Died, f.Ending)
		require.Contains(t, f.Text, "stack overflow")
	}
}

// C1: where a failure lies is looked for in the bytes that were checked, whatever a frame says.
func TestTrust_Frames(t *testing.T) {
	sub, err := handin.Inspect(t.Context(), root, filepath.Join(root, "solutions"))
	require.NoError(t, err)
	for _, frame := range []string{"", "exercises/", "exercises/gossip", "exercises/gossip/gossip.go",
		"exercises/gossip/gossip.go:0", "exercises/gossip/gossip.go:99999",
		"exercises/gossip/gossip.go:1x", "exercises/gossip/../gossip/gossip.go:1", "exercises/gossip/gossip_test.go:1",
		"exercises/session/gossip.go:1",
		"solutions/gossip/gossip.go:1", "exercises/../../../dev/zero:1", "exercises/gossip//gossip.go:1",
		"/exercises/gossip/gossip.go:1"} {
		require.Empty(t, sub.Ours(frame), frame)
	}
	require.Equal(t, filepath.Join(root, "solutions", "gossip", "gossip.go")+":1",
		sub.Ours("exercises/gossip/gossip.go:1"))
}

// C5: what is built is what was checked, whatever becomes of the files in between.
func TestTrust_ChangedAfterTheCheck(t *testing.T) {
	dir := copied(t)
	sub, err := handin.Inspect(t.Context(), root, dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "gossip", "gossip.go"),
		[]byte("package gossip\n\nimport \"os\"\n\nfunc init() { os.Exit(7) }\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chain", "new.go"), []byte("package chain\n\nvar _ = nothing\n"),
		0o600))
	require.NoError(t, os.Remove(filepath.Join(dir, "p2p", "p2p.go")))
	whole, err := filepath.Abs(root)
	require.NoError(t, err)
	b := &process.Build{Root: whole, Sub: sub, Temp: t.TempDir(),
		Limits: process.Limits{Timeout: 4 * time.Second, Memory: 1 << 29}}
	_, err = b.Child(context.Background())
	require.NoError(t, err)
	for _, l := range sub.Layers {
		require.True(t, l.Usable(), l.Why)
	}
}

// C4: an error that is whatever one asks for is none of those that are asked for. One of a type of one's own that
// carries the right one is right.
func TestTrust_Errors(t *testing.T) {
	dir := copied(t)
	attack{file: "any-error", layer: "mempool"}.add(t, dir)
	r, text := run(t, dir, "mempool.1", "mempool.2", "mempool.3")
	require.Zero(t, r.Points, text)
	dir = copied(t)
	attack{file: "own-error", layer: "mempool"}.add(t, dir)
	r, text = run(t, dir, "mempool.1", "mempool.2", "mempool.3")
	require.True(t, r.Complete(), text)
}

// C8: what runs long, but not too long for any one run, uses up its own layer's time and no more. The report says
// so, and what was not run has not passed.
func TestTrust_Budget(t *testing.T) {
	dir := copied(t)
	attack{file: "slow-apply", layer: "chain"}.add(t, dir)
	r := graded(t, grade.Options{Dir: dir, Steps: []string{"chain.2", "chain.3", "network.1"}, Seeds: 50, Budget: time.Second})
	require.Equal(t, report.Passed, step(t, r, "network.1").Status)
	require.Equal(t, report.Failed, step(t, r, "chain.3").Status)
	last := r.Layers[len(r.Layers)-1]
	require.Equal(t, "chain", last.Layer)
	require.Greater(t, last.Spent, last.Budget)
	require.Less(t, last.Spent, last.Budget+time.Duration(runtime.GOMAXPROCS(0))*10*time.Second,
		"what was under way comes to its end")
	require.True(t, slices.ContainsFunc(r.Failures, func(f report.Failure) bool { return f.Ending == lab.Unrun }))
	var text strings.Builder
	require.NoError(t, r.Render(&text))
	require.Contains(t, text.String(), "chain has used up its 1 s;")
	require.Contains(t, flat(text.String()), "used up the 1s of processor time")
}

// C11: whatever a layer says, and however much of it, the report can be read, and no line of it is the layer's.
func TestTrust_BigWords(t *testing.T) {
	dir := copied(t)
	attack{file: "big-words", layer: "mempool"}.add(t, dir)
	for i := range 500 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "mempool", fmt.Sprintf("%d\n| mempool.1 | passed", i)), nil,
			0o600))
	}
	r := graded(t, grade.Options{Dir: dir, Layers: []string{"mempool"}, Seeds: 2, Timeout: 200 * time.Millisecond})
	require.Zero(t, r.Points)
	var plain, json, gradescope, junit bytes.Buffer
	require.NoError(t, r.Render(&plain))
	require.NoError(t, r.JSON(&json))
	require.NoError(t, r.Gradescope(&gradescope))
	require.NoError(t, report.JUnit(&junit, r))
	require.Less(t, plain.Len(), 256<<10)
	for _, text := range []bytes.Buffer{json, gradescope, junit} {
		require.Less(t, text.Len(), 4<<20)
	}
	for line := range strings.Lines(plain.String()) {
		if strings.HasPrefix(line, "| mempool.1") {
			require.Contains(t, line, "failed")
		}
		require.False(t, strings.HasPrefix(line, "100 of 100"), line)
	}
}

// C3, C13: whatever a layer prints of what it is handed, it sees handles: nothing of the run, of the checks or of
// the layers around it, and not which engine it runs on.
func TestTrust_Peeking(t *testing.T) {
	dir := copied(t)
	attack{file: "peek", layer: "gossip"}.add(t, dir)
	r, text := run(t, dir, "gossip.1")
	require.NotEmpty(t, r.Failures, text)
	printed := r.Failures[0].Output
	require.Contains(t, printed, "PEEK")
	require.Contains(t, printed, "handles.host")
	for _, word := range []string{"eed:", "Seed", "scenario.", "sim.", "explore.", "lab.", "test.", "solutions",
		"10.0.0"} {
		require.NotContains(t, printed, word)
	}
}

// G9: a submission in a directory of any name is graded, and what is told of it is one line each.
func TestTrust_OddNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a\xff\n| [b] 'c' \x1b[2J")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "solutions"))))
	r, text := run(t, dir, "gossip.1")
	require.True(t, r.Complete(), text)

	attack{file: "nil-map", layer: "gossip"}.add(t, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chain", "b\xff.go"), []byte("package chain\n"), 0o600))
	r, text = run(t, dir, "gossip.1", "chain.1")
	require.Equal(t, report.Failed, step(t, r, "gossip.1").Status, text)
	require.Equal(t, report.Refused, step(t, r, "chain.1").Status, text)
	require.Contains(t, flat(text), `a\xff\x0a| [b] 'c' \x1b[2J/gossip/edit.go:15`)
	require.Contains(t, text, "the file's name is not plain text")
	require.NotContains(t, text, "\xff")
	require.Contains(t, text, `--dir $'`)
}
