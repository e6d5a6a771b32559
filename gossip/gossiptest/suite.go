// Package gossiptest is the conformance suite of layer 4: scenarios that every implementation of
// strata/gossip must pass, on every host.
//
// Where bytes matter the graded node talks to bare peers: nodes that have the layers below and
// speak gossip's bytes by hand.
package gossiptest

import (
	"slices"
	"time"

	"strata/gossip"
	"strata/scenario"
)

// suite builds the scenarios' nodes from one stack.
type suite struct{ stack gossip.Stack }

// Suite lists the scenarios of layer 4 for the implementation that the stack names. The layers
// below it should be known to be right.
func Suite(stack gossip.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.broadcasting(), s.receiving(), s.everyone(), s.forgetting(), s.hostile())
}

const second = time.Second

// broadcasting is the scenarios of step gossip.1.
func (s suite) broadcasting() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "gossip/layout", Step: "gossip.1", Rules: []string{"GSP-1"}, For: 3 * second, RealTime: true,
			Title: "A message is 16 random bytes and the payload, every time other ones.",
			Setup: s.layout,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/broadcast", Step: "gossip.1", Rules: []string{"GSP-2"}, For: 3 * second, RealTime: true,
			Title: "A broadcast goes to every peer and not to oneself.",
			Setup: s.broadcast,
		}),
	}
}

// receiving is the scenarios of step gossip.2 with one graded node.
func (s suite) receiving() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "gossip/echo", Step: "gossip.2", Rules: []string{"GSP-2", "GSP-3"}, For: 3 * second, RealTime: true,
			Title: "A node's own message that comes back is known already.",
			Setup: s.echo,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/once", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
			Title: "An id is handled once, however often it comes and whatever the handler says.",
			Setup: s.once,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/within-handler", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-2", "GSP-4"}, For: 3 * second, RealTime: true,
			Title: "An id is seen before its handler runs.",
			Setup: s.withinHandler,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/pass-on", Step: "gossip.2", Rules: []string{"GSP-4"}, For: 4 * second, RealTime: true,
			Title: "The same bytes go to all but the one they came from, or to nobody.",
			Setup: s.passOn,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/short", Step: "gossip.2", Rules: []string{"GSP-5"}, For: 3 * second, RealTime: true,
			Title: "What is too short for an id is ignored.",
			Setup: s.short,
		}),
	}
}

// everyone is the scenarios of step gossip.2 with many graded nodes.
func (s suite) everyone() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "gossip/cost", Step: "gossip.2", Rules: []string{"GSP-6"}, For: 4 * second, RealTime: true,
			Title: "A broadcast reaches everyone once and costs 2E-(N-1) sends.",
			Setup: func(w scenario.World) { s.cost(w, 3*second/2, 7*second/2) },
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/cost-jitter", Step: "gossip.2", Rules: []string{"GSP-6", "GSP-3"}, For: 7 * second,
			Title:  "A broadcast costs the same when messages overtake each other.",
			Faults: scenario.Faults{Jitter: second / 4, Fragment: true, Until: 7 * second},
			Setup:  func(w scenario.World) { s.cost(w, 3*second, 13*second/2) },
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/faults", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 21 * second,
			Title:  "Nobody handles a message twice while the network fails, and all hear of the next one when it has healed.",
			Faults: scenario.Faults{Jitter: second / 10, Fragment: true, Resets: 3, Partitions: 1, Crashes: 1, Churn: 1, Until: 10 * second},
			Setup:  s.faults,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/twins", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4", "GSP-2"}, For: 9 * second,
			Title:  "Nobody handles a message twice, and none is lost, when a peer is two under one address.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 9 * second},
			Setup:  s.twins,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/search", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
			Title: "A search finds who has the answer, and the answer finds back.",
			Setup: s.search,
		}),
	}
}

// forgetting is the scenarios of step gossip.3.
func (s suite) forgetting() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "gossip/forget", Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 8 * time.Minute,
			Title: "An id is forgotten 5 minutes after it was first seen, or a minute later.",
			Setup: s.forget,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/swept", Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 7 * time.Minute,
			Title: "A copy that is under way when its id is forgotten is handled once at most.",
			Setup: s.swept,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/max-seen", Step: "gossip.3", Rules: []string{"GSP-7"}, For: 4 * second, RealTime: true,
			Title: "Of more than MaxSeen ids the oldest are forgotten.",
			Setup: s.maxSeen,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/stop", Step: "gossip.3", Rules: []string{"GSP-8"}, For: 3 * second, RealTime: true,
			Title: "Stop ends all timers.",
			Setup: s.stop,
		}),
	}
}

// hostile is the scenarios of peers that flood, replay and reuse ids.
func (s suite) hostile() []scenario.Scenario {
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "gossip/flooded", Step: "gossip.3", Rules: []string{"GSP-3", "GSP-7", "GSP-4"}, For: 5 * second, RealTime: true,
			Title: "A flood of messages, each replayed at once, keeps nobody's messages from being handled once.",
			Setup: s.flooded,
		}),
		scenario.New(scenario.Scenario{
			Name: "gossip/collision", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
			Title: "Of two messages with one id the first is handled and passed on, as it came.",
			Setup: s.collision,
		}),
	}
}
