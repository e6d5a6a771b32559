package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

func TestPromise(t *testing.T) {
	c := scenario.Promise("GSP-5", "A payload too short for an id is ignored")
	require.Equal(t, "GSP-5", c.Rule())
	require.Equal(t, "A payload too short for an id is ignored", c.Words())
	require.Empty(t, scenario.Clause{}.Rule())
	require.PanicsWithValue(t, `scenario: a promise of rule "gossip" in the words "peace"`,
		func() { scenario.Promise("gossip", "peace") })
	require.PanicsWithValue(t, `scenario: a promise of rule "GSP-5" in the words ""`, func() { scenario.Promise("GSP-5", "") })
}
