package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFailure_TellsTheClause below its rule, which has no Markdown marks then.
func TestFailure_TellsTheClause(t *testing.T) {
	f := Failure{Step: "p2p.1", Rule: "P2P-1", RuleText: "Whoever dials sends `p2p:hello` *first*. It says more.",
		Clause: "Whoever dials sends p2p:hello first", Text: "expected a hello, got silence"}
	var text strings.Builder
	f.Render(NewText(&text))
	require.Contains(t, text.String(), "rule      P2P-1  Whoever dials sends p2p:hello first. It says more.\n"+
		"    broken    \"Whoever dials sends p2p:hello first\"\n    happened  expected a hello, got silence\n")
	f.Clause = ""
	text.Reset()
	f.Render(NewText(&text))
	require.NotContains(t, text.String(), "broken")
}
