package vary_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/harness/course/steps"
	"strata/harness/course/suites"
	"strata/harness/explain/vary"
	"strata/harness/explain/witness"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions"
)

// watched is a scenario of that name on a stack, with a witness.
func watched(t *testing.T, stack chain.Stack, name string) lab.Watched {
	t.Helper()
	stack.Verifier = lab.Verdicts
	all := suites.All(stack)
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	w := witness.New(steps.LayerOf(all[i].Step), solutions.Stack())
	return lab.Watched{Scenario: suites.All(w.Stack(stack))[i], Hear: func(tell func(sim.TraceEvent)) { w.Tell = tell }}
}

// beside compares a wrong stack with ours.
func beside(t *testing.T, wrong func(*chain.Stack), name string) (vary.Beside, bool) {
	t.Helper()
	stack := solutions.Stack()
	wrong(&stack)
	return vary.BesideOurs(watched(t, stack, name), watched(t, solutions.Stack(), name), lab.Options{Seed: 1})
}

// still is a host on which no timer runs.
type still struct{ network.Host }

func (s still) After(d time.Duration, _ func()) network.TimerID { return s.Host.After(d, func() {}) }

// What the graded layer tells counts: ours gives a request up, the other has its answer.
func TestBesideOurs_WhatIsTold(t *testing.T) {
	b, found := beside(t, func(s *chain.Stack) {
		ours := s.NewMessaging
		s.NewMessaging = func(h network.Host, n network.Network, cfg messaging.Config) messaging.Messaging {
			return ours(still{h}, n, cfg)
		}
	}, "messaging/timeout")
	require.True(t, found)
	require.Regexp(t, `^yours  \d+\.\d{3} s  10\.0\.0\.1 tells the layer above: request slow is answered: "too late"$`, b.Lines()[0])
	require.Regexp(t, `^ours   \d+\.\d{3} s  10\.0\.0\.1 tells the layer above: request \S+ ends: .*time`, b.Lines()[1])
}

// shouting is a network whose messages are not those that were sent.
type shouting struct{ network.Network }

func (s shouting) Send(id network.ConnID, payload []byte) error {
	return s.Network.Send(id, append([]byte("!"), payload...))
}

// What is other is told by both, and what was drawn otherwise is no difference.
func TestBesideOurs_WhatIsOther(t *testing.T) {
	b, found := beside(t, func(s *chain.Stack) {
		ours := s.NewNetwork
		s.NewNetwork = func(h network.Host, cfg network.Config) network.Network { return shouting{ours(h, cfg)} }
	}, "network/sent-bytes")
	require.True(t, found)
	require.Contains(t, b.Yours, "!")
	require.NotContains(t, b.Ours, "!")
	require.Equal(t, b.YoursAt, b.OursAt)
	_, found = beside(t, func(*chain.Stack) {}, "gossip/once")
	require.False(t, found, "it does not fail")
}

// Where ours does more, it is said how the layer's timers ran until then: here ours sweeps each minute, and the other
// sets no timer at all. Of a layer whose timers run as ours do that is said.
func TestBesideOurs_Timers(t *testing.T) {
	b, found := beside(t, func(s *chain.Stack) {
		ours := s.NewGossip
		s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
			return ours(timerless{h}, peers, cfg)
		}
	}, "gossip/forget")
	require.True(t, found)
	require.NotNil(t, b.Timers)
	require.Equal(t, []string{"the first of those that this layer sets at 10.0.0.1 to differ from ours:",
		"yours  no more of them run",
		"ours   60.000 s  the one set at 0.000 s runs, and sets another, which runs at 120.000 s; 6 more run by then",
	}, b.Timers.Lines())
	b, found = beside(t, func(s *chain.Stack) {
		ours := s.NewGossip
		s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
			cfg.SeenFor *= 4
			return ours(h, peers, cfg)
		}
	}, "gossip/forget")
	require.True(t, found)
	require.Equal(t, []string{"all that this layer sets at 10.0.0.1 run as ours do up to then"}, b.Timers.Lines())
}

// timerless is a host on which no timer is set.
type timerless struct{ network.Host }

func (timerless) After(time.Duration, func()) network.TimerID { return 0 }

func TestBeside_NothingMore(t *testing.T) {
	b := vary.Beside{Node: "10.0.0.2:4000", Ours: "dials 10.0.0.1", OursAt: 1250 * time.Millisecond}
	require.Equal(t, []string{"yours  10.0.0.2 does nothing else by then", "ours   1.250 s  10.0.0.2 dials 10.0.0.1"}, b.Lines())
}

// What does not happen by the end of a run may happen after it, or never: the two are different mistakes.
func TestBesideOurs_Later(t *testing.T) {
	for name, c := range map[string]struct {
		wait time.Duration
		want string
	}{
		"too late": {5 * time.Minute, `^yours  10\.0\.0\.2 does nothing else by then; in a longer run it dials 10\.0\.0\.1 at 30\d\.\d{3} s$`},
		"never":    {time.Hour, `^yours  10\.0\.0\.2 does nothing else by then, nor in the 10 minutes after$`},
	} {
		b, found := beside(t, func(s *chain.Stack) {
			ours := s.NewP2P
			s.NewP2P = func(h network.Host, n network.Network, m messaging.Messaging, cfg p2p.Config) p2p.P2P {
				cfg.BackoffMin, cfg.BackoffMax = c.wait, c.wait
				return ours(h, n, m, cfg)
			}
		}, "p2p/back-off-mute")
		require.True(t, found, name)
		require.Regexp(t, c.want, b.Lines()[0], name)
	}
}
