package report

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mixed is a report with a step of each kind.
func mixed() Report {
	return Report{Dir: "students/amy", Points: 4, Of: 25, Elapsed: 1500 * time.Millisecond,
		Steps: []Step{
			{ID: "gossip.1", Layer: "gossip", Title: "broadcast", Status: Passed, Points: 4, Of: 4, Scenarios: 2,
				ScenariosPassed: 2},
			{ID: "gossip.2", Layer: "gossip", Title: "receive <once>", Status: Failed, Of: 6, Scenarios: 11,
				ScenariosPassed: 10},
			{ID: "gossip.3", Layer: "gossip", Title: "forget", Status: NotWritten, Of: 5},
			{ID: "mempool.1", Layer: "mempool", Title: "add", Status: DoesNotCompile, Of: 5},
			{ID: "stack.1", Layer: "stack", Title: "all", Status: Blocked, Reason: "gossip.3", Of: 5},
		},
		Problems: []Problem{{Layer: "mempool", Status: DoesNotCompile, Lines: []string{"amy/mempool/a.go:1: oops"}}},
		Failures: []Failure{{Step: "gossip.2", Scenario: "gossip/ring", Seed: 7, Rule: "GSP-6", RuleText: "cost",
			Text: "got \x1b[31m3\x00 sends",
			Hint: "count", Replay: "strata replay gossip/ring/7"}},
	}
}

func TestReport_Gradescope(t *testing.T) {
	var text strings.Builder
	require.NoError(t, mixed().Gradescope(&text))
	var got gradescope
	require.NoError(t, json.Unmarshal([]byte(text.String()), &got))
	require.Equal(t, 4, got.Score)
	require.Contains(t, got.Output, "amy/mempool/a.go:1: oops")
	require.Len(t, got.Tests, 5)
	sum, most := 0, 0
	for _, test := range got.Tests {
		sum, most = sum+test.Score, most+test.Max
	}
	require.Equal(t, []int{4, 25}, []int{sum, most}, "the points of the tests add up to the report's")
	require.Equal(t, "passed", got.Tests[0].Status)
	require.Equal(t, "failed", got.Tests[1].Status)
	require.Contains(t, got.Tests[1].Output, "got 3 sends")
	require.Contains(t, got.Tests[1].Output, "strata replay gossip/ring/7")
	require.Equal(t, "blocked by gossip.3", got.Tests[4].Output)
}

func TestJUnit(t *testing.T) {
	var text strings.Builder
	require.NoError(t, JUnit(&text, mixed(), mixed()))
	require.True(t, strings.HasPrefix(text.String(), "<?xml"))
	var got struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Errors   int    `xml:"errors,attr"`
			Skipped  int    `xml:"skipped,attr"`
			Cases    []struct {
				Name    string  `xml:"name,attr"`
				Failure *string `xml:"failure"`
				Error   *string `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal([]byte(text.String()), &got))
	require.Len(t, got.Suites, 2)
	s := got.Suites[0]
	require.Equal(t, []int{5, 1, 1, 2}, []int{s.Tests, s.Failures, s.Errors, s.Skipped})
	require.Len(t, s.Cases, 5)
	require.Equal(t, "gossip.2 receive <once>", s.Cases[1].Name)
	require.Contains(t, *s.Cases[1].Failure, "got 3 sends")
	require.Contains(t, *s.Cases[3].Error, "oops")
}

func TestReport_Line(t *testing.T) {
	require.Equal(t, "4 of 25 points, mempool does not compile, 1 step failed, 1 step not written yet, 1 step blocked",
		mixed().Line())
}
