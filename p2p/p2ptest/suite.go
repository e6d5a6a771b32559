// Package p2ptest is the conformance suite of layer 3: scenarios that every implementation of
// strata/p2p must pass, on every host.
//
//	node   the layer that is graded, on the stack's lower layers. It is the layer's watcher and handler,
//	       and holds every scenario to P2P-5, P2P-6, P2P-10 and P2P-11: who arrives is not listed yet,
//	       who is lost was, and what is heard comes from who is listed.
//	raw    a peer that speaks the bytes of docs/protocol.md on scenario.Raw, so that two wrong halves
//	       cannot agree with each other, and a peer can misbehave. It holds the node to P2P-1.
//	spies  what the node tells the layers below: whom it dials, which connections are open, whether an
//	       acceptance was sent. They change nothing.
//
// A scenario needs its own step and the earlier ones: until the last one the interval of maintenance is
// an hour, so that a node does what its peers and its bootstrap list make it do, and nothing by itself.
//
// Addresses decide in this layer: of two connections the one that the smaller address dialled stays. A
// simulated network gives them in ascending order; where it matters a scenario compares them, or draws
// which node is which.
package p2ptest

import (
	"slices"
	"time"

	"strata/p2p"
	"strata/scenario"
)

// suite builds the scenarios' nodes from one stack.
type suite struct{ stack p2p.Stack }

// Suite lists the scenarios of layer 3 for the implementation that the stack names. The layers
// below it should be known to be right.
func Suite(stack p2p.Stack) []scenario.Scenario {
	s := suite{stack}
	return slices.Concat(s.hello(), s.table(), s.talk(), s.maintenance(), s.whole(), s.reentry(), s.several(),
		s.hostile())
}

const second = time.Second

// hello is the scenarios of step p2p.1: two nodes become peers, or do not.
func (s suite) hello() []scenario.Scenario {
	return []scenario.Scenario{
		// The first bytes that a student sends: the dialler introduces itself.
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-first", Step: "p2p.1", Rules: []string{"P2P-1", "P2P-3"}, For: 3 * second, RealTime: true,
			Title: "Whoever dials says hello before anything else.",
			Setup: s.helloFirst,
		}),
		// The other half: who is dialled answers, and says whom it knows.
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-answer", Step: "p2p.1", Rules: []string{"P2P-2", "P2P-3"}, For: 4 * second, RealTime: true,
			Title: "A hello is answered with the verdict and the other peers.",
			Setup: s.helloAnswer,
		}),
		// When exactly a peer is listed decides whether its first message is heard.
		scenario.New(scenario.Scenario{
			Name: "p2p/acceptance-first", Step: "p2p.1", Rules: []string{"P2P-3"}, For: 3 * second, RealTime: true,
			Title: "Nobody is listed before the acceptance is on its way.",
			Setup: s.acceptanceFirst,
		}),
		// A rejection is good for something: it brings addresses.
		scenario.New(scenario.Scenario{
			Name: "p2p/rejected", Step: "p2p.1", Rules: []string{"P2P-4"}, For: 6 * second, RealTime: true,
			Title: "A rejected dialler closes and tries the addresses of the answer.",
			Setup: s.rejected,
		}),
		// 15 s of virtual time, for what the rule gives is 10 s. In real time nobody waits so long for a
		// test.
		scenario.New(scenario.Scenario{
			Name: "p2p/silence", Step: "p2p.1", Rules: []string{"P2P-14"}, For: 15 * second,
			Title: "A connection without a hello, or without an answer to it, is closed after 10 s.",
			Setup: s.silence,
		}),
		// Whoever could say hello again could change its name while it is a peer.
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-twice", Step: "p2p.1", Rules: []string{"P2P-14", "P2P-2"}, For: 4 * second, RealTime: true,
			Title: "A second hello, or a malformed one, ends the connection.",
			Setup: s.helloTwice,
		}),
	}
}

