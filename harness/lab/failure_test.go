package lab_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
)

func TestEnding_IsTextAndBack(t *testing.T) {
	for e := lab.Broke; e <= lab.Died; e++ {
		text, err := json.Marshal(lab.Failure{Ending: e})
		require.NoError(t, err)
		require.Contains(t, string(text), `"Ending":"`+e.String()+`"`)
		var back lab.Failure
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, e, back.Ending)
	}
	var e lab.Ending
	require.ErrorContains(t, e.UnmarshalText([]byte("well")), `"well" is no ending`)
	require.Error(t, e.UnmarshalText(nil))
}

func TestFailure_Same(t *testing.T) {
	broke := &lab.Failure{Ending: lab.Broke, Rule: "NET-1", Frame: "a.go:1", Text: "expected 1, got 2"}
	require.True(t, broke.Same(&lab.Failure{Ending: lab.Broke, Rule: "NET-1", Frame: "b.go:2",
		Text: "expected 1, got 3"}))
	require.False(t, broke.Same(&lab.Failure{Ending: lab.Broke, Rule: "NET-2"}))
	require.False(t, broke.Same(&lab.Failure{Ending: lab.Unmet, Rule: "NET-1"}))
	thrown := &lab.Failure{Ending: lab.Panicked, Frame: "a.go:1"}
	require.True(t, thrown.Same(&lab.Failure{Ending: lab.Panicked, Frame: "a.go:1"}))
	require.False(t, thrown.Same(&lab.Failure{Ending: lab.Panicked, Frame: "a.go:2"}),
		"another line is another mistake")
	require.False(t, broke.Same(nil), "a run that passed")
	require.False(t, (*lab.Failure)(nil).Same(nil))
}
