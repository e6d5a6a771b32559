package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/docs"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
)

func TestAll(t *testing.T) {
	count := map[string]int{}
	for _, r := range rules.All() {
		prefix, _, _ := strings.Cut(r.ID, "-")
		count[prefix]++
		require.Contains(t, steps.Layers, r.Layer, r.ID)
		require.True(t, strings.HasSuffix(r.Text, "."), "%s: %q", r.ID, r.Text)
	}
	require.Equal(t, map[string]int{"NET": 12, "MSG": 10, "P2P": 15, "GSP": 8, "MEM": 9, "CHN": 13, "FRK": 8, "SYN": 9}, count)
}

func TestFind(t *testing.T) {
	r, ok := rules.Find("GSP-3")
	require.True(t, ok)
	require.Equal(t, "gossip", r.Layer)
	require.Contains(t, r.Text, "at most once")
	_, ok = rules.Find("GSP-9")
	require.False(t, ok)
}

// What a step is about stands on the page.
func TestStepsNameRules(t *testing.T) {
	for _, s := range steps.List {
		for _, id := range s.Rules {
			_, ok := rules.Find(id)
			require.True(t, ok, "%s of step %s", id, s.ID)
		}
	}
}

func TestParse_Faults(t *testing.T) {
	const head = "## Layer 1, network: frames\n"
	for name, c := range map[string]struct{ page, want string }{
		"gap":       {head + "| NET-1 | One. |\n| NET-3 | Three. |", "line 3: NET-3 stands where NET-2 is expected"},
		"duplicate": {head + "| NET-1 | One. |\n| NET-1 | Again. |", "line 3: NET-1 stands where NET-2 is expected"},
		"start":     {head + "| NET-2 | Two. |", "line 2: NET-2 stands where NET-1 is expected"},
		"text":      {head + "| NET-1 | |", "line 2: NET-1 has no text or no layer"},
		"layer":     {"| NET-1 | One. |", "line 1: NET-1 has no text or no layer"},
		"none":      {head, "the page has none"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Parse(c.page)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := rules.Parse("| NET-2 | |")
	require.ErrorContains(t, err, "expected", "every fault at once")
	require.ErrorContains(t, err, "no text")
}

// A page of a checkout whose lines end as on Windows has the same rules.
func TestParse_BearsCRLF(t *testing.T) {
	want, err := rules.Parse(docs.Protocol)
	require.NoError(t, err)
	got, err := rules.Parse(strings.ReplaceAll(docs.Protocol, "\n", "\r\n"))
	require.NoError(t, err)
	require.Equal(t, want, got)
}
