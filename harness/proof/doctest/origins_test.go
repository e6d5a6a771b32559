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

// origin is the model of an elective: its chapter, and the rows of what the model had and of what was missing in it.
type origin struct {
	page         string
	prefix       string
	has, defects int
}

var origins = []origin{
	{page: "7-leader.md", prefix: "R", has: 20, defects: 8},
	{page: "8-validators.md", prefix: "Z", has: 46, defects: 12},
	{page: "9-lattice.md", prefix: "N", has: 41, defects: 11},
	{page: "10-causal.md", prefix: "S", has: 28, defects: 10},
}

// ids are the rows of a model.
func (o origin) ids() (ids []string) {
	for i := range o.has {
		ids = append(ids, fmt.Sprintf("%s%02d", o.prefix, i+1))
	}
	for i := range o.defects {
		ids = append(ids, fmt.Sprintf("%sB%d", o.prefix, i+1))
	}
	return ids
}

var (
	originRow = regexp.MustCompile(`(?m)^\| ([A-Z]B?\d+) \| ([^|]+) \| ([^|]+) \|$`)
	named     = regexp.MustCompile("`([A-Za-z0-9_/-]+)`")
)

// A chapter has each row of its elective's model, once, and each names its scenarios and tests, which there are, or
// says why it was left out.
func TestOrigins_EachHasATestOrAReason(t *testing.T) {
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
	for _, o := range origins {
		text, err := os.ReadFile("../../../docs/" + o.page)
		require.NoError(t, err)
		var ids []string
		for _, row := range originRow.FindAllStringSubmatch(string(text), -1) {
			ids = append(ids, row[1])
			shown := named.FindAllStringSubmatch(row[3], -1)
			if len(shown) == 0 || strings.HasPrefix(row[3], "left out") {
				require.Regexp(t, `^left out: .{14,}`, row[3], row[1])
			}
			for _, name := range shown {
				known := scenarios[name[1]] || tests[name[1]]
				require.True(t, known, "%s names %s, which is no test and no scenario", row[1], name[1])
			}
		}
		require.ElementsMatch(t, o.ids(), ids, o.page)
	}
}
