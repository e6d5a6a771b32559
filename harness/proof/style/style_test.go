package style_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/proof/style"
	"strata/scenario"
	"strata/solutions"
)

const root = "../../.."

// read are the packages that are read like a book: what a check is, and all suites.
var read = []string{
	"scenario", "network/networktest", "messaging/messagingtest", "p2p/p2ptest", "gossip/gossiptest",
	"mempool/mempooltest", "chain/chaintest", "node/nodetest", "harness/explore/orders", "harness/explore/orders/upon",
	"harness/explore/pings",
}

// leastComments is how many of 1,000 lines that are not blank hold a comment.
const leastComments = 150

func TestSuites_AreRead(t *testing.T) {
	for _, dir := range read {
		t.Run(dir, func(t *testing.T) {
			all, err := style.Read(filepath.Join(root, dir))
			require.NoError(t, err)
			require.NotEmpty(t, all)
			var wrong []string
			commented, lines := 0, 0
			for _, s := range all {
				wrong = slices.Concat(wrong, s.LongLines(), s.LongFunctions())
				require.LessOrEqual(t, len(s.Lines), style.MaxFile, s.Name)
				c, n := s.Commented()
				commented, lines = commented+c, lines+n
			}
			require.Empty(t, wrong)
			require.GreaterOrEqual(t, 1000*commented/lines, leastComments, "of 1,000 lines with a comment")
		})
	}
}

// TestSuites_SayBothHalves: each text of a failed check says what was expected, and what came instead.
func TestSuites_SayBothHalves(t *testing.T) {
	for _, dir := range append(read[1:], "ledgers/leader/leadertest", "ledgers/validators/validatorstest", "ledgers/lattice/latticetest", "ledgers/causal/causaltest") {
		all, err := style.Read(filepath.Join(root, dir))
		require.NoError(t, err)
		for _, s := range all {
			require.Empty(t, s.HalfSaid(), dir)
		}
	}
}

func TestSource_FindsWhatIsHalfSaid(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.go")
	text := "package a\n\nvar errName = errors.New(\"a name\")\n\nfunc f() {\n" +
		"\tw.Fail(c, \"it broke, %d times\", 3)\n" +
		"\tw.Fail(c, \"expected peace, \"+\n\t\t\"got war\")\n" +
		"\tw.Fail(c, \"at Stop: %v\", err)\n" +
		"\t_ = fmt.Errorf(\"node %d: %w\", 1, err)\n" +
		"\t_ = errors.New(\"expected peace\")\n" +
		"\t_ = fmt.Errorf(\"got %d\", 1)\n}\n"
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	all, err := style.Read(filepath.Dir(name))
	require.NoError(t, err)
	require.Equal(t, []string{
		name + ":6: it broke, %d times", name + ":11: expected peace", name + ":12: got %d",
	}, all[0].HalfSaid())
}

// TestScenarios_AreMadeByNew: outside of tests there is one constructor, which finds a scenario well formed.
func TestScenarios_AreMadeByNew(t *testing.T) {
	seen := 0
	for _, dir := range directories(t) {
		if dir == "scenario" {
			continue
		}
		all, err := style.Read(filepath.Join(root, dir))
		require.NoError(t, err)
		for _, s := range all {
			require.Empty(t, s.Unmade("scenario", "Scenario", "New"))
			seen++
		}
	}
	require.Greater(t, seen, 100, "files that were looked at")
}

// TestScenarios_AreWellFormed asks again what New asked, of every scenario that there is, however it came
// to be.
func TestScenarios_AreWellFormed(t *testing.T) {
	all := suites.All(solutions.Stack())
	require.NotEmpty(t, all)
	for _, s := range all {
		require.NotPanics(t, func() { scenario.New(s) })
		require.NotContains(t, strings.TrimSuffix(s.Title, "."), ". ", "%s: one sentence", s.Name)
	}
}

// TestContributing_ShowsARealEntry: the scenario in CONTRIBUTING.md stands in a suite.
func TestContributing_ShowsARealEntry(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	require.NoError(t, err)
	_, entry, found := strings.Cut(string(page), "```go\nscenario.New(")
	require.True(t, found, "an entry")
	entry, _, _ = strings.Cut(entry, "```")
	suite, err := os.ReadFile(filepath.Join(root, "network/networktest/suite.go"))
	require.NoError(t, err)
	require.Contains(t, plain(string(suite)), plain("scenario.New("+entry))
}

// plain is a text without its indentation, and without the comma that ends an entry of a list.
func plain(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// directories lists those with Go code of this module.
func directories(t *testing.T) (all []string) {
	seen := make(map[string]bool)
	require.NoError(t, filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" ||
			d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if dir := filepath.Dir(name); strings.HasSuffix(name, ".go") && !seen[dir] {
			seen[dir] = true
			rel, err := filepath.Rel(root, dir)
			require.NoError(t, err)
			all = append(all, filepath.ToSlash(rel))
		}
		return nil
	}))
	return all
}

func TestSource_FindsWhatIsTooLong(t *testing.T) {
	dir := t.TempDir()
	text := "package a\n\n// " + strings.Repeat("x", 118) + "\nfunc long() {\n" + strings.Repeat("\tlong()\n", 39) +
		"}\n\n" +
		"func table() []int {\n\treturn []int{\n" + strings.Repeat("\t\t1,\n", 50) + "\t}\n}\n\n" +
		"func short() { // " + strings.Repeat("y", 102) + "\n}\n\nvar x = \"" + strings.Repeat("ß", 110) + "\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte(text), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a_test.go"), []byte("no Go at all"), 0o600))
	all, err := style.Read(dir)
	require.NoError(t, err)
	require.Len(t, all, 1)
	name := filepath.Join(dir, "a.go")
	require.Equal(t, []string{name + ":3: 121 columns"}, all[0].LongLines())
	require.Equal(t, []string{name + ":4: long, 41 lines"}, all[0].LongFunctions())
	commented, lines := all[0].Commented()
	require.Equal(t, 2, commented)
	require.Equal(t, 1+1+41+54+2+1, lines)
}

func TestSource_FindsWhatIsNotMade(t *testing.T) {
	dir := t.TempDir()
	text := `package a

var (
	made = scenario.New(scenario.Scenario{Name: "a/b"})
	none = scenario.Scenario{}
	raw  = scenario.Scenario{Name: "a/b"}
	list = []scenario.Scenario{made, {Name: "a/c"}, scenario.New(scenario.Scenario{Name: "a/d"})}
)
`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte(text), 0o600))
	all, err := style.Read(dir)
	require.NoError(t, err)
	name := filepath.Join(dir, "a.go")
	require.Equal(t, []string{name + ":6", name + ":7"}, all[0].Unmade("scenario", "Scenario", "New"))
}
