package suites_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/network"
	"strata/node/guard"
	"strata/scenario"
	"strata/solutions"
)

// patient is a world that does not count the guard's own timer: it has one as long as there are
// connections.
type patient struct{ scenario.World }

func (w patient) Usage(node network.Addr) scenario.Usage {
	u := w.World.Usage(node)
	if u.Streams > 0 && u.Timers > 0 {
		u.Timers--
	}
	return u
}

// TestTheGuardChangesNothingForWhoKeepsTheRules: every conformance suite passes on guarded streams, with
// limits that its attacks do not reach.
func TestTheGuardChangesNothingForWhoKeepsTheRules(t *testing.T) {
	cfg, err := guard.Config{
		Messages: 1 << 20, MaxPerIP: 1000, MaxPerGroup: 1000, MaxDialsPerGroup: 1000, Accepts: 1 << 20, BanScore: 1 << 20, MaxIncoming: 1000, MaxMemory: 1 << 30, FrameWithin: time.Hour,
	}.Complete()
	require.NoError(t, err)
	stack := solutions.Stack()
	stack.NewNetwork = guard.Wrap(stack.NewNetwork, cfg)
	for _, s := range suites.All(stack) {
		if s.Explore.States > 0 || testing.Short() && s.For > 30*time.Second {
			continue
		}
		setup := s.Setup
		s.Setup = func(w scenario.World) { setup(patient{w}) }
		for seed := range uint64(3) {
			r := lab.Run(s, lab.Options{Seed: seed + 1})
			require.False(t, r.Failed(), r.String())
		}
	}
}
