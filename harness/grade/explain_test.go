package grade_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/trace"
)

// broken is a copy of the solutions with one change.
func broken(t *testing.T, file, old, new string) (dir string) {
	t.Helper()
	dir = copied(t)
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Contains(text, []byte(old)), "%s has no %s", file, old)
	require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(new), 1), 0o600))
	return dir
}

// echoing passes messages on to whom they came from, too.
func echoing(t *testing.T) string {
	return broken(t, "gossip/gossip.go", "Broadcast(kind, wire, from)", "Broadcast(kind, wire)")
}

func replay(t *testing.T, opt grade.ReplayOptions) string {
	t.Helper()
	opt.Options = kept(opt.Options)
	var text bytes.Buffer
	passed, err := grade.Replay(context.Background(), opt, &text)
	require.NoError(t, err)
	require.False(t, passed, text.String())
	return text.String()
}

// The report has the small run, the line of the student's that sent last, and the command that
// shows the same again.
func TestGrade_ShowsTheSmallRun(t *testing.T) {
	dir := echoing(t)
	r, text := run(t, dir, "gossip.2")
	require.NotEmpty(t, r.Failures)
	first := r.Failures[0]
	require.NotNil(t, first.Shrunk)
	require.True(t, first.Shrunk.Minimal)
	require.LessOrEqual(t, len(first.Shrunk.Trace), 15)
	require.Regexp(t, `gossip/gossip\.go:\d+$`, first.File, "no stack leads there: a check failed later")
	require.Regexp(t, "the smallest run found|nothing in it can be left out", text)
	require.Contains(t, text, "strata hint gossip.2")
	require.Regexp(t, `--shrink$`, first.Replay)

	name, seed := first.Scenario, first.Seed
	var recorded trace.Run
	again := replay(t, grade.ReplayOptions{Options: grade.Options{Dir: dir}, Scenario: name, Seed: seed, Shrink: true,
		Record: func(run trace.Run) error { recorded = run; return nil }})
	for _, line := range first.Shrunk.Trace {
		require.Contains(t, flat(again), flat(line.What))
	}
	require.Equal(t, first.Shrunk.Run.Failure.At, recorded.Failure.At, "it is the small run that is recorded")
}

func TestReplay_Why(t *testing.T) {
	dir := echoing(t)
	r, _ := run(t, dir, "gossip.2")
	text := replay(t, grade.ReplayOptions{Options: grade.Options{Dir: dir}, Scenario: r.Failures[0].Scenario,
		Seed: r.Failures[0].Seed, Why: true})
	require.Contains(t, text, "0.000 s |")
	require.Contains(t, text, "100 %")
	require.Contains(t, text, "It breaks in every future")
	require.Regexp(t, `Look at the smallest run that fails in this way: strata replay gossip/\S+/\d+ --dir \S+ --shrink\n`, text, "to be pasted")
}

// Bytes that are not what they should be are shown beside what they should be.
func TestGrade_ShowsBytesSideBySide(t *testing.T) {
	dir := broken(t, "messaging/messaging.go", `messaging.Encode(messaging.TypeResponse, id, ""`,
		`messaging.Encode(messaging.TypeResponse, id, "oh"`)
	_, text := run(t, dir, "messaging.1")
	require.Regexp(t, `\* 000000  02 00 00 00 01 00 .. ..  ......\S\S    02 00 00 00 01 6f 68 00  .....oh\.`, text)
}

// A wrong result leads to no line of theirs: then it is the function that the rule is about.
func TestGrade_PointsToTheStepsFunction(t *testing.T) {
	r, text := run(t, broken(t, "chain/chain.go", "tx.Nonce != ", "tx.Nonce > 1<<40+"), "chain.1")
	require.NotEmpty(t, r.Failures, text)
	require.Regexp(t, `chain/chain\.go:\d+ \(outcome\)$`, r.Failures[0].File)
}
