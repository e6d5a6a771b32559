package doctest

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/solutions"
)

// origins are the rows of what elective 7's model had (R), and what was missing in it (RB).
func origins() (ids []string) {
	for i := range 20 {
		ids = append(ids, fmt.Sprintf("R%02d", i+1))
	}
	for i := range 8 {
		ids = append(ids, fmt.Sprintf("RB%d", i+1))
	}
	return ids
}

var (
	originRow = regexp.MustCompile(`(?m)^\| (RB?\d+) \| ([^|]+) \| ([^|]+) \|$`)
	named     = regexp.MustCompile("`([A-Za-z0-9_/-]+)`")
)

// The chapter has each row of the elective's model, once, and each names its scenarios and tests, which there are, or
// says why it was left out.
func TestOrigins_EachHasATestOrAReason(t *testing.T) {
	text, err := os.ReadFile("../../../docs/7-leader.md")
	require.NoError(t, err)
	scenarios := map[string]bool{}
	for _, s := range suites.Electives(solutions.Electives()) {
		scenarios[s.Name] = true
	}
	out, err := exec.Command("grep", "-rhoE", "--include=*_test.go", `^func (Test|Fuzz)[A-Za-z0-9_]+`, "../../..").Output()
	require.NoError(t, err)
	tests := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		tests[strings.TrimPrefix(strings.TrimSpace(line), "func ")] = true
	}
	var ids []string
	for _, row := range originRow.FindAllStringSubmatch(string(text), -1) {
		ids = append(ids, row[1])
		shown := named.FindAllStringSubmatch(row[3], -1)
		if len(shown) == 0 {
			require.Regexp(t, `^left out: .{20,}`, row[3], row[1])
		}
		for _, name := range shown {
			require.True(t, scenarios[name[1]] || tests[name[1]], "%s names %s, which is no test and no scenario", row[1], name[1])
		}
	}
	require.ElementsMatch(t, origins(), ids)
}
