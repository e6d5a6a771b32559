package steps_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/rules"
	"strata/harness/course/steps"
)

// Every rule that a step is about has a question of its own, or the step's first hint is about it.
func TestNudge_FitsTheRule(t *testing.T) {
	own := map[string]string{ // whose first hint the rule's question is
		"NET-2": "network.1", "NET-6": "network.2", "MSG-7": "messaging.3", "P2P-6": "p2p.2",
		"GSP-2": "gossip.1", "GSP-3": "gossip.2", "GSP-7": "gossip.3", "CHN-11": "chain.3",
		"LDR-4": "leader.4",
	}
	asked := make(map[string]bool)
	for _, s := range steps.List {
		for _, id := range s.Rules {
			nudge := s.Nudge(id, "whatever")
			require.NotEmpty(t, nudge)
			asked[nudge] = true
			_, known := rules.Find(id)
			require.True(t, known, id)
			if nudge == s.Hints[0] && len(s.Rules) > 1 {
				require.Contains(t, []string{own[id], "chain.1"}, s.ID, "%s: the first hint of %s stands for it", id, s.ID)
			}
		}
	}
	require.Greater(t, len(asked), 50)
}

// A panic is no rule's: the question is about how the code ended.
func TestNudge_FitsThePanic(t *testing.T) {
	s, _ := steps.Find("messaging.1")
	require.Contains(t, s.Nudge("", "panic: assignment to entry in nil map"), "made before it is written to")
	require.Contains(t, s.Nudge("", "no end: a callback"), "become smaller")
	require.Equal(t, s.Hints[0], s.Nudge("", "panic: my own words"))
	require.Equal(t, s.Hints[0], s.Nudge("NET-99", "nil map"))
}
