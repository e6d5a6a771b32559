package doctest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/scenario"
	"strata/solutions"
)

const threats = "docs/threat-model.md"

var (
	namedTest     = regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Fuzz)\\w+)`")
	namedScenario = regexp.MustCompile("`((?:network|messaging|p2p|gossip|mempool|stack)/[a-z-]+)`")
)

// What the threat model calls shown is shown by a test or a scenario that there is.
func TestThreatsAreShownByWhatThereIs(t *testing.T) {
	lines, err := read(root, threats)
	require.NoError(t, err)
	all := suites.All(solutions.Stack())
	tests, scenarios := 0, 0
	for i, line := range lines {
		for _, m := range namedTest.FindAllStringSubmatch(line, -1) {
			tests++
			require.True(t, hasTest(t, m[1], m[2]), "%s:%d: there is no %s in %s", threats, i+1, m[2], m[1])
		}
		for _, m := range namedScenario.FindAllStringSubmatch(line, -1) {
			if strings.HasSuffix(m[1], "/guard") {
				continue
			}
			scenarios++
			there := slices.ContainsFunc(all, func(s scenario.Scenario) bool { return s.Name == m[1] })
			require.True(t, there, "%s:%d: there is no scenario %s", threats, i+1, m[1])
		}
	}
	require.Greater(t, tests, 20)
	require.Greater(t, scenarios, 20)
}

// Each defence that the threat model lists names what shows it.
func TestEveryDefenceIsShown(t *testing.T) {
	lines, err := read(root, threats)
	require.NoError(t, err)
	from := slices.Index(lines, "| attack | defence | shown by |")
	require.Positive(t, from)
	rows := 0
	for i, line := range lines[from+2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		rows++
		cells := strings.Split(strings.Trim(line, "|"), "|")
		require.Len(t, cells, 3, "%s:%d", threats, from+3+i)
		require.Contains(t, cells[2], "`", "%s:%d: nothing shows it", threats, from+3+i)
	}
	require.Greater(t, rows, 20)
}

// hasTest says whether a package has a test function of that name.
func hasTest(t *testing.T, dir, name string) bool {
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*_test.go"))
	require.NoError(t, err)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
				return true
			}
		}
	}
	return false
}
