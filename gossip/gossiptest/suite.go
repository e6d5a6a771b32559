// Package gossiptest is the conformance suite of layer 4: scenarios that every implementation of
// strata/gossip must pass, on every host.
//
//	node   the layer that is graded, on the stack's lower layers, which should be known to be right. It notes
//	       what its handler hears and what comes in from peers.
//	bare   a peer that has the layers below and speaks gossip's bytes by hand: an id of 16 bytes, then the
//	       payload. It passes nothing on, so that what it gets is what the node sent it.
//
// A star of bare peers shows what one node does with one message: whether its handler runs, to whom the
// message goes, with which bytes. Graphs of nodes show what comes of it when everybody does so: each
// node is reached, once, at a known cost. Peers are not maintained in these, so that a graph stays as it
// is built; the scenarios with faults have maintenance, and look again when all is over.
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
	return slices.Concat(s.broadcasting(), s.receiving(), s.everyone(), s.forgetting(), s.odd(), s.hostile())
}

const second = time.Second

// broadcasting is the scenarios of step gossip.1: the layout, and who gets it. No node has to receive anything.
func (s suite) broadcasting() []scenario.Scenario {
	return []scenario.Scenario{
		// First the bytes: without them nobody understands anybody.
		scenario.New(scenario.Scenario{
			Name: "gossip/layout", Step: "gossip.1", Rules: []string{"GSP-1"}, For: 3 * second, RealTime: true,
			Title: "A message is 16 random bytes and the payload, every time other ones.",
			Setup: s.layout,
		}),
		// The same with peers: each of them, and oneself not.
		scenario.New(scenario.Scenario{
			Name: "gossip/broadcast", Step: "gossip.1", Rules: []string{"GSP-2"}, For: 3 * second, RealTime: true,
			Title: "A broadcast goes to every peer and not to oneself.",
			Setup: s.broadcast,
		}),
	}
}

// receiving is the scenarios of step gossip.2 with one graded node: the seen-set, the handler's verdict, and
// what is passed on.
func (s suite) receiving() []scenario.Scenario {
	return []scenario.Scenario{
		// On any cycle one's own words come back.
		scenario.New(scenario.Scenario{
			Name: "gossip/echo", Step: "gossip.2", Rules: []string{"GSP-2", "GSP-3"}, For: 3 * second, RealTime: true,
			Title: "A node's own message that comes back is known already.",
			Setup: s.echo,
		}),
		// The heart of the layer: handled once, whatever the handler says.
		scenario.New(scenario.Scenario{
			Name: "gossip/once", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
			Title: "An id is handled once, however often it comes and whatever the handler says.",
			Setup: s.once,
		}),
		// The one order that a callback makes possible and a queue would hide.
		scenario.New(scenario.Scenario{
			Name: "gossip/within-handler", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-2", "GSP-4"},
			For: 3 * second, RealTime: true,
			Title: "An id is seen before its handler runs.",
			Setup: s.withinHandler,
		}),
		// The same bytes: a new id would make it a new message.
		scenario.New(scenario.Scenario{
			Name: "gossip/pass-on", Step: "gossip.2", Rules: []string{"GSP-4"}, For: 4 * second, RealTime: true,
			Title: "The same bytes go to all but the one they came from, or to nobody.",
			Setup: s.passOn,
		}),
		// Peers send what they like; it is not worth a connection.
		scenario.New(scenario.Scenario{
			Name: "gossip/short", Step: "gossip.2", Rules: []string{"GSP-5"}, For: 3 * second, RealTime: true,
			Title: "A payload that is too short for an id is ignored.",
			Setup: s.short,
		}),
	}
}

