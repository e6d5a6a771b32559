package mutants

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

func TestStrikes(t *testing.T) {
	scenarios := []scenario.Scenario{{Name: "gossip/a", Step: "gossip.1"}, {Name: "gossip/b", Step: "gossip.2"},
		{Name: "gossip/c", Step: "gossip.2"}, {Name: "chain/d", Step: "chain.1"}}
	kills := []Kill{{Name: "gossip/x", Step: "gossip.1", Scenarios: []string{"gossip/a"}},
		{Name: "gossip/w", Step: "gossip.1", Scenarios: []string{"gossip/a"}}}
	root := func(text string) fstest.MapFS {
		return fstest.MapFS{"harness/proof/mutants/unkilled.txt": {Data: []byte(text)}}
	}
	rows, err := Strikes(root("gossip/c it only looks\n"), scenarios, kills)
	require.NoError(t, err)
	require.Equal(t, []Strike{{Scenario: "gossip/a", Kills: 2, One: "gossip/w"}, {Scenario: "gossip/b"},
		{Scenario: "gossip/c", Reason: "it only looks"}}, rows, "only of the layer that was graded")
	require.False(t, AllStrike(rows))
	require.True(t, AllStrike(rows[:1]))
	var text strings.Builder
	require.NoError(t, RenderStrikes(&text, rows))
	require.Contains(t, text.String(), "none: add one to harness/proof/mutants")
	require.Contains(t, text.String(), "1 of 3 scenarios fail a wrong solution")

	_, err = Strikes(root("gossip/a needs none\n"), scenarios, kills)
	require.ErrorContains(t, err, "gossip/a, which fails gossip/w: take it off")
	_, err = Strikes(root("gossip/gone needs none\n"), scenarios, kills)
	require.ErrorContains(t, err, "gossip/gone, which is no scenario")
}

// A patch of provided code names a package: it fits whichever file has the text, if one has it.
func TestApply_ProvidedCode(t *testing.T) {
	m := Mutant{Name: "stack/x", Layer: "stack", Edits: []Edit{{File: "node", Old: "one", New: "two"}}}
	root := fstest.MapFS{"node/a.go": {Data: []byte("// one")}, "node/b.go": {Data: []byte("//")}, "node/fetch/c.go": {Data: []byte("// one")}}
	files, err := m.Apply(root)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"node/a.go": "// two", "node/b.go": "//", "node/fetch/c.go": "// one"}, files)
	require.Equal(t, "node", m.Edits[0].File, "applied to a copy")
	laid, err := m.lay(t.TempDir(), files)
	require.NoError(t, err)
	require.Len(t, laid, 2, "the package, and no other")

	root["node/b.go"].Data = []byte("// one")
	_, err = m.Apply(root)
	require.ErrorContains(t, err, "stack/x: its old text is not in one file of node")
}

func TestShrinkSummary(t *testing.T) {
	require.Empty(t, ShrinkSummary([]Kill{{Name: "a"}}))
	require.Equal(t, "3 failures shrunk: median 0.20 s and 9 events, most 1.10 s and 16; 1 have over 15 events, 2 are minimal",
		ShrinkSummary([]Kill{{Shrunk: &Shrunk{0.1, 16, true}}, {}, {Shrunk: &Shrunk{1.1, 2, false}}, {Shrunk: &Shrunk{0.2, 9, true}}}))
}
