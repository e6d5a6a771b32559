package mutants

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/extras"
)

// ownScenarios is a copy of the example in which texts of example.go are replaced, in pairs.
func ownScenarios(t *testing.T, pairs ...string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "mine")
	require.NoError(t, os.CopyFS(dir, os.DirFS("../../class/example")))
	text, err := os.ReadFile(filepath.Join(dir, "example.go"))
	require.NoError(t, err)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, string(text), pairs[i])
		text = []byte(strings.ReplaceAll(string(text), pairs[i], pairs[i+1]))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "example.go"), text, 0o600))
	return dir
}

// proved proves the scenarios of a directory.
func proved(t *testing.T, dir string) ([]Proof, error) {
	t.Helper()
	suite, err := extras.Read(dir)
	if err != nil {
		return nil, err
	}
	return Prove(t.Context(), Options{Root: "../../..", Seeds: 3}, suite)
}

// The example passes on our solutions, and each of its scenarios fails its mutant by the rule.
func TestProve_TheExample(t *testing.T) {
	proofs, err := proved(t, "../../class/example")
	require.NoError(t, err)
	require.Equal(t, []Proof{
		{"course/ring", "gossip.2", []string{"no-seen-set by GSP-3, seed 1"}},
		{"course/line", "gossip.2", []string{"never-passes-on by GSP-4, seed 1"}},
	}, proofs)
}

// What is wrong with scenarios is told with its place and what to do.
func TestProve_Mistakes(t *testing.T) {
	for name, c := range map[string]struct{ pairs, want []string }{
		"does not compile": {[]string{"slices.Contains(last", "slices.Contain(last"},
			[]string{"the scenarios cannot be used: they do not compile", "mine/example.go:119:14: undefined: slices.Contain"}},
		"no Suite": {[]string{"func Suite(stack electives.Stack) [", "func Sweet(stack electives.Stack) ["},
			[]string{"undefined: Suite: want func Suite(stack electives.Stack) []scenario.Scenario"}},
		"ends at once": {[]string{"hears a word twice.", "hears a word twice"},
			[]string{"mine/example.go:", "Suite ends before it has listed any", "is no sentence"}},
		"names nothing known": {[]string{`"course/ring", Step: "gossip.2"`, `"gossip/cost", Step: "gossip.9"`, `{"GSP-4"}`, `{"GSP-99"}`},
			[]string{"mine/example.go:34: gossip/cost: the workshop has one of that name", `grades "gossip.9", which is no step`,
				"mine/example.go:41: course/line: proves GSP-99, which is no rule"}},
		"draws by itself": {[]string{"w.Rand().IntN", "rand.IntN", `"fmt"`, "\"fmt\"\n\"math/rand/v2\""},
			[]string{"mine/example.go:35: course/ring: two runs of seed 1 differ: draw from World.Rand"}},
		"asks for too much": {[]string{"!slices.Contains(last", "slices.Contains(last"},
			[]string{"mine/example.go:41: course/line: our solution fails with seed 1", "GSP-4: expected the word"}},
		"cannot fail": {[]string{"if slices.Contains(p", "if false && slices.Contains(p"},
			[]string{"mutants/no-seen-set.txt: nothing fails it by GSP-3: course/ring passes with 3 seeds",
				"mine/example.go:34: course/ring fails no mutant, so perhaps it cannot fail"}},
		"by another rule": {[]string{"w.Always(gsp3Once", "w.Always(gsp4Passed"},
			[]string{"course/ring fails by another rule, GSP-4: expected"}},
		"quotes nobody": {[]string{"handles an id at most once", "handles an id at most thrice"},
			[]string{`course/ring: a check quotes "So a node handles an id at most thrice", which GSP-3 does not say`}},
	} {
		_, err := proved(t, ownScenarios(t, c.pairs...))
		require.Error(t, err, name)
		for _, want := range c.want {
			require.ErrorContains(t, err, want, name)
		}
	}
}

// So is what is wrong with their mutants.
func TestProve_MistakesOfMutants(t *testing.T) {
	const head = "A sentence.\n\nstep gossip.2\nrule GSP-3\n\n"
	for name, c := range map[string]struct{ mutants, want []string }{
		"none": {nil, []string{"course/ring has no mutant: put a solution that it fails into", "step gossip.2", "rule GSP-3"}},
		"no head, no rule, fits nowhere": {[]string{
			"A sentence.\n-- old gossip.go --\na\n-- new --\nb\n",
			strings.Replace(head, "GSP-3", "GSP-77", 1) + "-- file a.go --\npackage gossip\n",
			head + "-- old gossip.go --\nnothing of the kind\n-- new --\nb\n",
		}, []string{"mutants/0.txt: it names no step, or no rule", `mutants/1.txt: "GSP-77" is no rule`,
			"mutants: 2: its old text occurs 0 times in solutions/gossip/gossip.go"}},
		"does not compile": {[]string{head + "-- file a.go --\npackage gossip\nvar x int = \"\"\n"},
			[]string{"mutants/0.txt: cannot be run: gossip", "gossip/a.go:2"}},
		"of somebody else's": {[]string{strings.Replace(head, "GSP-3", "GSP-7", 1) + "-- file a.go --\npackage gossip\n"},
			[]string{"no scenario grades gossip.2 and proves GSP-7"}},
	} {
		dir := ownScenarios(t)
		require.NoError(t, os.Remove(filepath.Join(dir, "mutants", "no-seen-set.txt")))
		for i, text := range c.mutants {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "mutants", fmt.Sprint(i, ".txt")), []byte(text), 0o600))
		}
		_, err := proved(t, dir)
		require.Error(t, err, name)
		for _, want := range c.want {
			require.ErrorContains(t, err, want, name)
		}
	}
}

// A directory that is no package is told before anything is built.
func TestRead_Mistakes(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"holds no Go":                  {"a_test.go": "package a"},
		"is of package main":           {"a.go": "package main"},
		"is of package b":              {"a.go": "package a", "b.go": "package b"},
		"a.go:1:1: expected 'package'": {"a.go": "nothing"},
	} {
		dir := t.TempDir()
		for name, text := range files {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		}
		_, err := extras.Read(dir)
		require.ErrorContains(t, err, want)
	}
	_, err := extras.Read(filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, err, "name a directory that is a Go package")
}