// everyone is the scenarios of step gossip.2 with many graded nodes: what the rules of one node make of a
// network.
func (s suite) everyone() []scenario.Scenario {
	return []scenario.Scenario{
		// In real time as well: the cost does not depend on which way is faster.
		scenario.New(scenario.Scenario{
			Name: "gossip/cost", Step: "gossip.2", Rules: []string{"GSP-6"}, For: 4 * second, RealTime: true,
			Title: "A broadcast reaches everyone once and costs 2E-(N-1) sends.",
			Setup: func(w scenario.World) { s.cost(w, 3*second/2) },
		}),
		// Up to a quarter of a second late, messages come by a longer way first.
		scenario.New(scenario.Scenario{
			Name: "gossip/cost-jitter", Step: "gossip.2", Rules: []string{"GSP-6", "GSP-3"}, For: 7 * second,
			Title:  "A broadcast costs the same when messages overtake each other.",
			Faults: scenario.Faults{Jitter: second / 4, Fragment: true, Until: 7 * second},
			Setup:  func(w scenario.World) { s.cost(w, 3*second) },
		}),
		// Faults end at 7 s, peers have 5 s to find each other, and then one message counts.
		scenario.New(scenario.Scenario{
			Name: "gossip/faults", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 15 * second,
			Title: "Nobody handles a message twice while the network fails, and all hear the next one afterwards.",
			Faults: scenario.Faults{Jitter: second / 10, Fragment: true, Resets: 3, Partitions: 1, Crashes: 1,
				Churn: 1, Until: 7 * second},
			Setup: s.faults,
		}),
		// No fault of the network: the peer is what it is.
		scenario.New(scenario.Scenario{
			Name: "gossip/twins", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4", "GSP-2"}, For: 9 * second,
			Title:  "Nobody handles a message twice, and none is lost, when a peer is two under one address.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 9 * second},
			Setup:  s.twins,
		}),
		// What the layer is for: it is not graded itself, and shows a student a use of its own work.
		scenario.New(scenario.Scenario{
			Name: "gossip/search", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second, RealTime: true,
			Title: "A search finds who has the answer, and the answer finds back.",
			Setup: s.search,
		}),
	}
}

// forgetting is the scenarios of step gossip.3: a seen-set that is bounded in time and in number, and the end.
func (s suite) forgetting() []scenario.Scenario {
	return []scenario.Scenario{
		// Eight minutes of virtual time, for the rule speaks of five and a sweep each minute.
		scenario.New(scenario.Scenario{
			Name: "gossip/forget", Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 8 * time.Minute,
			Title: "An id is forgotten 5 to 6 minutes after it was first seen.",
			Setup: s.forget,
		}),
		// Ids of several ages, a node's own among them.
		scenario.New(scenario.Scenario{
			Name: "gossip/forget-each", Step: "gossip.3", Rules: []string{"GSP-7", "GSP-2"}, For: 8 * time.Minute,
			Title: "Each id is forgotten by its own age, the node's own as well, whatever comes meanwhile.",
			Setup: s.forgetEach,
		}),
		// Forgetting and hearing again may come at one moment.
		scenario.New(scenario.Scenario{
			Name: "gossip/swept", Step: "gossip.3", Rules: []string{"GSP-7", "GSP-3"}, For: 7 * time.Minute,
			Title: "A copy that is under way when its id is forgotten is handled once at most.",
			Setup: s.swept,
		}),
		// Time alone does not bound a set that anybody can fill.
		scenario.New(scenario.Scenario{
			Name: "gossip/max-seen", Step: "gossip.3", Rules: []string{"GSP-7"}, For: 4 * second, RealTime: true,
			Title: "Of more than MaxSeen ids the oldest are forgotten.",
			Setup: s.maxSeen,
		}),
		// The sweep is a timer, and the only one.
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
		// A bound on memory must not become a way to have messages handled twice.
		scenario.New(scenario.Scenario{
			Name: "gossip/flooded", Step: "gossip.3", Rules: []string{"GSP-3", "GSP-7", "GSP-4"}, For: 5 * second,
			RealTime: true,
			Title:    "A flood of messages, each replayed at once, keeps nobody's messages from being handled once.",
			Setup:    s.flooded,
		}),
		// An id proves nothing about its message: anybody can use it again.
		scenario.New(scenario.Scenario{
			Name: "gossip/collision", Step: "gossip.2", Rules: []string{"GSP-3", "GSP-4"}, For: 4 * second,
			RealTime: true,
			Title:    "Of two messages with one id the first is handled and passed on, as it came.",
			Setup:    s.collision,
		}),
	}
}
