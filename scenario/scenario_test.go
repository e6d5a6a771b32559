package scenario_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

// right is a scenario that is well formed.
func right() scenario.Scenario {
	return scenario.Scenario{
		Name: "network/one-frame", Title: "A frame is a length and that many bytes.", Step: "network.1",
		Rules: []string{"NET-1"}, For: time.Second, Setup: func(scenario.World) {},
	}
}

func TestNew_ReturnsWhatIsWellFormed(t *testing.T) {
	s := scenario.New(right())
	require.Equal(t, "network/one-frame", s.Name)
	require.Equal(t, []string{"NET-1"}, s.Rules)
}

func TestNew_PanicsWithTheSlip(t *testing.T) {
	for want, slip := range map[string]func(s *scenario.Scenario){
		"layer/what-happens":    func(s *scenario.Scenario) { s.Name = "one frame" },
		"small letters":         func(s *scenario.Scenario) { s.Name = "network/OneFrame" },
		"capital letter":        func(s *scenario.Scenario) { s.Title = "a frame is a length." },
		"full stop":             func(s *scenario.Scenario) { s.Title = "A frame is a length" },
		"is no sentence":        func(s *scenario.Scenario) { s.Title = "" },
		`"network" is no step`:  func(s *scenario.Scenario) { s.Step = "network" },
		"no rule":               func(s *scenario.Scenario) { s.Rules = nil },
		`"net 1" is no rule`:    func(s *scenario.Scenario) { s.Rules = []string{"NET-1", "net 1"} },
		"takes no time":         func(s *scenario.Scenario) { s.For = 0 },
		"no Setup":              func(s *scenario.Scenario) { s.Setup = nil },
		"no faults in real":     func(s *scenario.Scenario) { s.RealTime, s.Faults.Resets = true, 1 },
		"faults go on until 2s": func(s *scenario.Scenario) { s.Faults.Until = 2 * time.Second },
	} {
		s := right()
		slip(&s)
		require.Contains(t, panicOf(t, s), want)
		require.Contains(t, panicOf(t, s), s.Name, "a slip names its scenario")
	}
}

// panicOf is what New says of a scenario with a slip.
func panicOf(t *testing.T, s scenario.Scenario) (text string) {
	defer func() { text, _ = recover().(string) }()
	scenario.New(s)
	require.Fail(t, "New took a scenario with a slip", s)
	return ""
}
