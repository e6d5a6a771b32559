package pipe

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/scenario"
)

// Whatever decides a grade, and is known before a run, changes the fingerprint.
func TestFingerprint_TellsVersionsApart(t *testing.T) {
	s := scenario.Scenario{Name: "gossip/once", Step: "gossip.2", Rules: []string{"GSP-3"}, For: time.Second,
		Setup: func(scenario.World) {}}
	step := steps.List[0]
	same := fingerprint([]scenario.Scenario{s}, []steps.Step{step})
	again := s
	again.Setup = nil
	require.Equal(t, same, fingerprint([]scenario.Scenario{again}, []steps.Step{step}))
	for what, other := range map[string]func(*scenario.Scenario){
		"name":     func(s *scenario.Scenario) { s.Name = "gossip/twice" },
		"step":     func(s *scenario.Scenario) { s.Step = "gossip.3" },
		"rules":    func(s *scenario.Scenario) { s.Rules = []string{"GSP-4"} },
		"time":     func(s *scenario.Scenario) { s.For++ },
		"faults":   func(s *scenario.Scenario) { s.Faults.Resets++ },
		"orders":   func(s *scenario.Scenario) { s.Explore.States++ },
		"provided": func(s *scenario.Scenario) { s.Provided = true },
	} {
		changed := s
		other(&changed)
		require.NotEqual(t, same, fingerprint([]scenario.Scenario{changed}, []steps.Step{step}), what)
	}
	require.NotEqual(t, same, fingerprint(nil, []steps.Step{step}))
	step.Points++
	require.NotEqual(t, same, fingerprint([]scenario.Scenario{s}, []steps.Step{step}))
}

// A message that has other fields, at any depth, is another message.
func TestFingerprint_HasTheShapeOfMessages(t *testing.T) {
	written := func(of any) string {
		var text strings.Builder
		shape(&text, reflect.TypeOf(of), make(map[reflect.Type]bool))
		return text.String()
	}
	type inner struct{ N int }
	type other struct{ M int }
	require.Contains(t, written(Verdict{}), "Fired map[string]int")
	require.NotEqual(t, written(map[string][]*inner{}), written(map[string][]*other{}))
	require.Contains(t, written(map[string][]*inner{}), "N int")
	require.Contains(t, written([2]inner{}), "N int")
}
