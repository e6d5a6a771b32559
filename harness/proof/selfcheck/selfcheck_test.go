package selfcheck

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/proof/mutants"
	"strata/network"
	"strata/scenario"
)

func TestRun(t *testing.T) {
	if os.Getenv("STRATA_CHECK") == "" {
		t.Skip("make check runs it, and make check-exercises the same with more seeds")
	}
	report, err := Run(context.Background(), Options{Root: "../../..", Seeds: 1, Enough: 5})
	require.NoError(t, err)
	require.Empty(t, report.Findings)
	require.Len(t, report.Steps, len(steps.List))
	for _, s := range report.Steps {
		require.Equal(t, "passed", s.Solved, s.ID)
		if s.ID != "stack.1" {
			require.Equal(t, "not written yet", s.Unwritten, s.ID)
		}
	}
	var text strings.Builder
	require.NoError(t, report.Render(&text))
	require.Contains(t, text.String(), "0 findings")
}

// finds runs one of the checks and returns what it says.
func finds(c *check, look func()) string {
	look()
	var all []string
	for _, f := range c.report.Findings {
		all = append(all, f.About+": "+f.Text)
	}
	return strings.Join(all, "\n")
}

func TestStep_WhatItLacks(t *testing.T) {
	c := &check{opt: Options{Root: "../../.."}, lines: map[string]int{"gossip.9": 12}}
	text := finds(c, func() { c.step(steps.Step{ID: "gossip.9", Layer: "gossip", Lines: 50, Rules: []string{"GSP-99"}}) })
	for _, want := range []string{"no title", "no points", "hint 1 is empty", "hint 3 is empty", "GSP-99, which is no rule",
		"our solution has 12 lines, not 50", "no scenario grades it", "no mutant fails it", "docs/4-gossip.md does not name it"} {
		require.Contains(t, text, "gossip.9: ")
		require.Contains(t, text, want)
	}
}

func TestRules_WithoutACheck(t *testing.T) {
	c := &check{scenarios: []scenario.Scenario{{Rules: []string{"NET-1"}}}, wrong: []mutants.Mutant{{Rule: "NET-2"}}}
	text := finds(c, c.rules)
	require.Equal(t, len(rules.All())-1, strings.Count(text, "no scenario proves it"))
	require.Contains(t, text, "NET-1: no mutant breaks it")
	require.NotContains(t, text, "NET-2: no mutant breaks it")
	require.Contains(t, text, "FRK-3: no mutant breaks it", "also what students do not write")
	require.Contains(t, text, "SYN-3: no mutant breaks it", "nor read")
}

// stub is a scenario with one node that does nothing.
func stub(name string, faults scenario.Faults, setup func(w scenario.World)) scenario.Scenario {
	return scenario.Scenario{Name: name, For: time.Second, Faults: faults, Setup: func(w scenario.World) {
		w.Node(w.Addr(0), func(network.Host) {})
		setup(w)
	}}
}

func TestExercised_WhatIsNeverMet(t *testing.T) {
	flips := func(w scenario.World) {
		met := w.Sometimes("heads came")
		never := w.Sometimes("the coin stood on its edge")
		heads := w.Rand().IntN(2) == 0
		w.At(time.Millisecond, w.Addr(0), "flips a coin", func() {
			met(heads)
			never(false)
		})
	}
	c := &check{opt: Options{Runs: 20, Progress: io.Discard}}
	text := finds(c, func() {
		require.NoError(t, c.exercised(context.Background(), []scenario.Scenario{
			stub("test/coin", scenario.Faults{}, flips),
			stub("test/idle", scenario.Faults{Resets: 1, Until: time.Second}, func(scenario.World) {}),
		}))
	})
	require.NotContains(t, text, "heads came")
	require.Contains(t, text, "test/coin: in 20 seeds never: the coin stood on its edge")
	require.Contains(t, text, "test/idle: it has faults and does not say what they are to lead to")
	require.Equal(t, "test/coin", c.report.Exercises[0].Scenario)
	require.Equal(t, "heads came", c.report.Exercises[0].What)
	require.Less(t, c.report.Exercises[0].Met, 20)
	var report strings.Builder
	require.NoError(t, c.report.Render(&report))
	require.Contains(t, report.String(), "test/coin  0 of 20   the coin stood on its edge")
}

// A scenario that got to what it is for has no more runs than are enough; one that did not has them all.
func TestExercised_Enough(t *testing.T) {
	says := func(is bool) func(scenario.World) {
		return func(w scenario.World) {
			met := w.Sometimes("it is so")
			w.At(time.Millisecond, w.Addr(0), "looks", func() { met(is) })
		}
	}
	c := &check{opt: Options{Runs: 20, Enough: 3, Progress: io.Discard}}
	require.NoError(t, c.exercised(context.Background(), []scenario.Scenario{
		stub("test/met", scenario.Faults{}, says(true)), stub("test/never", scenario.Faults{}, says(false)),
	}))
	require.Equal(t, []Exercise{{Scenario: "test/met", What: "it is so", Met: 3, Seeds: 3},
		{Scenario: "test/never", What: "it is so", Seeds: 20}}, c.report.Exercises)
}

func TestKills(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "harness/proof/mutants"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "harness/proof/mutants/unkilled.txt"), nil, 0o644))
	c := &check{opt: Options{Root: root}, wrong: []mutants.Mutant{{Name: "network/a", Rule: "NET-1"}, {Name: "network/b", Rule: "NET-2"}},
		scenarios: []scenario.Scenario{{Name: "network/one", Step: "network.1"}, {Name: "network/two", Step: "network.1"}}}
	c.opt.Kills = []mutants.Kill{{Name: "network/a", Step: "network.1", Rule: "NET-1", Verdict: mutants.Killed, Scenarios: []string{"network/one"}}, {Name: "network/b", Rule: "NET-2", Verdict: mutants.Survived}}
	require.Equal(t, "network/b: the mutant is survived: \nNET-2: none of its mutants was killed by it"+
		"\nnetwork/two: no mutant fails it, so nobody knows that it can fail", finds(c, c.kills))
}
