package report

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/explain/shrink"
	"strata/harness/explain/witness"
	"strata/harness/lab"
)

func TestWrap(t *testing.T) {
	require.Equal(t, []string{"short"}, wrap("short", 40))
	require.Equal(t, []string{"one two three four five six seven", "    eight"}, wrap("one two three four five six seven eight", 33))
	require.Equal(t, []string{"  an indented line of words", "      goes on below itself"}, wrap("  an indented line of words goes on below itself", 29))
	long := strings.Repeat("x", 50)
	require.Equal(t, []string{long}, wrap(long, 40), "a word is not broken")
	require.Equal(t, []string{long, "    and more"}, wrap(long+" and more", 40))
}

// rendered is the text of a report's failures.
func rendered(failures ...Failure) string {
	var text strings.Builder
	out := NewText(&text)
	r := Report{Failures: failures}
	for _, id := range []string{"gossip.1", "gossip.2", "mempool.1"} {
		r.Steps = append(r.Steps, Step{ID: id, Status: Failed})
	}
	r.failures(out)
	return text.String()
}

// One failure is explained, the others of its kind are named, and each other cause has a line.
func TestFailures_OneInFull(t *testing.T) {
	fail := func(step, scenario, rule string) Failure {
		return Failure{Step: step, Scenario: scenario, Seed: 1, Ending: lab.Broke, Rule: rule, RuleText: "rule.", Text: "expected 1, got 2\nin detail",
			Replay: "strata replay " + scenario + "/1"}
	}
	panicked := fail("gossip.2", "gossip/crash", "")
	panicked.Ending, panicked.File = lab.Panicked, "a.go:1"
	again := panicked
	again.Step, again.Scenario = "mempool.1", "mempool/spread"
	text := rendered(fail("gossip.1", "gossip/one", "GSP-1"), fail("gossip.2", "gossip/two", "GSP-1"), fail("gossip.2", "gossip/three", "GSP-3"),
		panicked, again)
	require.Equal(t, 1, strings.Count(text, "happened"))
	require.Contains(t, text, "Of the same kind: gossip/two/1 (gossip.2)\n")
	require.Contains(t, text, "  gossip.2  gossip/three/1  GSP-3 expected 1, got 2\n")
	require.Contains(t, text, "  gossip.2  gossip/crash/1  expected 1, got 2, at a.go:1\n      the same: mempool/spread/1 (mempool.1)\n")
	require.Contains(t, text, "such as: strata replay gossip/three/1 --shrink\n")
}

// A failure says what its nodes were set to, whether its place is a guess, and what ours does.
func TestFailure_Render(t *testing.T) {
	f := Failure{Step: "gossip.1", Scenario: "gossip/one", Seed: 1, Rule: "GSP-1", Text: "got\x1b[1m none", Settings: []string{"MaxSeen 3", "Sweep 1s"},
		File: "my/a.go:7", Guess: "a guess", Beside: []string{"yours  nothing", "ours   sends"}, Replay: "strata replay gossip/one/1"}
	text := rendered(f)
	for _, want := range []string{"settings  MaxSeen 3, Sweep 1s (everything else has its default)\n", "where     my/a.go:7\n              (a guess)\n",
		"beside    yours  nothing\n              ours   sends\n", "happened  got none\n"} {
		require.Contains(t, text, want)
	}
	f.Guess, f.Around = "", []string{"my/a.go:7 (add)", "called at my/b.go:2 (Received)"}
	f.Case = &witness.Case{Given: []string{"A has 5"}, Call: "Execute", Yours: "valid", Ours: "refused"}
	text = rendered(f)
	for _, want := range []string{"where     my/a.go:7 (add)\n              called at my/b.go:2 (Received)\n", "given     A has 5\n    call      Execute\n",
		"yours     valid\n    ours      refused\n", "--test FILE"} {
		require.Contains(t, text, want)
	}
}

// What was left out is said; a run of which nothing can go is said to be one.
func TestSizeOf(t *testing.T) {
	require.Equal(t, "the run; nothing in it can be left out", Size(&shrink.Result{Choices: 2, Kept: []string{"a", "b"}}))
	require.Contains(t, Size(&shrink.Result{Choices: 5, Kept: []string{"a", "b"}}), "3 of its 5 nodes, actions and faults")
}

func TestColumns_NameTheTimersLine(t *testing.T) {
	require.Equal(t, "  1.500 s  10.0.0.1  a timer runs, by my/a.go:3",
		Columns([]shrink.Line{{At: 1500 * time.Millisecond, Who: "10.0.0.1", What: "a timer runs", Frame: "my/a.go:3"}}))
}
