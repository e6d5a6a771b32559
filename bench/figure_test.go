package main

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// turns is a side that returns the values in turn.
func turns(values ...float64) side {
	return side{"turns", func() (float64, error) {
		v := values[0]
		values = values[1:]
		return v, nil
	}}
}

func TestMeasure_TakesTurnsAndComparesMedians(t *testing.T) {
	f := figure{id: "X1", title: "some", unit: "s", ours: turns(2, 9, 4), base: turns(1, 2, 2), target: atMost(2)}
	r, err := f.measure(3)
	require.NoError(t, err)
	require.Equal(t, 2.0, r.value())
	require.Equal(t, []float64{2, 4.5, 2}, r.values())
	require.Equal(t, "met", r.verdict())
	require.Equal(t, "X1  some                                         turns 4 s, turns 2: ratio 2.00 (3 runs, 2 to 4.5) "+
		"target at most 2: met\n", asText.figure(r))
	require.Equal(t, "| X1 | some | 2.00 times turns (4 and 2 s) | 3 runs, 2 to 4.5 | at most 2 | met |\n", markdown.figure(r))
	var read struct{ Values, BaseValues []float64 }
	require.NoError(t, json.Unmarshal([]byte(jsonLines.figure(r)), &read))
	require.Equal(t, []float64{2, 9, 4}, read.Values)
	require.Equal(t, []float64{1, 2, 2}, read.BaseValues)
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		target target
		value  float64
		want   string
	}{
		{target{}, 1, ""}, {atLeast(2), 2, "met"}, {atLeast(2), 1.9, "MISSED"}, {atMost(2), 2, "met"}, {atMost(2), 2.1, "MISSED"},
	} {
		require.Equal(t, c.want, result{figure: figure{target: c.target}, ours: []float64{c.value}}.verdict())
	}
}

func TestComplaint(t *testing.T) {
	require.Empty(t, complaint(5, "", all(), nil))
	require.Contains(t, complaint(5, "Z9", nil, nil), "--only Z9: no figure begins so; there are S1, S2")
	require.Contains(t, complaint(0, "", all(), nil), "want 1 or more")
	require.Contains(t, complaint(5, "", all(), []string{"S1"}), `unexpected "S1"`)
}

// Every figure stands on the page, and whatever stands there is measured.
func TestFigures_AreThoseOfThePage(t *testing.T) {
	text, err := os.ReadFile("../docs/targets.md")
	require.NoError(t, err)
	onPage, measured := map[string]bool{}, map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([A-Z]\d) \|`).FindAllSubmatch(text, -1) {
		onPage[string(row[1])] = true
	}
	for _, f := range all() {
		measured[f.id] = true
	}
	require.Equal(t, onPage, measured)
}
