package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
)

// A record says in what another grade differs, and what is no record is refused.
func TestRecord(t *testing.T) {
	r := Report{Sealed: &Seal{"a", "b", "c", "d"}, Seeds: 3, FirstSeed: 1, Points: 4, Of: 9, Asked: []string{"gossip"}, Dir: "anywhere",
		Steps:    []Step{{ID: "gossip.1", Status: Passed, Points: 4, Of: 4}, {ID: "gossip.2", Status: Failed, Of: 5}},
		Failures: []Failure{{Scenario: "gossip/forget", Seed: 2, Ending: lab.Broke, Rule: "GSP-5", Text: "expected that"}}}
	var text bytes.Buffer
	require.NoError(t, r.JSON(&text))
	was, err := ReadRecord(text.Bytes())
	require.NoError(t, err)
	require.Equal(t, r.Record(), was)
	require.NotContains(t, text.String(), "anywhere")
	require.Empty(t, was.Differ(r.Record()))
	r.Sealed = &Seal{"x", "b", "c", "d"}
	r.Points, r.Steps[1].Status, r.Failures[0].Seed = 5, Passed, 3
	require.Equal(t, []string{
		"digest of the submission: it was a, and is x", "points: it was 4, and is 5",
		`step gossip.2: it was "failed" with 0 of 5 points, and is "passed" with 0 of 5 points`,
		`gossip/forget: it was failed with seed 2 at 0s, broke: "GSP-5 expected that", and is failed with seed 3 at 0s, broke: "GSP-5 expected that"`,
	}, was.Differ(r.Record()))
	for _, text := range []string{"", "[]", "{}", `{"Sealed":{"Engine":"x"}}`, `{"Seeds":"x"}`} {
		_, err := ReadRecord([]byte(text))
		require.Error(t, err)
	}
}
