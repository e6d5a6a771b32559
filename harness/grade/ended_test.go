package grade_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/harness/proof/needs"
	"strata/harness/trace"
)

// endless is a copy of the solutions whose sweep of seen ids never ends: one line is missing.
func endless(t *testing.T) (dir string) {
	t.Helper()
	dir = copied(t)
	file := filepath.Join(dir, "gossip", "seen.go")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	broken := bytes.Replace(text, []byte("!s.order[0].at.After(until) {\n\t\ts.forgetOldest()\n"),
		[]byte("!s.order[0].at.After(until) {\n"), 1)
	require.NotEqual(t, text, broken)
	require.NoError(t, os.WriteFile(file, broken, 0o600))
	return dir
}

// A run that never ends cannot be shrunk, but the report and both kinds of replay say what hung, where,
// in which callback, and what led to it; and a picture is drawn of it.
func TestReplay_OfWhatNeverEnds(t *testing.T) {
	dir := endless(t)
	wants := []string{"no end", filepath.Join(dir, "gossip", "seen.go") + ":", "10.0.0.1, in a timer's callback",
		"what led to it",
		"sends the message", "here it stays", "What has to become smaller in each round"}
	replay := func(opt grade.ReplayOptions) string {
		var text strings.Builder
		opt.Options = kept(grade.Options{Dir: dir, Timeout: 300 * time.Millisecond})
		opt.Scenario, opt.Seed = "gossip/forget", 1
		passed, err := grade.Replay(context.Background(), opt, &text)
		require.NoError(t, err)
		require.False(t, passed)
		return text.String()
	}
	var drawn trace.Run
	for name, text := range map[string]string{
		"shrink": replay(grade.ReplayOptions{Shrink: true, Record: func(r trace.Run) error { drawn = r; return nil }}),
		"why":    replay(grade.ReplayOptions{Why: true}),
	} {
		for _, want := range append(wants, "(*seen).forget", "go on", "--dir "+dir+" --all") {
			require.Contains(t, flat(text), want, name)
		}
	}
	require.NotEmpty(t, drawn.Events)
	require.NotNil(t, drawn.Failure)

	r, text := run(t, dir, "network.1", "gossip.3")
	require.Equal(t, report.Failed, step(t, r, "gossip.3").Status, text)
	require.Equal(t, report.Passed, step(t, r, "network.1").Status, text)
	for _, want := range append(wants, "strata replay gossip/forget/1 --dir "+dir+" --shrink") {
		require.Contains(t, flat(text), want)
	}
	require.NotContains(t, text, "SIGQUIT", "what the runtime says is not what the student prints")
}

// A run that stops at a step which is not written has no chances to draw and nothing to shrink.
func TestReplay_WhyOfWhatIsNotWritten(t *testing.T) {
	for _, opt := range []grade.ReplayOptions{{Why: true}, {Shrink: true}} {
		var text strings.Builder
		opt.Options, opt.Scenario, opt.Seed = kept(grade.Options{}), "gossip/forget", 1
		passed, err := grade.Replay(context.Background(), opt, &text)
		require.NoError(t, err)
		require.False(t, passed)
		require.Regexp(t, `the run stops at gossip\.\d, which is not written yet: .*exercises/gossip/`, text.String())
		require.NotContains(t, text.String(), "100 %")
	}
}

// One failure is explained. What fails for one cause, such as a panic at one line, is named in one line.
func TestReport_FailuresAreBrief(t *testing.T) {
	dir := copied(t)
	file := filepath.Join(dir, "messaging", "messaging.go")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	text = bytes.Replace(text, []byte("lastID:      make(map[network.ConnID]uint32),"), nil, 1)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	frames := filepath.Join(dir, "network", "frames.go")
	text, err = os.ReadFile(frames)
	require.NoError(t, err)
	text = bytes.Replace(text, []byte("network.PayloadSize(header)"),
		[]byte("network.PayloadSize([]byte{header[3], header[2], header[1], header[0]})"), 1)
	require.NoError(t, os.WriteFile(frames, text, 0o600))
	_, told := run(t, dir, "messaging.1", "messaging.2", "network.1", "network.2")
	require.Equal(t, 1, strings.Count(told, "panic: assignment to entry in nil map"), told)
	require.Regexp(t, `\n  messaging\.1  messaging/\S+/1  panic: assignment to entry in nil map, at\s+\S+messaging\.go:\d+\n      the same: messaging/\S+ \(messaging\.1\), `, told)
	require.Regexp(t, `\n  network\.1  network/\S+/1  NET-\d .*expected`, told)
	require.Equal(t, 1, strings.Count(told, "\n    happened "), "one failure in full")
	require.Contains(t, told, "In which order do the four of the length come")
}

// A run that never ends behind glass is given up after its time, as one in place is.
func TestSealed_NeverEnds(t *testing.T) {
	r := graded(t, grade.Options{Dir: endless(t), Steps: []string{"gossip.3"}, Seeds: 1,
		Timeout: 500 * time.Millisecond, Budget: 20 * time.Second, AsFound: true, OneFails: true, Sealed: true})
	require.NotEmpty(t, r.Failures)
	require.Equal(t, lab.Hung, r.Failures[0].Ending)
	require.Contains(t, r.Failures[0].Text, "500ms", "not when the whole layer has had its time")
}

// A process that works on and does not answer has as long as layers in place: its own processor time counts.
func TestGrade_ProcessThatNeverAnswers(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the time of another process is not known: it has two minutes")
	}
	program := needs.Program(t, "install dash", "sh")
	r, err := grade.Grade(context.Background(), grade.Options{Root: root, Dir: filepath.Join(root, "solutions"), Steps: []string{"chain.1"},
		Seeds: 1, Timeout: 500 * time.Millisecond, AsFound: true, OneFails: true,
		Exec: []string{program, "-c", "echo '{\"strata\":1}'; while :; do :; done"}})
	require.NoError(t, err)
	require.NotEmpty(t, r.Failures)
	require.Equal(t, lab.Hung, r.Failures[0].Ending)
	require.Contains(t, r.Failures[0].Text, "500ms")
}