// table is the scenarios of step p2p.2: who is listed, over which of two connections, and until when.
func (s suite) table() []scenario.Scenario {
	return []scenario.Scenario{
		// A node learns its own address from others sooner or later.
		scenario.New(scenario.Scenario{
			Name: "p2p/never-itself", Step: "p2p.2", Rules: []string{"P2P-5"}, For: 3 * second, RealTime: true,
			Title: "A node never peers with itself, whoever names its address.",
			Setup: s.neverItself,
		}),
		// In real time only one of them may dial in time; then there is nothing to choose.
		scenario.New(scenario.Scenario{
			Name: "p2p/two-at-once", Step: "p2p.2", Rules: []string{"P2P-6"}, For: 7 * second, RealTime: true,
			Title: "Two nodes that dial each other at once end with one connection.",
			Setup: s.twoAtOnce,
		}),
		// The same crossing from either end: which address is smaller decides who has to give way.
		scenario.New(scenario.Scenario{
			Name: "p2p/crossing-smaller", Step: "p2p.2", Rules: []string{"P2P-6"}, For: 8 * second,
			Title:  "Of two crossing connections the one that the smaller address dialled stays: ours.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 8 * second},
			Setup:  func(w scenario.World) { s.crossing(w, true) },
		}),
		scenario.New(scenario.Scenario{
			Name: "p2p/crossing-larger", Step: "p2p.2", Rules: []string{"P2P-6", "P2P-11"}, For: 8 * second,
			Title:  "Of two crossing connections the one that the smaller address dialled stays: the peer's.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 8 * second},
			Setup:  func(w scenario.World) { s.crossing(w, false) },
		}),
		// A peer that crashed comes back before anybody has noticed.
		scenario.New(scenario.Scenario{
			Name: "p2p/dialled-again", Step: "p2p.2", Rules: []string{"P2P-6", "P2P-2"}, For: 7 * second,
			RealTime: true,
			Title:    "A peer that dials again is reached by its newer connection.",
			Setup:    s.dialledAgain,
		}),
		// Each way to lose a connection, and what is seen of it above.
		scenario.New(scenario.Scenario{
			Name: "p2p/lost", Step: "p2p.2", Rules: []string{"P2P-10", "P2P-14"}, For: 5 * second,
			Title: "A lost connection removes the peer at once, and the watcher hears it once.",
			Setup: s.lost,
		}),
		// A connection can be over before its first message is handled.
		scenario.New(scenario.Scenario{
			Name: "p2p/hello-and-gone", Step: "p2p.2", Rules: []string{"P2P-10"}, For: 3 * second, RealTime: true,
			Title: "A connection that ends in the same piece as its hello makes no peer.",
			Setup: s.helloAndGone,
		}),
		// The rarest order: the replaced connection outlives the one that replaced it.
		scenario.New(scenario.Scenario{
			Name: "p2p/lost-while-replaced", Step: "p2p.2", Rules: []string{"P2P-11", "P2P-10"}, For: 4 * second,
			Title: "Messages on a replaced connection are not heard once the peer is lost.",
			Setup: s.lostWhileReplaced,
		}),
		// Anybody can open a connection and send what it likes.
		scenario.New(scenario.Scenario{
			Name: "p2p/strangers", Step: "p2p.2", Rules: []string{"P2P-11"}, For: 4 * second, RealTime: true,
			Title: "Handlers hear listed peers only.",
			Setup: s.strangers,
		}),
	}
}

// talk says something on a connection, and notes what: all of it has to be heard.
func (s suite) talk() []scenario.Scenario {
	return []scenario.Scenario{
		// The list is for everybody, so that a newcomer finds its way.
		scenario.New(scenario.Scenario{
			Name: "p2p/get-peers", Step: "p2p.3", Rules: []string{"P2P-2", "P2P-9"}, For: 3 * second, RealTime: true,
			Title: "Whoever asks gets the peers, without the asker.",
			Setup: s.getPeers,
		}),
		// Above this layer there are no connections any longer, only addresses.
		scenario.New(scenario.Scenario{
			Name: "p2p/send-request", Step: "p2p.3", Rules: []string{"P2P-10", "P2P-11"}, For: 4 * second,
			RealTime: true,
			Title:    "Peers are sent to and asked by their address, and a request ends once.",
			Setup:    s.sendAndRequest,
		}),
		// The exception is what gossip needs: not back to where it came from.
		scenario.New(scenario.Scenario{
			Name: "p2p/broadcast", Step: "p2p.3", Rules: []string{"P2P-12"}, For: 3 * second, RealTime: true,
			Title: "A broadcast reaches every peer but the excepted, also when one has just closed.",
			Setup: s.broadcast,
		}),
		// A peer that is lost in the middle of a broadcast changes the list that is ranged over.
		scenario.New(scenario.Scenario{
			Name: "p2p/broadcast-slow", Step: "p2p.3", Rules: []string{"P2P-12", "P2P-10"}, For: 4 * second,
			Title: "A slow peer does not keep a broadcast from the rest.",
			Setup: s.broadcastSlow,
		}),
		// With jitter and pieces the orders of arrival differ from seed to seed.
		scenario.New(scenario.Scenario{
			Name: "p2p/first-message", Step: "p2p.3", Rules: []string{"P2P-3", "P2P-6"}, For: 4 * second,
			Title:  "A message that a node sends as soon as it hears of a peer arrives.",
			Faults: scenario.Faults{Jitter: second / 10, Fragment: true, Until: 4 * second},
			Setup:  s.firstMessage,
		}),
		// A twin is a hostile peer, and no fault of the network: it says what it is not.
		scenario.New(scenario.Scenario{
			Name: "p2p/twins", Step: "p2p.3", Rules: []string{"P2P-6", "P2P-5", "P2P-10", "P2P-11", "P2P-12"},
			For:    12 * second,
			Title:  "Two nodes under one address are one peer, and do the others no harm.",
			Faults: scenario.Faults{Jitter: second / 10, Until: 12 * second},
			Setup:  s.twins,
		}),
	}
}
