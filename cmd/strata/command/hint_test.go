package command

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
)

func TestHint_NextAgainResetAll(t *testing.T) {
	session := newSession(t)
	write(t, "go.mod", "module strata\n")
	hint := func(args ...string) string {
		t.Helper()
		status, out, errs := session.run(t, append([]string{"hint"}, args...)...)
		require.Equal(t, exitOK, status, errs)
		return out
	}
	step, _ := steps.Find("gossip.2")
	require.Contains(t, hint("gossip.2"), "hint 1 of 3, a nudge\n\n    "+step.Hints[0])
	require.Contains(t, hint("gossip.2"), "hint 2 of 3, the idea")
	require.Contains(t, hint("gossip.2", "--again"), "hint 2 of 3, the idea")
	require.Contains(t, hint("gossip.2"), "hint 3 of 3, pseudo-code")
	require.Contains(t, hint("gossip.2"), "the chapter is docs/4-gossip.md")
	require.Empty(t, hint("gossip.2", "--reset"))
	require.Contains(t, hint("gossip.2"), "hint 1 of 3")
	require.Contains(t, hint("gossip.1", "--all"), "hint 3 of 3")
	require.Contains(t, hint("gossip.1", "--again"), "hint 1 of 3", "the first one, if none was given")
}

// A layer has its steps listed, and a rule is quoted, with its question and the steps that it belongs to.
func TestHint_LayerAndRule(t *testing.T) {
	session := newSession(t)
	status, out, errs := session.run(t, "hint", "gossip")
	require.Equal(t, exitOK, status, errs)
	require.Contains(t, out, "strata hint gossip.2     receive once and pass on")
	for _, rule := range []string{"GSP-4", "gsp-4"} {
		status, out, errs = session.run(t, "hint", rule)
		require.Equal(t, exitOK, status, errs)
		require.Contains(t, out, "GSP-4  The handler gets the payload")
		require.Contains(t, out, "What exactly travels on")
		require.Contains(t, out, "More: strata hint gossip.2")
	}
}

func TestHint_Refusals(t *testing.T) {
	session := newSession(t)
	require.Contains(t, session.refused(t, "hint", "gossip.22"), `did you mean "gossip.2"?`)
	require.Contains(t, session.refused(t, "hint"), "which step? One of network.1, ")
	said := session.refused(t, "hint", "gossip.2")
	require.Contains(t, said, "not in the workshop: neither ")
	require.Contains(t, said, "has a go.mod of module strata; go there, or say where it is with --root")
}
