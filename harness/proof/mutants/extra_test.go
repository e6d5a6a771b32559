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

// What is wrong with scenarios is told with its place and what to do. Each proof builds a child for our solutions and
// one for each mutant, so what can be wrong in one directory is. (TestClass_OwnScenarios of cmd/strata/command proves
// the example.)
func TestProve_Mistakes(t *testing.T) {
	for name, c := range map[string]struct{ pairs, want, without []string }{
		"does not compile": {pairs: []string{"slices.Contains(last", "slices.Contain(last"},
			want: []string{"the scenarios cannot be used: they do not compile",
				"mine/example.go:119:14: undefined: slices.Contain"}},
		"no Suite": {pairs: []string{"func Suite(stack electives.Stack) [", "func Sweet(stack electives.Stack) ["},
			want: []string{"undefined: Suite: want func Suite(stack electives.Stack) []scenario.Scenario"}},
		"ends at once": {pairs: []string{"hears a word twice.", "hears a word twice"},
			want: []string{"mine/example.go:", "Suite ends before it has listed any", "is no sentence"}},
		"names nothing known": {
			pairs: []string{`"course/ring", Step: "gossip.2"`, `"gossip/cost", Step: "gossip.9"`, `{"GSP-4"}`, `{"GSP-99"}`},
			want: []string{"mine/example.go:34: gossip/cost: the workshop has one of that name",
				`grades "gossip.9", which is no step`, "mine/example.go:41: course/line: proves GSP-99, which is no rule"}},
		"one draws by itself, one asks for too much": {
			pairs: []string{"w.Rand().IntN", "rand.IntN", `"fmt"`, "\"fmt\"\n\"math/rand/v2\"",
				"first.says(w)", `w.At(3*time.Second, first.addr, "is silent", func() {})`},
			want: []string{"mine/example.go:35: course/ring: two runs of seed 1 differ: draw from World.Rand",
				"mine/example.go:42: course/line: our solution fails with seed 1", "GSP-4: expected the word"}},
		"cannot fail": {pairs: []string{"if slices.Contains(p", "if false && slices.Contains(p"},
			want: []string{"mutants/no-seen-set.txt: nothing fails it by GSP-3: course/ring passes with 3 seeds",
				"mine/example.go:34: course/ring fails no mutant, so perhaps it cannot fail"},
			without: []string{"never-passes-on.txt"}},
		"one quotes nobody, one fails by another rule": {
			pairs: []string{"handles an id at most once", "handles an id at most thrice",
				"w.Ends(last.addr, gsp4Passed", "w.Ends(last.addr, gsp3Once"},
			want: []string{`course/ring: a check quotes "So a node handles an id at most thrice", which GSP-3 does not say`,
				"course/line fails by another rule, GSP-3: expected"}},
	} {
		dir := ownScenarios(t, c.pairs...)
		for _, mutant := range c.without {
			require.NoError(t, os.Remove(filepath.Join(dir, "mutants", mutant)))
		}
		_, err := proved(t, dir)
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
		"no head, no rule, fits nowhere": {[]string{
			"A sentence.\n-- old gossip.go --\na\n-- new --\nb\n",
			strings.Replace(head, "GSP-3", "GSP-77", 1) + "-- file a.go --\npackage gossip\n",
			head + "-- old gossip.go --\nnothing of the kind\n-- new --\nb\n",
		}, []string{"mutants/0.txt: it names no step, or no rule", `mutants/1.txt: "GSP-77" is no rule`,
			"mutants: 2: its old text occurs 0 times in solutions/gossip/gossip.go"}},
		"does not compile": {[]string{head + "-- file a.go --\npackage gossip\nvar x int = \"\"\n"},
			[]string{"mutants/0.txt: cannot be run: gossip", "gossip/a.go:2"}},
		"none of its own, one of somebody else's": {
			[]string{strings.Replace(head, "GSP-3", "GSP-7", 1) + "-- file a.go --\npackage gossip\n"},
			[]string{"course/ring has no mutant: put a solution that it fails into", "step gossip.2", "rule GSP-3",
				"no scenario grades gossip.2 and proves GSP-7"}},
	} {
		dir := ownScenarios(t)
		for _, mutant := range []string{"no-seen-set.txt", "never-passes-on.txt"} {
			require.NoError(t, os.Remove(filepath.Join(dir, "mutants", mutant)))
		}
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
