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
	return []scenario.Scenario{{
		Name: "gossip/layout", Title: "a message is 16 random bytes and the payload, every time other ones",
		Step: "gossip.1", Rules: []string{"GSP-1"}, For: 3 * second, RealTime: true,
		Setup: s.layout,
	}, {
		Name: "gossip/broadcast", Title: "a broadcast goes to every peer and not to oneself",
		Step: "gossip.1", Rules: []string{"GSP-2"}, For: 3 * second, RealTime: true,
		Setup: s.broadcast,
	}}
}

// receiving is the scenarios of step gossip.2 with one graded node.
func (s suite) receiving() []scenario.Scenario {
	return []scenario.Scenario{{
		Name: "gossip/echo", Title: "one's own message coming back is known already",
		Step: "gossip.2", Rules: []string{"GSP-2", "GSP-3"}, For: 3 * second, RealTime: true,
		Setup: s.echo,
	}, {
		Name: "gossip/once", Title: "an id is handled once, however often it comes and whatever the handler says",
		Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
		Setup: s.once,
	}, {
		Name: "gossip/within-handler", Title: "an id is seen before its handler runs",
		Step: "gossip.2", Rules: []string{"GSP-3", "GSP-2", "GSP-4"}, For: 3 * second, RealTime: true,
		Setup: s.withinHandler,
	}, {
		Name: "gossip/pass-on", Title: "the same bytes go to all but the one they came from, or to nobody",
		Step: "gossip.2", Rules: []string{"GSP-4"}, For: 4 * second, RealTime: true,
		Setup: s.passOn,
	}, {
		Name: "gossip/short", Title: "what is too short for an id is ignored",
		Step: "gossip.2", Rules: []string{"GSP-5"}, For: 3 * second, RealTime: true,
		Setup: s.short,
	}}
}

// everyone is the scenarios of step gossip.2 with many graded nodes.
func (s suite) everyone() []scenario.Scenario {
	return []scenario.Scenario{{
		Name: "gossip/cost", Title: "a broadcast reaches everyone once and costs 2E-(N-1) sends",
		Step: "gossip.2", Rules: []string{"GSP-6"}, For: 4 * second, RealTime: true,
		Setup: func(w scenario.World) { s.cost(w, 3*second/2, 7*second/2) },
	}, {
		Name: "gossip/cost-jitter", Title: "it costs the same when messages overtake each other",
		Step: "gossip.2", Rules: []string{"GSP-6", "GSP-3"}, For: 7 * second,
		Faults: scenario.Faults{Jitter: second / 4, Fragment: true, Until: 7 * second},
		Setup:  func(w scenario.World) { s.cost(w, 3*second, 13*second/2) },
	}, {
		Name: "gossip/faults", Title: "nobody handles a message twice while the network fails, and all hear of the next one when it has healed",
		Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 21 * second,
		Faults: scenario.Faults{Jitter: second / 10, Fragment: true, Resets: 3, Partitions: 1, Crashes: 1, Churn: 1, Until: 10 * second},
		Setup:  s.faults,
	}, {
		Name: "gossip/twins", Title: "nobody handles a message twice, and none is lost, when a peer is two under one address",
		Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4", "GSP-2"}, For: 9 * second,
		Faults: scenario.Faults{Jitter: second / 10, Until: 9 * second},
		Setup:  s.twins,
	}, {
		Name: "gossip/search", Title: "a search finds who has the answer, and the answer finds back",
		Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
		Setup: s.search,
	}}
}

// forgetting is the scenarios of step gossip.3.
func (s suite) forgetting() []scenario.Scenario {
	return []scenario.Scenario{{
		Name: "gossip/forget", Title: "an id is forgotten 5 minutes after it was first seen, or a minute later",
		Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 8 * time.Minute,
		Setup: s.forget,
	}, {
		Name: "gossip/swept", Title: "a copy that is under way when its id is forgotten is handled once at most",
		Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 7 * time.Minute,
		Setup: s.swept,
	}, {
		Name: "gossip/max-seen", Title: "of more than MaxSeen ids the oldest are forgotten",
		Step: "gossip.3", Rules: []string{"GSP-7"}, For: 4 * second, RealTime: true,
		Setup: s.maxSeen,
	}, {
		Name: "gossip/stop", Title: "Stop ends all timers",
		Step: "gossip.3", Rules: []string{"GSP-8"}, For: 3 * second, RealTime: true,
		Setup: s.stop,
	}}
}
