package hints_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/hints"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/lab"
)

// Every rule that a step is about has a question of its own, or the step's first hint is about it.
func TestNudge_FitsTheRule(t *testing.T) {
	own := map[string]string{ // whose first hint the rule's question is
		"NET-2": "network.1", "NET-6": "network.2", "MSG-7": "messaging.3", "P2P-6": "p2p.2",
		"GSP-2": "gossip.1", "GSP-3": "gossip.2", "GSP-7": "gossip.3", "CHN-11": "chain.3",
		"LDR-4": "leader.4", "VAL-6": "validators.4", "ECH-2": "echo.1",
	}
	asked := make(map[string]bool)
	for _, s := range steps.List {
		for _, id := range s.Rules {
			nudge := hints.Nudge(s, &lab.Failure{Ending: lab.Broke, Rule: id})
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
	var none map[int]int
	var list []int
	zero := len(list)
	for want, code := range map[string]func(){
		"made before it is written to": func() { none[1] = 1 },
		"Something is nil on that":     func() { _ = *(*int)(nil) },
		"this index trusts":            func() { _ = list[zero] },
		"this slice trusts":            func() { _ = list[:zero+1] },
		"What is divided by":           func() { _ = 1 / zero },
		"the most that it can be":      func() { _ = make([]int, zero-1) },
		s.Hints[0]:                     func() { panic("index out of range, in my own words") },
	} {
		require.Contains(t, hints.Nudge(s, thrown(code)), want)
	}
	require.Contains(t, hints.Nudge(s, &lab.Failure{Ending: lab.Hung}), "become smaller")
	require.Contains(t, hints.Nudge(s, &lab.Failure{Ending: lab.Died, Cause: lab.DeepStack}), "calls itself")
	require.Contains(t, hints.Nudge(s, &lab.Failure{Ending: lab.OutOfMemory}), "grows with each round")
	require.Equal(t, s.Hints[0], hints.Nudge(s, &lab.Failure{Ending: lab.Broke, Rule: "NET-99"}))
}

// thrown is the failure of code that panics.
func thrown(code func()) (f *lab.Failure) {
	defer func() { f = lab.NewPanic(0, recover(), "") }()
	code()
	return nil
}
